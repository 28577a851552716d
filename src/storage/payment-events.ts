/** News from payment systems: stored before the webhook is answered, delivered until it arrives. */
import { keyOf } from './charge-row';
import type { Database } from './database';
import { recordCharge, type NewCharge } from './payment-charges';
import { findPayment, paymentOf, type Payment } from './payment-row';
import { ask } from './plain-statement';

export interface NewPaymentEvent {
  readonly system: string;
  /** The same event sent twice has the same id. */
  readonly eventId: string;
  /** The system's name for what happened. */
  readonly event: string;
  readonly paymentId?: string;
  readonly invoiceId?: string;
  /** The charge it is about, where it names nothing else. */
  readonly chargeId?: string;
  /** Where the signed notice itself proves the money: stored with the event or not at all. */
  readonly charge?: Omit<NewCharge, 'system' | 'paymentId'>;
}

export interface StoredPaymentEvent {
  readonly id: bigint;
  readonly isDelivered: boolean;
  /** Null when it names none that is known here yet. */
  readonly payment: Payment | null;
}

interface EventRow {
  readonly id: bigint;
  readonly system: string;
  readonly paymentId: string | null;
  readonly invoiceId: string | null;
  readonly deliveredAt: Date | null;
}

export type PaymentEventStore = ReturnType<typeof createPaymentEventStore>;

export function createPaymentEventStore(db: Database) {
  const stored = async (row: EventRow): Promise<StoredPaymentEvent> => ({
    id: row.id,
    isDelivered: row.deliveredAt !== null,
    payment: await paymentOfEvent(db, row),
  });
  return {
    /** Once per (system, event id); a repeat finds what the first one stored. */
    async record(event: NewPaymentEvent): Promise<StoredPaymentEvent> {
      const { system, eventId, event: name, invoiceId, charge } = event;
      const paymentId = event.paymentId ?? (await paymentIdOfCharge(db, event));
      const data = {
        system,
        eventId,
        event: name,
        paymentId: paymentId ?? null,
        invoiceId: invoiceId ?? null,
      };
      // Most events are one statement: a burst of them must not queue for transactions.
      if (charge === undefined) return stored(await storeOnce(db, data));
      const row = await db.$transaction(async (tx) => {
        const found = await storeOnce(tx, data);
        const payment = await paymentOfEvent(tx, found);
        const named = payment?.id ?? paymentId ?? invoiceId ?? '';
        await recordCharge(tx, { ...charge, system, paymentId: named });
        return found;
      });
      return stored(row);
    },

    async delivered(id: bigint): Promise<void> {
      await db.paymentEvent.updateMany({
        where: { id, deliveredAt: null },
        data: { deliveredAt: new Date() },
      });
    },

    /**
     * Those whose workflow was not told, the oldest first. What names no payment of ours (a shop used
     * by others too) never is, and must not stand in the way of the rest.
     */
    async undelivered(limit: number, receivedBefore: Date): Promise<StoredPaymentEvent[]> {
      const rows = await ask<{ id: bigint; payment_id: string }>(db)`
        SELECT e.id, y.id AS payment_id FROM payment_events e
        JOIN payments y ON y.system = e.system
          AND (y.id = e.payment_id OR y.invoice_id = e.invoice_id)
        WHERE e.delivered_at IS NULL AND e.received_at < ${receivedBefore}::timestamptz
        ORDER BY e.received_at LIMIT ${limit}::int`;
      return Promise.all(
        rows.map(async (row) => ({
          id: row.id,
          isDelivered: false,
          payment: await findPayment(db, row.payment_id),
        })),
      );
    },
  };
}

async function storeOnce(
  db: Pick<Database, 'paymentEvent'>,
  data: Pick<EventRow, 'system' | 'paymentId' | 'invoiceId'> & {
    readonly eventId: string;
    readonly event: string;
  },
): Promise<EventRow> {
  const [made] = await db.paymentEvent.createManyAndReturn({ data: [data], skipDuplicates: true });
  if (made !== undefined) return made;
  const { system, eventId } = data;
  return db.paymentEvent.findUniqueOrThrow({ where: { system_eventId: { system, eventId } } });
}

/** Undefined where no charge is named, or none that is known here. */
async function paymentIdOfCharge(
  db: Pick<Database, 'charge'>,
  { system, chargeId }: NewPaymentEvent,
): Promise<string | undefined> {
  if (chargeId === undefined) return undefined;
  const charge = await db.charge.findUnique({ where: keyOf({ system, chargeId }) });
  return charge?.paymentId ?? undefined;
}

async function paymentOfEvent(
  db: Pick<Database, 'payment'>,
  { system, paymentId, invoiceId }: Pick<EventRow, 'system' | 'paymentId' | 'invoiceId'>,
): Promise<Payment | null> {
  const byId =
    paymentId === null ? null : await db.payment.findUnique({ where: { id: paymentId } });
  if (byId?.system === system) return paymentOf(byId);
  if (invoiceId === null) return null;
  const byInvoice = await db.payment.findUnique({
    where: { system_invoiceId: { system, invoiceId } },
  });
  return byInvoice === null ? null : paymentOf(byInvoice);
}
