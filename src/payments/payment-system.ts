/**
 * The port every payment system is behind. An adapter is one file that exports a
 * `definePaymentSystem(...)` and one line in registry.ts.
 *
 * Nothing that arrives from outside is believed here: a webhook only names a payment, the truth is
 * what `fetchStatus` finds at the system. The core compares it with what was agreed and decides.
 */
import type { z } from 'zod';
import type { PaymentReport, SystemCharge, SystemRefund } from '../domain/charge';
import type { Currency, Money } from '../domain/money';
import type { HttpClient } from '../http/exchange';

export type { ChargeDoubt, PaymentReport, SystemCharge, SystemRefund } from '../domain/charge';
export type { HttpClient };

/** What an adapter needs to open an invoice. */
export interface InvoiceOrder {
  /** Our id, `[A-Za-z0-9_-]`, at most 64 characters; the idempotency key and reference everywhere. */
  readonly paymentId: string;
  readonly telegramId: bigint;
  readonly price: Money;
  readonly language: 'en' | 'ru';
  readonly title: string;
  readonly description: string;
  readonly priceLabel: string;
  /** Until when it can be paid, as far as the system can be told. */
  readonly expiresAt: Date;
  /** Where the payer's browser goes afterwards (the bot). */
  readonly returnUrl?: string;
  /** Where the system may send its webhook, for systems that are told with each invoice. */
  readonly webhookUrl?: string;
  /** For a fiscal receipt, when the payer gave one. */
  readonly email?: string;
  /** The payer is in the Mini App: a system that would send a message (Stars) makes a link instead. */
  readonly asLink?: true;
}

/** How a person pays: a message already sent to the chat, a page to open, or words to follow. */
export interface OpenedInvoice {
  /** The system's id of the invoice, when it has one. At most 255 characters. */
  readonly invoiceId?: string;
  /** The page to pay on; https in production. */
  readonly payUrl?: string;
  /** Plain words to follow, in the order's language, for a system without a page. */
  readonly words?: string;
  /** The message with the invoice, for a system that sends it itself (Stars). */
  readonly messageId?: bigint;
}

/** What is needed to look a payment up. */
export interface PaymentReference {
  readonly paymentId: string;
  readonly invoiceId?: string;
  readonly price: Money;
  readonly createdAt: Date;
}

/** What came to /webhooks/:system, byte for byte. Header names are lower-case. */
export interface WebhookRequest {
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the connection or of a trusted proxy; never from a header the client can set. */
  readonly ip: string;
}

/**
 * What a webhook says. `refused`: not theirs (signature, address, age), answered 401 and logged by
 * `reason`. `malformed`: answered 400. `ignored`: theirs, of no interest, answered 200.
 * `news`: stored, answered 200, then looked up.
 */
export type WebhookReading =
  | { readonly verdict: 'refused' | 'malformed' | 'ignored'; readonly reason: string }
  | {
      readonly verdict: 'news';
      /** The same event sent twice has the same id; (system, eventId) is unique. At most 255. */
      readonly eventId: string;
      /** "payment.succeeded", "invoice_paid": for operators. */
      readonly event: string;
      /** Our payment, when the event names it; else it is found by `invoiceId`. */
      readonly paymentId?: string;
      readonly invoiceId?: string;
      /** The charge it is about, for an event that may name nothing else (a dispute at Stripe). */
      readonly chargeId?: string;
      /** Only where the signed notice is itself the proof and a look-up may be impossible (YooMoney). */
      readonly charge?: SystemCharge;
    };

/** One refund to make. Amounts never exceed what is left of the charge: the core has checked. */
export interface RefundOrder {
  /** Our id of the refund; the idempotency key. `[A-Za-z0-9:_-]`, at most 200 characters. */
  readonly refundId: string;
  readonly paymentId: string;
  readonly chargeId: string;
  readonly refundHandle?: string;
  readonly telegramId: bigint;
  readonly amount: Money;
  /** The price of the whole charge, to tell a full refund from a part. */
  readonly charged: Money;
  readonly description: string;
  /** The invoice's description: a receipt names what is returned as it named what was sold. */
  readonly sold: string;
  readonly email?: string;
  /** Set when a first call was made and its answer lost or `pending`. */
  readonly systemRefundId?: string;
}

/**
 * How a refund stands. `pending`: accepted, ask again by `fetchRefund`. `refused`: a clear no, nothing
 * moved. `manual`: this system cannot; an admin returns the money by hand and says so.
 */
