/** What moved at Stripe in a window of time, for the reconciliation. */
import type Stripe from 'stripe';
import type { SystemCharge } from '../domain/charge';
import { PaymentSystemError, type SystemTransaction } from './payment-system';
import { chargeOf, chargeOfIntent, orderOf } from './stripe-charge';
import { asking, isCountable } from './stripe-client';
import { refundOf } from './stripe-refund';
import type { Window } from './windows';

const pageSize = 100;
const movementsMax = 10_000;

interface Account {
  readonly stripe: Stripe;
  readonly isTest: boolean;
}

interface Created {
  readonly gte: number;
  readonly lt: number;
}

/** Throws `transient` rather than cut it short: what it left out would look as if it were not there. */
async function wholeList<T>(list: () => Stripe.ApiListPromise<T>): Promise<readonly T[]> {
  const rows = await asking(() => list().autoPagingToArray({ limit: movementsMax }));
  if (rows.length < movementsMax) return rows;
  throw new PaymentSystemError('transient', `a day of more than ${movementsMax} movements`);
}

interface ListedCharge {
  readonly kind: 'charge';
  readonly paymentId?: string;
  readonly charge: SystemCharge;
}

function chargeTransaction(
  charge: SystemCharge | undefined,
  marked: Parameters<typeof orderOf>[0],
): ListedCharge[] {
  return charge ? [{ kind: 'charge', ...orderOf(marked), charge }] : [];
}

/** The first of each charge: it may be disputed, of a slow method and new at once. */
function chargesOnce(all: readonly ListedCharge[]): readonly ListedCharge[] {
  const byId = new Map(all.toReversed().map((one) => [one.charge.chargeId, one]));
  return [...byId.values()].toReversed();
}

/** Charges as they stand now, with the disputes over them. */
async function chargesOf(
  account: Account,
  intents: readonly unknown[],
): Promise<readonly ListedCharge[]> {
  const expand = ['latest_charge.balance_transaction'];
  const found: ListedCharge[] = [];
  for (const id of new Set(intents)) {
    if (typeof id !== 'string') continue;
    const intent = await asking(() => account.stripe.paymentIntents.retrieve(id, { expand }));
    if (!isCountable(intent)) continue;
    found.push(...chargeTransaction(await chargeOfIntent(account, intent), intent));
  }
  return found;
}

/**
 * Charges of slow methods by when their money came: they were made when the payer was done, which may be
 * long before the window.
 */
async function slowBetween(account: Account, created: Created): Promise<readonly ListedCharge[]> {
  const query = { type: 'checkout.session.async_payment_succeeded', created, limit: pageSize };
  const told = await wholeList(() => account.stripe.events.list(query));
  const sessions = told.map(({ data }) => data.object as Stripe.Checkout.Session);
  return chargesOf(account, sessions.map(({ payment_intent: id }) => id).toReversed());
}

/** Charges of any age that a payer disputes since: whoever set up the webhook may have left those out. */
async function disputedBetween(
  account: Account,
  created: Created,
): Promise<readonly ListedCharge[]> {
  const begun = await wholeList(() => account.stripe.disputes.list({ created, limit: pageSize }));
  return chargesOf(account, begun.map(({ payment_intent: id }) => id).toReversed());
}

export async function listBetween(
  account: Account,
  { from, till }: Window,
): Promise<readonly SystemTransaction[]> {
  const seconds = (at: Date): number => Math.ceil(at.getTime() / 1000);
  const created = { gte: seconds(from), lt: seconds(till) };
  const query = { created, limit: pageSize };
  const { charges, refunds } = account.stripe;
  const [taken, returned] = await Promise.all([
    wholeList(() => charges.list({ ...query, expand: ['data.balance_transaction'] })),
    wholeList(() => refunds.list(query)),
  ]);
  const slow = await slowBetween(account, created);
  const disputed = await disputedBetween(account, created);
  // The newest come first; of one second the order is all that is known.
  const listed = taken
    .filter(isCountable)
    .toReversed()
    .flatMap((one) => chargeTransaction(chargeOf(account, one), one));
  return [
    ...chargesOnce([...disputed, ...listed, ...slow]),
    ...returned
      .filter(isCountable)
      .toReversed()
      .map((one): SystemTransaction => ({
        kind: 'refund',
        ...orderOf(one),
        refund: refundOf(one),
      })),
  ];
}
