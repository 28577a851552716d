/** Money taken by Stripe, as the port tells it. A charge is named by its payment intent. */
import type Stripe from 'stripe';
import type { SystemCharge } from '../domain/charge';
import { asking, stripeDate, stripeMoney } from './stripe-client';

const disputesMax = 100;

// A mere inquiry of the bank takes nothing yet; what was won or prevented is over.
const lostOrOpen: ReadonlySet<string> = new Set([
  'needs_response',
  'under_review',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
]);

interface Account {
  readonly stripe: Stripe;
  readonly isTest: boolean;
}

/** What is there of an expanded field; undefined for a mere id. */
function whole<T extends object>(field: string | T | null): T | undefined {
  return typeof field === 'string' || field === null ? undefined : field;
}

/** The order a charge or refund was marked with. */
export function orderOf({ metadata }: { readonly metadata: Stripe.Metadata | null }): {
  readonly paymentId?: string;
} {
  const paymentId = metadata?.['payment_id'];
  return paymentId === undefined ? {} : { paymentId };
}

/** The fee is in the account's currency; in another one than the payment's it is left out. */
function feeOf(charge: Stripe.Charge): Pick<SystemCharge, 'fee'> {
  const booked = whole(charge.balance_transaction);
  const isSame = booked?.currency === charge.currency;
  return isSame ? { fee: stripeMoney(booked.fee, booked.currency) } : {};
}

/** Undefined for what was not taken, or not by a payment intent. */
export function chargeOf(
  { isTest }: Pick<Account, 'isTest'>,
  charge: Stripe.Charge,
): SystemCharge | undefined {
  const { payment_intent: intent, amount_captured: taken, currency } = charge;
  if (charge.status !== 'succeeded' || intent === null || taken === 0) return undefined;
  return {
    chargeId: typeof intent === 'string' ? intent : intent.id,
    paid: stripeMoney(taken, currency),
    ...feeOf(charge),
    at: stripeDate(whole(charge.balance_transaction)?.created ?? charge.created),
    ...(!charge.livemode && !isTest && { doubt: 'test' as const }),
  };
}

/** With whether it is disputed, which its own mark still says after the dispute was won. */
export async function chargeOfIntent(
  account: Account,
  intent: Stripe.PaymentIntent,
): Promise<SystemCharge | undefined> {
  const taken = whole(intent.latest_charge);
  const charge = taken && chargeOf(account, taken);
  if (charge === undefined || taken?.disputed !== true) return charge;
  const query = { payment_intent: intent.id, limit: disputesMax };
  const disputes = await asking(() => account.stripe.disputes.list(query));
  return { ...charge, disputed: disputes.data.some(({ status }) => lostOrOpen.has(status)) };
}