export interface RefundReport {
  readonly status: 'refunded' | 'pending' | 'refused' | 'manual';
  readonly systemRefundId?: string;
  /** For operators: the system's reason. No personal data. */
  readonly detail?: string;
}

/** One movement of money as the system itself lists it, for the reconciliation. */
export type SystemTransaction =
  | { readonly kind: 'charge'; readonly paymentId?: string; readonly charge: SystemCharge }
  | { readonly kind: 'refund'; readonly paymentId?: string; readonly refund: SystemRefund };

export interface SystemPage {
  readonly transactions: readonly SystemTransaction[];
  /** For the next page; undefined on the last. */
  readonly cursor?: string;
}

/**
 * Why a call failed. `transient`: not carried out, try again (see `retryAfterMs`). `unknown`: the
 * answer was lost, it may have been carried out: look before acting. `invalid`: it will never accept
 * this request. `auth`: our account or keys, the owner must act. `not-found`: it knows no such object.
 */
export type PaymentFailureClass = 'transient' | 'unknown' | 'invalid' | 'auth' | 'not-found';

/** What an adapter throws, whatever went wrong. `detail` is for operators: no secrets, no people. */
export class PaymentSystemError extends Error {
  readonly failure: PaymentFailureClass;
  readonly retryAfterMs: number | undefined;

  constructor(failure: PaymentFailureClass, detail: string, retryAfterMs?: number) {
    super(detail);
    this.name = 'PaymentSystemError';
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A payment system made ready with its settings. Throws {@link PaymentSystemError} or AppError. */
export interface PaymentSystem {
  readonly id: string;
  /** Its invoices need `email`, for the receipt. */
  readonly wantsEmail?: boolean;
  /**
   * Opens the invoice. Where the system dedupes by our id a repeat returns the first; where it does
   * not, the core calls `findInvoice` before a second attempt after `unknown`.
   */
  openInvoice(order: InvoiceOrder): Promise<OpenedInvoice>;
  /** Finds an open invoice by our id after a lost answer; undefined when the system has none. */
  findInvoice?(payment: PaymentReference): Promise<OpenedInvoice | undefined>;
  /** The truth about a payment. Read-only. Absent where the system cannot be asked (Stars, card). */
  fetchStatus?(payment: PaymentReference): Promise<PaymentReport>;
  /** Takes the invoice back if it can be; a payment may win the race. */
  cancelInvoice?(payment: PaymentReference): Promise<void>;
  /** Verifies and reads a webhook; never throws for bad input. Absent where there are none. */
  readWebhook?(request: WebhookRequest): WebhookReading;
  /** Returns money. The same refundId again is the same refund. */
  refund(order: RefundOrder): Promise<RefundReport>;
  /** How a refund stands, after `pending` or `unknown`; undefined when the system has none. */
  fetchRefund?(order: RefundOrder): Promise<RefundReport | undefined>;
  /** Charges and refunds made at or after `since`, oldest first, page by page. */
  listSince?(since: Date, cursor?: string): Promise<SystemPage>;
  /** It lists a refund only beside its charge: not one of a charge from before `since`. */
  readonly listsRefundsByCharge?: true;
}

/** What an adapter is made of besides its settings. */
export interface PaymentSystemDeps {
  readonly http: HttpClient;
  readonly now: () => Date;
}

/** What is known of a system before it is made ready. */
export interface PaymentTraits {
  /** Lower-case, stable: part of keys, workflow attributes, routes and rows. */
  readonly id: string;
  /** What it can be priced in; the first is the default. */
  readonly currencies: readonly Currency[];
  /** `manual`: money can go back only by hand, outside the system. */
  readonly refunds: 'partial' | 'full' | 'manual';
  /** How long an invoice may stay open at the system, in seconds. */
  readonly invoiceSeconds: { readonly least: number; readonly most: number };
  /** How long after an invoice's expiry money may still come and is looked for, in seconds. */
  readonly graceSeconds: number;
  /** The shortest time between two look-ups of one payment, in milliseconds. */
  readonly pollMs: number;
}

export interface PaymentSystemDefinition<Settings = unknown> extends PaymentTraits {
  /** A z.object of environment names; `.describe()` says what each is for in `.env.example`. */
  readonly settings: z.ZodType<Settings>;
  /** Names of the settings that must never be shown. */
  readonly secrets: readonly string[];
  create(settings: Settings, deps: PaymentSystemDeps): PaymentSystem;
}

/** Identity; infers the settings' type from the literal. */
export function definePaymentSystem<Settings>(
  definition: PaymentSystemDefinition<Settings>,
): PaymentSystemDefinition<Settings> {
  return definition;
}
