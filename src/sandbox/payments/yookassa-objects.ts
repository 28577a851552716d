/** YooKassa's objects as they go over the wire and are kept. */

export interface WireAmount {
  readonly value: string;
  readonly currency: string;
}

interface Cancellation {
  readonly party: 'merchant' | 'yoo_money' | 'payment_network';
  readonly reason: string;
}

export type ReceiptRegistration = 'pending' | 'succeeded' | 'canceled';

export interface WirePayment {
  readonly id: string;
  readonly status: 'pending' | 'waiting_for_capture' | 'succeeded' | 'canceled';
  readonly paid: boolean;
  readonly amount: WireAmount;
  readonly income_amount?: WireAmount;
  readonly refunded_amount?: WireAmount;
  readonly description?: string;
  readonly created_at: string;
  readonly captured_at?: string;
  readonly expires_at?: string;
  readonly confirmation?: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly payment_method?: Readonly<Record<string, unknown>>;
  readonly authorization_details?: Readonly<Record<string, unknown>>;
  readonly recipient: { readonly account_id: string; readonly gateway_id: string };
  readonly refundable: boolean;
  readonly receipt_registration?: ReceiptRegistration;
  readonly cancellation_details?: Cancellation;
  readonly test: boolean;
}

export interface WireRefund {
  readonly id: string;
  readonly payment_id: string;
  readonly status: 'pending' | 'succeeded' | 'canceled';
  readonly amount: WireAmount;
  readonly description?: string;
  readonly created_at: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly receipt_registration?: ReceiptRegistration;
  readonly cancellation_details?: Cancellation;
}

/** A payment with what only YooKassa knows of it. */
export interface PaymentRow {
  readonly payment: WirePayment;
  readonly isCapturedAtOnce: boolean;
  readonly returnUrl?: string;
  /** The bank asks the payer for a code. */
  readonly isSecured?: boolean;
  /** What becomes of its next refunds; they succeed unless told. */
  readonly refundOutcome?: RefundOutcome;
}

export interface RefundOutcome {
  readonly status: WireRefund['status'];
  readonly reason?: string;
}
