/** Refunds and disputes at Stripe. */
import type { z } from 'zod';
import { known, newId, nowOf, tell, type StripeBooks } from './stripe-books';
import { StripeRefusal, type refundForm } from './stripe-forms';
import type { RefundOutcome, WireCharge, WireDispute, WireRefund } from './stripe-objects';

/** The charge a refund or dispute is about, by its own id or by its payment intent's. */
export function chargeIn(books: StripeBooks, id: string): WireCharge {
  const chargeId = books.intents.get(id)?.latest_charge ?? id;
  return known(books.charges, chargeId);
}

/** What was returned or is about to be. */
function returned({ refunds }: StripeBooks, chargeId: string): number {
  const counted = [...refunds.values()].filter(
    (one) => one.charge === chargeId && one.status !== 'failed',
  );
  return counted.reduce((sum, one) => sum + one.amount, 0);
}

function updateCharge(books: StripeBooks, id: string): void {
  const charge = known(books.charges, id);
  const amount = returned(books, id);
  const next = { ...charge, amount_refunded: amount, refunded: amount === charge.amount };
  books.charges.set(id, next);
  if (amount > charge.amount_refunded) tell(books, 'charge.refunded', next);
}

/** What a refund may be of, and how much; all that is left unless told. */
function refundable(books: StripeBooks, form: z.infer<typeof refundForm>) {
  const charge = chargeIn(books, form.payment_intent ?? form.charge ?? '');
  const left = charge.amount - returned(books, charge.id);
  const amount = form.amount ?? left;
  if (charge.disputed) throw new StripeRefusal(400, 'charge_disputed', 'the charge is disputed');
  if (left === 0) throw new StripeRefusal(400, 'charge_already_refunded', 'it is refunded');
  if (amount > left || amount === 0) {
    throw new StripeRefusal(400, 'amount_too_large', 'more than is left of the charge');
  }
  return { charge, amount };
}

export function refund(books: StripeBooks, form: z.infer<typeof refundForm>): WireRefund {
  const { charge, amount } = refundable(books, form);
  const { status, reason } = books.outcomes.get(charge.payment_intent) ?? { status: 'succeeded' };
  const made: WireRefund = {
    id: newId('re'),
    object: 'refund',
    created: nowOf(books),
    status,
    amount,
    currency: charge.currency,
    charge: charge.id,
    payment_intent: charge.payment_intent,
    metadata: form.metadata,
    reason: form.reason ?? null,
    ...(status === 'failed' && { failure_reason: reason ?? 'unknown' }),
  };
  books.refunds.set(made.id, made);
  tell(books, 'refund.created', made);
  updateCharge(books, charge.id);
  return made;
}

/** A refund that was pending ends; a failed one puts the money back into the balance. */
export function settle(books: StripeBooks, id: string, outcome: RefundOutcome): WireRefund {
  const before = known(books.refunds, id);
  if (before.status !== 'pending') throw new StripeRefusal(409, 'not_pending', before.status);
  const { status, reason } = outcome;
  const settled = {
    ...before,
    status,
    ...(status === 'failed' && { failure_reason: reason ?? 'unknown' }),
  };
  books.refunds.set(id, settled);
  tell(books, status === 'failed' ? 'refund.failed' : 'refund.updated', settled);
  updateCharge(books, before.charge);
  return settled;
}

/** What becomes of the next refunds of a payment. */
export function setOutcome(books: StripeBooks, id: string, outcome: RefundOutcome): void {
  books.outcomes.set(chargeIn(books, id).payment_intent, outcome);
}

/** The payer's bank takes the money back, or only asks. */
export function dispute(books: StripeBooks, id: string, isInquiry: boolean): WireDispute {
  const charge = chargeIn(books, id);
  if (charge.disputed) throw new StripeRefusal(409, 'charge_disputed', 'it is disputed already');
  books.charges.set(charge.id, { ...charge, disputed: true });
  const opened: WireDispute = {
    id: newId('du'),
    object: 'dispute',
    created: nowOf(books),
    livemode: false,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
    amount: charge.amount,
    currency: charge.currency,
    charge: charge.id,
    payment_intent: charge.payment_intent,
    reason: 'fraudulent',
    metadata: {},
  };
  books.disputes.set(opened.id, opened);
  tell(books, 'charge.dispute.created', opened);
  return opened;
}

/** The bank decides. The mark of the charge stays, also when the dispute was won. */
export function decide(books: StripeBooks, id: string, status: 'won' | 'lost'): WireDispute {
  const { id: chargeId } = chargeIn(books, id);
  const open = [...books.disputes.values()].findLast((one) => one.charge === chargeId);
  if (!open || open.status === 'won' || open.status === 'lost') {
    throw new StripeRefusal(409, 'no_dispute', 'no dispute is open');
  }
  const decided: WireDispute = { ...open, status };
  books.disputes.set(decided.id, decided);
  tell(books, 'charge.dispute.closed', decided);
  return decided;
}
