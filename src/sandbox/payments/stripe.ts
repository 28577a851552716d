/**
 * Plays Stripe Checkout: sessions, payment intents, charges with their fees, refunds whole and in parts,
 * disputes, events, kept answers by Idempotency-Key, webhooks signed anew for each try over three days.
 *
 * Actions besides the page's buttons: `pay {amount?}` (minor units), `refund {amount?}` (made in the
 * dashboard), `refundOutcome {status, reason?}` for the next refunds, `settle {status, reason?}` for a
 * pending refund, `dispute {inquiry?}`.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { decimalOf, isCurrency } from '../../domain/money';
import type { PayPage } from './frame/pay-page';
import { pageTexts, type Button } from './frame/pay-page-texts';
import { defineStandIn, StandInRefusal, type StandInAction } from './frame/stand-in';
import { createStripeApi } from './stripe-api';
import { openBooks, type StripeBooks } from './stripe-books';
import { errorBody } from './stripe-forms';
import type { WireCharge, WireDispute, WireSession } from './stripe-objects';
import { decide, dispute, refund, setOutcome, settle } from './stripe-refunds';
import {
  arrive,
  expire,
  expireSessions,
  fail,
  pay,
  payLater,
  secure,
  sessionIn,
} from './stripe-sessions';

// About three days, ever more slowly.
const repeatSeconds = [300, 1800, 7200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200];

const amountSchema = z.object({ amount: z.number().int().positive().optional() });
const inquirySchema = z.object({ inquiry: z.boolean().default(false) });
const outcomeSchema = z
  .object({ status: z.enum(['pending', 'succeeded', 'failed']), reason: z.string().optional() })
  .transform(({ status, reason }) => (reason === undefined ? { status } : { status, reason }));

/** A session by its id, or the last one of an order. */
function sessionOf({ sessions }: StripeBooks, id: string): WireSession {
  const session =
    sessions.get(id) ?? [...sessions.values()].findLast((one) => one.client_reference_id === id);
  if (!session) throw new StandInRefusal(404, 'no such session');
  return session;
}

function actionsOf(books: StripeBooks): Readonly<Record<string, StandInAction>> {
  const idOf = (id: string): string => sessionOf(books, id).id;
  const intentOf = (id: string): string => {
    const { session, intent } = sessionIn(books, idOf(id), 'complete');
    return session.payment_intent ?? intent.id;
  };
  const payIt: StandInAction = (id, body) => pay(books, idOf(id), amountSchema.parse(body).amount);
  // Not in life, where the session names the sum; a shop must notice it all the same.
  const payPart = (id: string, halves: number): unknown => {
    const session = sessionOf(books, id);
    return pay(books, session.id, Math.floor((session.amount_total * halves) / 2));
  };
  return {
    pay: payIt,
    enterCode: payIt,
    underpay: (id) => payPart(id, 1),
    overpay: (id) => payPart(id, 3),
    secure: (id) => secure(books, idOf(id)),
    payLater: (id) => payLater(books, idOf(id)),
    confirm: (id) => arrive(books, idOf(id)),
    fail: (id) => fail(books, idOf(id)),
    expire: (id) => expire(books, idOf(id)),
    refund: (id, body) => {
      const { amount } = amountSchema.parse(body);
      const part = amount === undefined ? {} : { amount };
      return refund(books, { payment_intent: intentOf(id), metadata: {}, ...part });
    },
    refundOutcome: (id, body) => setOutcome(books, intentOf(id), outcomeSchema.parse(body)),
    settle: (id, body) => settle(books, id, outcomeSchema.parse(body)),
    dispute: (id, body) => dispute(books, intentOf(id), inquirySchema.parse(body).inquiry),
    win: (id) => decide(books, intentOf(id), 'won'),
    lose: (id) => decide(books, intentOf(id), 'lost'),
  };
}

type Standing = Pick<PayPage, 'state' | 'buttons' | 'lines'>;

function amountText(amount: number, code: string): string {
  const currency = code.toUpperCase();
  const amountMinor = BigInt(amount);
  return `${isCurrency(currency) ? decimalOf({ amountMinor, currency }) : amount} ${currency}`;
}

/** What can still happen to money that was taken. */
function standingOfCharge({ disputes }: StripeBooks, charge: WireCharge): Standing {
  const isDecided = ({ status }: WireDispute): boolean => status === 'won' || status === 'lost';
  const ofCharge = [...disputes.values()].filter((one) => one.charge === charge.id);
  const { refunded, amount_refunded: returned, currency } = charge;
  const value = amountText(returned, currency);
  const lines = returned === 0 ? [] : [{ label: pageTexts.returned, value }];
  const state = refunded ? 'refunded' : returned > 0 ? 'partRefunded' : 'paid';
  if (ofCharge.some((one) => !isDecided(one))) return { state, lines, buttons: ['win', 'lose'] };
  const isOver = refunded || ofCharge.length > 0;
  return { state, lines, buttons: isOver ? [] : ['refund', 'dispute'] };
}

/** How a session stands and what can be done with it. */
function standing(books: StripeBooks, session: WireSession): Standing {
  const { intent } = sessionIn(books, session.id, session.status);
  const charge = books.charges.get(intent.latest_charge ?? '');
  if (charge) return standingOfCharge(books, charge);
  if (intent.status === 'processing') return { state: 'processing', buttons: ['confirm', 'fail'] };
  if (session.status !== 'open') return { state: 'closed', buttons: [] };
  const first: readonly Button[] =
    intent.status === 'requires_action'
      ? ['enterCode']
      : ['pay', 'secure', 'payLater', 'underpay', 'overpay'];
  return { state: 'open', buttons: [...first, 'fail', 'expire'] };
}

function pageOf(books: StripeBooks, id: string): PayPage | undefined {
  const session = books.sessions.get(id);
  if (!session) return undefined;
  return {
    amount: amountText(session.amount_total, session.currency),
    description: books.titles.get(id) ?? '',
    ...standing(books, session),
    returnUrl: session.success_url,
  };
}

export const stripeStandIn = defineStandIn({
  id: 'stripe',
  title: { en: 'Stripe', ru: 'Stripe' },
  keys: { STRIPE_SECRET_KEY: 'sk_test_sandbox', STRIPE_WEBHOOK_SECRET: 'whsec_sandbox' },
  webhooks: {
    nextInSeconds: (attempt) => repeatSeconds[attempt - 1],
    isTaken: (status) => status >= 200 && status < 300,
  },
  create(site) {
    const books = openBooks(site);
    return {
      answer: createStripeApi(books),
      page: (id) => pageOf(books, id),
      actions: actionsOf(books),
      signWebhook(body, at) {
        const time = Math.floor(at.getTime() / 1000);
        const mac = createHmac('sha256', site.keys.STRIPE_WEBHOOK_SECRET).update(`${time}.${body}`);
        return {
          'content-type': 'application/json; charset=utf-8',
          'stripe-signature': `t=${time},v1=${mac.digest('hex')}`,
        };
      },
      sweep: () => expireSessions(books),
      faultBody: (status) => errorBody(status),
    };
  },
});
