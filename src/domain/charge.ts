/**
 * What a payment system says of a payment, and what Easel makes of it.
 * Nothing here is believed because it arrived: it was looked up at the system, or its notice was signed.
 */
import type { Money } from './money';

/**
 * Why a charge is not simply good, as the system or adapter sees it. `test`: a test object on a live
 * shop; `foreign-shop`: another shop's; `frozen`: taken but held back (AML, wallet limits).
 * A wrong amount or currency needs no doubt: `paid` is compared with the price.
 */
export const chargeDoubts = ['test', 'foreign-shop', 'frozen'] as const;
export type ChargeDoubt = (typeof chargeDoubts)[number];

/** Money the system says it took for one payment. */
export interface SystemCharge {
  /** The system's id of this taking of money; credited once by (system, chargeId). At most 255. */
  readonly chargeId: string;
  /** What the payer was charged in the invoice's currency, before the system's fee. */
  readonly paid: Money;
  /** `paid` is what was left after the fee, because the system told no more (YooMoney's history). */
  readonly isNet?: boolean;
  /** The system's fee where it tells, in the same currency. */
  readonly fee?: Money;
  readonly at: Date;
  readonly doubt?: ChargeDoubt;
  /** What a refund needs besides the charge's id: a payment intent, "5.12 USDT", an address... */
  readonly refundHandle?: string;
  /** A chargeback or dispute is open or lost. */
  readonly disputed?: boolean;
  /** The cash register refused its fiscal receipt (54-FZ): money was taken without one. */
  readonly lacksReceipt?: true;
}

/** A refund as the system lists it: ours, or one made in its cabinet (then without `reference`). */
export interface SystemRefund {
  readonly systemRefundId: string;
  readonly chargeId: string;
  readonly amount: Money;
  readonly status: 'pending' | 'refunded' | 'refused';
  /** Our refund's id, when the system kept it. */
  readonly reference?: string;
  readonly at: Date;
  /** The cash register refused its fiscal receipt (54-FZ): money went back without one. */
  readonly lacksReceipt?: true;
}

/** How a payment stands at the system. */
export interface PaymentReport {
  /** `open`: can still be paid. `processing`: seen, not final. `closed`: paid or nobody can any more. */
  readonly state: 'open' | 'processing' | 'closed';
  readonly charges: readonly SystemCharge[];
  readonly refunds: readonly SystemRefund[];
}

/**
 * Why a charge waits for an admin. The doubts are the system's; the rest is ours. `unmatched`: it names
 * no payment of that system here. `part-refunded`: some of it went back before it was credited.
 */
export const holdReasons = [
  ...chargeDoubts,
  'underpaid',
  'overpaid',
  'currency',
  'disputed',
  'unmatched',
  'part-refunded',
] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Up to this part of the price more is a payer's rounding, and credited as the price. */
const overpaidTolerance = 100n;

/** Undefined when the charge is the money that was agreed on. */
export function holdReason(
  price: Money,
  charge: Pick<SystemCharge, 'paid' | 'doubt' | 'disputed'>,
): HoldReason | undefined {
  if (charge.doubt !== undefined) return charge.doubt;
  if (charge.disputed === true) return 'disputed';
  if (charge.paid.currency !== price.currency) return 'currency';
  if (charge.paid.amountMinor < price.amountMinor) return 'underpaid';
  const most = price.amountMinor + price.amountMinor / overpaidTolerance;
  return charge.paid.amountMinor > most ? 'overpaid' : undefined;
}

/** The tokens that `paid` is worth at a price; whole tokens, rounded down. */
export function tokensForPart(
  pack: { readonly packTokens: bigint; readonly price: Money },
  paid: Money,
): bigint {
  if (paid.currency !== pack.price.currency) return 0n;
  return (pack.packTokens * paid.amountMinor) / pack.price.amountMinor;
}

/**
 * Tokens a refund in part takes back: in proportion, rounded up, so that small parts cannot leave
 * tokens behind; the last part takes exactly the rest.
 */
export function tokensToTakeBack(
  credited: bigint,
  refund: {
    /** The whole charge, in minor units. */
    readonly charged: bigint;
    readonly amount: bigint;
    readonly returnedBefore: bigint;
    readonly takenBefore: bigint;
  },
): bigint {
  const returned = refund.returnedBefore + refund.amount;
  const due = (credited * returned + refund.charged - 1n) / refund.charged;
  return due > refund.takenBefore ? due - refund.takenBefore : 0n;
}
