/** Stripe's objects as they go over the wire and are kept: those fields a shop looks at. */

type Metadata = Readonly<Record<string, string>>;

interface Common {
  readonly id: string;
  readonly created: number;
  readonly livemode: false;
}

export interface WireSession extends Common {
  readonly object: 'checkout.session';
  readonly status: 'open' | 'complete' | 'expired';
  readonly payment_status: 'unpaid' | 'paid';
  readonly mode: 'payment';
  readonly amount_total: number;
  readonly amount_subtotal: number;
  readonly currency: string;
  readonly client_reference_id: string | null;
  readonly customer_email: string | null;
  readonly metadata: Metadata;
  readonly payment_intent: string | null;
  readonly success_url: string;
  readonly expires_at: number;
  readonly url: string | null;
}

export interface WireIntent extends Common {
  readonly object: 'payment_intent';
  readonly status: 'requires_payment_method' | 'requires_action' | 'processing' | 'succeeded';
  readonly amount: number;
  readonly amount_received: number;
  readonly currency: string;
  readonly metadata: Metadata;
  readonly latest_charge: string | null;
}

export interface WireCharge extends Common {
  readonly object: 'charge';
  readonly status: 'succeeded' | 'pending' | 'failed';
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  readonly captured: boolean;
  readonly paid: boolean;
  readonly refunded: boolean;
  readonly disputed: boolean;
  readonly currency: string;
  readonly metadata: Metadata;
  readonly payment_intent: string;
  readonly balance_transaction: string | null;
}

export interface WireBalance {
  readonly id: string;
  readonly object: 'balance_transaction';
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly fee: number;
  readonly net: number;
  readonly source: string;
}

export interface WireRefund {
  readonly id: string;
  readonly object: 'refund';
  readonly created: number;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly payment_intent: string;
  readonly metadata: Metadata;
  readonly reason: string | null;
  readonly failure_reason?: string;
}

export interface WireDispute extends Common {
  readonly object: 'dispute';
  readonly status: 'needs_response' | 'warning_needs_response' | 'won' | 'lost';
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly payment_intent: string;
  readonly reason: string;
  readonly metadata: Metadata;
}

export interface WireEvent extends Common {
  readonly object: 'event';
  readonly type: string;
  readonly api_version: string;
  readonly data: { readonly object: unknown };
  readonly pending_webhooks: number;
  readonly request: null;
}

/** What becomes of the next refunds of a payment intent. */
export interface RefundOutcome {
  readonly status: WireRefund['status'];
  readonly reason?: string;
}
