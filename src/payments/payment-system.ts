/**
 * The port every payment system is behind. An adapter is one file that exports a definition and one
 * line in registry.ts.
 */
import type { Money } from '../domain/money';

/** What an adapter needs to show a person an invoice. */
export interface InvoiceOrder {
  /** Our id; comes back with the payment. */
  readonly paymentId: string;
  readonly telegramId: bigint;
  readonly price: Money;
  readonly title: string;
  readonly description: string;
  readonly priceLabel: string;
}

/** How a refund ended at the system. `unknown`: the answer was lost, look before acting. */
export type RefundAnswer =
  { readonly outcome: 'refunded' } | { readonly outcome: 'refused'; readonly detail: string };

/** One movement of money as the system itself lists it. */
export interface SystemTransaction {
  readonly chargeId: string;
  readonly kind: 'charge' | 'refund';
  readonly price: Money;
  /** Our payment id, when the system kept it. */
  readonly paymentId?: string;
  readonly at: Date;
}

/** Throws AppError: TELEGRAM_BUSY and the like to be retried, refusals not, OUTCOME_UNKNOWN if lost. */
export interface PaymentSystem {
  readonly id: string;
  /** Sends or opens the invoice; for Stars, a message in the chat. */
  openInvoice(order: InvoiceOrder): Promise<{ readonly messageId: bigint }>;
  /** Returns the whole charge. Refunding twice is one refund. */
  refund(charge: { readonly chargeId: string; readonly telegramId: bigint }): Promise<RefundAnswer>;
  /** Charges and refunds as the system lists them, oldest first, from `offset`. */
  list(offset: number, limit: number): Promise<readonly SystemTransaction[]>;
}
