import { AppError, type ErrorCode } from '../domain/errors';
import type { Currency, Money } from '../domain/money';
import { seededStarPacks } from '../domain/payment';
import { tokens, type Tokens } from '../domain/tokens';
import type { Database } from './database';
import { createCharges } from './payment-charges';
import { putBackRefund, settleRefund } from './payment-clawback';
import { createDecisions } from './payment-decisions';
import { createOpening } from './payment-opening';
import { requestRefund } from './payment-refund';
import { createReturns } from './payment-return';
import { findPayment, findRefund, paymentOf, type Payment, type Refund } from './payment-row';
import { createSightings } from './payment-sightings';
import type { Language } from './person-store';

export type { Payment, Refund } from './payment-row';

/** Tokens for a price in one payment system. */
export interface Pack {
  readonly packTokens: Tokens;
  readonly price: Money;
}

export interface NewPayment {
  readonly id: string;
  readonly person: { readonly id: string };
  readonly chatId: bigint;
  readonly language: Language;
  readonly pack: Pack;
  readonly system: string;
  readonly expiresAt: Date;
}

export type PaymentStore = ReturnType<typeof createPaymentStore>;

export function createPaymentStore(db: Database) {
  return {
    ...createPackShelf(db),
    ...createPaymentLife(db),
    ...createCharges(db),
    ...createOpening(db),
    ...createReturns(db),
    ...createDecisions(db),
    ...createSightings(db),
    requestRefund: requestRefund.bind(undefined, db),
    settleRefund: settleRefund.bind(undefined, db),
    putBackRefund: putBackRefund.bind(undefined, db),
    /** Throws NOT_FOUND, also for a request refused before a charge was found for it. */
    getRefund: (refundId: string): Promise<Refund> => findRefund(db, refundId),
  };
}

function createPackShelf(db: Database) {
  return {
    /** The packs on sale, the smallest first. */
    async packs(system: string): Promise<Pack[]> {
      const rows = await db.pack.findMany({
        where: { system, active: true },
        orderBy: { packTokens: 'asc' },
      });
      return rows.map((row) => ({
        packTokens: tokens(row.packTokens),
        price: { amountMinor: row.amountMinor, currency: row.currency as Currency },
      }));
    },

    /** Adds what is missing and never overwrites: prices are the owner's after that. */
    async seedPacks(): Promise<void> {
      const data = seededStarPacks.map((pack) => ({ system: 'stars', currency: 'XTR', ...pack }));
      await db.pack.createMany({ data, skipDuplicates: true });
    },
  };
}

function createPaymentLife(db: Database) {
  return {
    /** Stores the payment once and returns what is stored. Throws IDEMPOTENCY_CONFLICT. */
    async create(wish: NewPayment): Promise<Payment> {
      const { id, person, chatId, language, pack, system, expiresAt } = wish;
      const { packTokens, price } = pack;
      await db.payment.createMany({
        data: [
          { id, personId: person.id, chatId, language, system, packTokens, expiresAt, ...price },
        ],
        skipDuplicates: true,
      });
      const payment = await findPayment(db, id);
      if (payment.personId !== person.id) {
        throw new AppError('IDEMPOTENCY_CONFLICT', `Payment ${id} is someone else's`);
      }
      return payment;
    },

    /** Throws NOT_FOUND. */
    get: (id: string): Promise<Payment> => findPayment(db, id),

    /** Never takes a later status back. */
    async invoiceSent(id: string, messageId?: bigint): Promise<void> {
      if (messageId !== undefined) {
        await db.payment.updateMany({ where: { id }, data: { invoiceMessageId: messageId } });
      }
      await db.payment.updateMany({
        where: { id, status: 'created' },
        data: { status: 'invoiced' },
      });
    },

    /** False when a charge is stored: the payment must not expire. */
    async expire(id: string): Promise<boolean> {
      await db.payment.updateMany({
        where: { id, status: { in: ['created', 'invoiced'] }, charges: { none: {} } },
        data: { status: 'expired' },
      });
      return (await findPayment(db, id)).status === 'expired';
    },

    /** The invoice could not be sent. A charge that comes all the same is credited. */
    async fail(id: string, code: ErrorCode): Promise<void> {
      await db.payment.updateMany({
        where: { id, status: { in: ['created', 'invoiced'] } },
        data: { status: 'failed', failureCode: code },
      });
    },

    /** The newest first. */
    async listByPerson(personId: string, page: { limit: number }): Promise<Payment[]> {
      const rows = await db.payment.findMany({
        where: { personId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: page.limit,
      });
      return rows.map(paymentOf);
    },
  };
}
