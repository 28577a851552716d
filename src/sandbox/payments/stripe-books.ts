/** What Stripe keeps of one account. */
import { randomBytes } from 'node:crypto';
import type { Table } from '../journal';
import type { Site } from './frame/stand-in';
import type {
  RefundOutcome,
  WireBalance,
  WireCharge,
  WireDispute,
  WireEvent,
  WireIntent,
  WireRefund,
  WireSession,
} from './stripe-objects';
import { StripeRefusal } from './stripe-forms';

export type StripeSite = Site<'STRIPE_SECRET_KEY' | 'STRIPE_WEBHOOK_SECRET'>;

export interface StripeBooks {
  readonly site: StripeSite;
  readonly sessions: Table<WireSession>;
  /** What is sold in a session, by its id. */
  readonly titles: Table<string>;
  readonly intents: Table<WireIntent>;
  readonly charges: Table<WireCharge>;
  readonly balances: Table<WireBalance>;
  readonly refunds: Table<WireRefund>;
  readonly disputes: Table<WireDispute>;
  readonly events: Table<WireEvent>;
  readonly outcomes: Table<RefundOutcome>;
}

export function openBooks(site: StripeSite): StripeBooks {
  return {
    site,
    sessions: site.table('sessions'),
    titles: site.table('titles'),
    intents: site.table('intents'),
    charges: site.table('charges'),
    balances: site.table('balances'),
    refunds: site.table('refunds'),
    disputes: site.table('disputes'),
    events: site.table('events'),
    outcomes: site.table('outcomes'),
  };
}

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;

export const nowOf = ({ site }: StripeBooks): number => Math.floor(site.now().getTime() / 1000);

/** What is found; else Stripe's "No such ...". */
export function known<Row>(table: Pick<Table<Row>, 'get'>, id: string): Row {
  const row = table.get(id);
  if (row === undefined)
    throw new StripeRefusal(404, 'resource_missing', `No such object: '${id}'`);
  return row;
}

/** What an endpoint is told of is chosen in the dashboard; these a shop with Checkout needs. */
const enabledEvents = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.closed',
]);

/** Keeps an event and sends it if it is one of those; the object is as it is now. */
export function tell(books: StripeBooks, type: string, object: unknown): void {
  const event: WireEvent = {
    id: newId('evt'),
    object: 'event',
    type,
    api_version: '2026-10-28.endive',
    created: nowOf(books),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: null,
  };
  books.events.set(event.id, event);
  if (enabledEvents.has(type)) books.site.notify({ event: type, body: JSON.stringify(event) });
}
