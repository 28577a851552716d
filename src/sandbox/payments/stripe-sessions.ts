/** What happens to a Checkout session and its payment. */
import type { z } from 'zod';
import { known, newId, nowOf, tell, type StripeBooks } from './stripe-books';
import { StripeRefusal, type sessionForm } from './stripe-forms';
import type { WireBalance, WireCharge, WireIntent, WireSession } from './stripe-objects';

const leastSeconds = 30 * 60;
const mostSeconds = 24 * 3600;
// Of a usual tariff: thousandths, and minor units for each charge.
const feePerMille = 29;
const feeFixed = 30;

function expiryOf(books: StripeBooks, wanted: number | undefined): number {
  const now = nowOf(books);
  const expiresAt = wanted ?? now + mostSeconds;
  if (expiresAt >= now + leastSeconds && expiresAt <= now + mostSeconds) return expiresAt;
  throw new StripeRefusal(
    400,
    'parameter_invalid',
    'expires_at must be 30 minutes to 24 hours ahead',
  );
}

export function openSession(books: StripeBooks, form: z.infer<typeof sessionForm>): WireSession {
  const { price_data: price, quantity } = form.line_items[0];
  const expiresAt = expiryOf(books, form.expires_at);
  const amount = price.unit_amount * quantity;
  if (amount < 50) throw new StripeRefusal(400, 'amount_too_small', 'at least 50 minor units');
  const common = { created: nowOf(books), livemode: false, currency: price.currency } as const;
  const intent: WireIntent = {
    ...common,
    id: newId('pi'),
    object: 'payment_intent',
    status: 'requires_payment_method',
    amount,
    amount_received: 0,
    metadata: form.payment_intent_data.metadata,
    latest_charge: null,
  };
  const id = newId('cs_test');
  const session: WireSession = {
    ...common,
    id,
    object: 'checkout.session',
    status: 'open',
    payment_status: 'unpaid',
    mode: 'payment',
    amount_total: amount,
    amount_subtotal: amount,
    client_reference_id: form.client_reference_id ?? null,
    customer_email: form.customer_email ?? null,
    metadata: form.metadata,
    // It is named only once the session is complete.
    payment_intent: null,
    success_url: form.success_url,
    expires_at: expiresAt,
    url: `${books.site.url}/pay/${id}`,
  };
  books.intents.set(intent.id, intent);
  books.sessions.set(id, session);
  books.titles.set(id, price.product_data.name);
  books.site.table<string>('intentOf').set(id, intent.id);
  return session;
}

export function sessionIn(
  books: StripeBooks,
  id: string,
  status: WireSession['status'],
): { readonly session: WireSession; readonly intent: WireIntent } {
  const session = known(books.sessions, id);
  if (session.status !== status) {
    throw new StripeRefusal(400, 'session_not_open', `the session is ${session.status}`);
  }
  const intentId = known(books.site.table<string>('intentOf'), id);
  return { session, intent: known(books.intents, intentId) };
}

/**
 * The charge of a payment that succeeded, with what is left of it after the fee. It is as old as what the
 * payer did; its money is booked now.
 */
function charge(books: StripeBooks, intent: WireIntent, doneAt?: number): WireCharge {
  const { amount, currency, metadata } = intent;
  const created = nowOf(books);
  const fee = Math.round((amount * feePerMille) / 1000) + feeFixed;
  const id = newId('ch');
  const booked: WireBalance = {
    id: newId('txn'),
    object: 'balance_transaction',
    created,
    amount,
    currency,
    fee,
    net: amount - fee,
    source: id,
  };
  const made: WireCharge = {
    id,
    object: 'charge',
    created: doneAt ?? created,
    livemode: false,
    status: 'succeeded',
    amount,
    amount_captured: amount,
    amount_refunded: 0,
    captured: true,
    paid: true,
    refunded: false,
    disputed: false,
    currency,
    metadata,
    payment_intent: intent.id,
    balance_transaction: booked.id,
  };
  books.balances.set(booked.id, booked);
  books.charges.set(id, made);
  const paid = {
    ...intent,
    status: 'succeeded',
    amount_received: amount,
    latest_charge: id,
  } as const;
  books.intents.set(intent.id, paid);
  tell(books, 'charge.succeeded', made);
  tell(books, 'payment_intent.succeeded', paid);
  return made;
}

function setSession(books: StripeBooks, session: WireSession, event: string): WireSession {
  books.sessions.set(session.id, session);
  tell(books, event, session);
  return session;
}

/** A card: complete and paid at once. `amount` plays a payment of another sum. */
export function pay(books: StripeBooks, id: string, amount?: number): WireSession {
  const { session, intent } = sessionIn(books, id, 'open');
  charge(books, { ...intent, amount: amount ?? intent.amount });
  return setSession(
    books,
    {
      ...session,
      status: 'complete',
      payment_status: 'paid',
      payment_intent: intent.id,
      url: null,
    },
    'checkout.session.completed',
  );
}

/** The bank wants a code first. */
export function secure(books: StripeBooks, id: string): void {
  const { intent } = sessionIn(books, id, 'open');
  books.intents.set(intent.id, { ...intent, status: 'requires_action' });
}

/** A slow method: complete, and paid only days later. */
export function payLater(books: StripeBooks, id: string): WireSession {
  const { session, intent } = sessionIn(books, id, 'open');
  books.intents.set(intent.id, { ...intent, status: 'processing' });
  return setSession(
    books,
    { ...session, status: 'complete', payment_intent: intent.id, url: null },
    'checkout.session.completed',
  );
}

/** The slow method's money came. */
export function arrive(books: StripeBooks, id: string): WireSession {
  const { session, intent } = sessionIn(books, id, 'complete');
  if (intent.status !== 'processing') throw new StripeRefusal(400, 'not_processing', intent.status);
  const done = [...books.events.values()].find(
    ({ type, data }) =>
      type === 'checkout.session.completed' && (data.object as { id?: unknown }).id === session.id,
  );
  charge(books, intent, done?.created);
  const paid = { ...session, payment_status: 'paid' } as const;
  return setSession(books, paid, 'checkout.session.async_payment_succeeded');
}

/** A refused card can be followed by another; a slow method that failed is the end. */
export function fail(books: StripeBooks, id: string): WireSession {
  const session = known(books.sessions, id);
  const { intent } = sessionIn(books, id, session.status);
  if (intent.status === 'succeeded') throw new StripeRefusal(400, 'already_paid', 'it is paid');
  const failed: WireIntent = { ...intent, status: 'requires_payment_method' };
  books.intents.set(intent.id, failed);
  tell(books, 'payment_intent.payment_failed', failed);
  if (intent.status !== 'processing') return session;
  return setSession(books, session, 'checkout.session.async_payment_failed');
}

export function expire(books: StripeBooks, id: string): WireSession {
  const { session } = sessionIn(books, id, 'open');
  return setSession(
    books,
    { ...session, status: 'expired', url: null },
    'checkout.session.expired',
  );
}

export function expireSessions(books: StripeBooks): void {
  const now = nowOf(books);
  for (const session of [...books.sessions.values()]) {
    if (session.status === 'open' && session.expires_at <= now) expire(books, session.id);
  }
}
