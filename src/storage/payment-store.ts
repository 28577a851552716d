import type { DepositBonusRules } from '../domain/deposit-bonus';
import { AppError, type ErrorCode } from '../domain/errors';
import type { Pack } from '../domain/packs';
import type { Database } from './database';
import { depositBonusesOf, depositBonusesTakenBack, noDepositBonuses } from './deposit-bonuses';
import { createPackShelf } from './pack-store';
import { createCharges } from './payment-charges';
import { putBackRefund, settleRefund } from './payment-clawback';
import { createDecisions } from './payment-decisions';
import { createFreezes } from './payment-freeze';
import { createPaymentList } from './payment-list';
import { createOpening, createOverdue } from './payment-opening';
import { requestRefund } from './payment-refund';
import { createReturns, createUnfinishedReturns } from './payment-return';
import { findPayment, findRefund, paymentOf, type Payment, type Refund } from './payment-row';
import { createSightings } from './payment-sightings';
import type { Language } from './person-store';
import { createPurchases } from './purchases';
import { createReceiptContacts } from './receipt-contacts';

export type { Payment, Refund } from './payment-row';

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

/** `bonuses`: what a credited charge brings besides what was bought. */
export function createPaymentStore(db: Database, bonuses: DepositBonusRules = noDepositBonuses) {
  return {
    ...createPackShelf(db),
    ...createPaymentLife(db),
    ...createPaymentList(db),
    ...createReceiptContacts(db),
    ...createPurchases(db),
    ...createCharges(db, bonuses),
    ...createOpening(db),
    ...createOverdue(db),
    ...createReturns(db),
    ...createUnfinishedReturns(db),
    ...createDecisions(db),
    ...createSightings(db),
    ...createFreezes(db),
    requestRefund: requestRefund.bind(undefined, db),
    settleRefund: settleRefund.bind(undefined, db),
    putBackRefund: putBackRefund.bind(undefined, db),
    bonusesOf: depositBonusesOf.bind(undefined, db),
    bonusesTakenBack: depositBonusesTakenBack.bind(undefined, db),
    /** Throws NOT_FOUND, also for a request refused before a charge was found for it. */
    getRefund: (refundId: string): Promise<Refund> => findRefund(db, refundId),
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
