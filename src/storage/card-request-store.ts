/** Bank transfers that admins confirm by hand: one row a payment, decided once. */
import {
  CARD_REQUESTS_OPEN_MAX,
  cardReference,
  confirmation,
  type CardRequestState,
  type SeenTransfer,
} from '../domain/card-request';
import { AppError } from '../domain/errors';
import type { CardRequest as CardRow, Payment as PaymentRow } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import { isUniqueViolation, type Database, type Tx } from './database';
import { createLedgerStore } from './ledger-store';
import { recordCharge } from './payment-charges';
import { paymentOf, type Payment } from './payment-row';

export interface CardRequest {
  readonly reference: string;
  readonly state: CardRequestState;
  readonly payment: Payment;
  /** When the person last sent a receipt. */
  readonly receiptAt: Date | null;
  readonly createdAt: Date;
}

interface Deciding {
  readonly reference: string;
  /** Telegram id of the admin. */
  readonly actor: string;
}

export type CardRequestStore = ReturnType<typeof createCardRequestStore>;

export function createCardRequestStore(db: Database) {
  return {
    /** Throws NOT_FOUND. */
    get: (reference: string): Promise<CardRequest> => find(db, reference),

    /** Undecided ones, also those whose time is over; the oldest first. */
    async waiting(limit: number): Promise<CardRequest[]> {
      const rows = await db.cardRequest.findMany({
        where: { state: 'open' },
        orderBy: { createdAt: 'asc' },
        take: limit,
        include: { payment: true },
      });
      return rows.map(requestOf);
    },

    /** The person sent something about it. Throws NOT_FOUND for somebody else's. */
    async noteReceipt(paymentId: string, personId: string, now: Date): Promise<CardRequest> {
      const { count } = await db.cardRequest.updateMany({
        where: { paymentId, personId },
        data: { receiptAt: now },
      });
      if (count === 0) throw new AppError('NOT_FOUND', `No card request ${paymentId}`);
      return find(db, cardReference(paymentId));
    },

    /**
     * The money is at the bank: makes the charge. The same words again are harmless, another transfer
     * or another amount is not. Throws NOT_FOUND, CARD_REQUEST_OWN, CARD_REQUEST_DECIDED and
     * CARD_TRANSFER_KNOWN for a transfer that stands for another request.
     */
    async confirm(wish: Deciding & SeenTransfer): Promise<{ payment: Payment; chargeId: string }> {
      try {
        return await db.$transaction((tx) => confirm(tx, wish));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new AppError('CARD_TRANSFER_KNOWN', `Transfer ${wish.bankReference} is known`);
      }
    },

    /** No such money will come. Throws NOT_FOUND, CARD_REQUEST_DECIDED; a repeat is harmless. */
    reject: (wish: Deciding & { readonly reason: string }): Promise<Payment> =>
      db.$transaction((tx) => reject(tx, wish)),
  };
}

/** Opens one with its payment, in the payment's own transaction. Throws CARD_REQUESTS_OPEN. */
export async function openCardRequest(tx: Tx, payment: Payment, now: Date): Promise<void> {
  const { id, personId, expiresAt } = payment;
  await tx.cardRequest.updateMany({
    where: { personId, state: 'open', expiresAt: { lte: now } },
    data: { state: 'expired' },
  });
  const open = await tx.cardRequest.count({ where: { personId, state: 'open' } });
  if (open >= CARD_REQUESTS_OPEN_MAX) {
    throw new AppError('CARD_REQUESTS_OPEN', `${open} card requests are open`);
  }
  const reference = cardReference(id);
  await tx.cardRequest.create({ data: { paymentId: id, personId, reference, expiresAt } });
}

async function confirm(
  tx: Tx,
  wish: Deciding & SeenTransfer,
): Promise<{ payment: Payment; chargeId: string }> {
  const { row, payment, telegramId } = await lock(tx, wish.reference);
  const { actor, amountMinor, bankReference } = wish;
  const known =
    row.bankReference === null || row.amountMinor === null
      ? null
      : { bankReference: row.bankReference, amountMinor: row.amountMinor };
  const isOwn = telegramId.toString() === actor;
  const request = { state: row.state as CardRequestState, transfer: known, isOwn };
  const verdict = confirmation(request, { amountMinor, bankReference });
  if (verdict === 'repeat') return { payment, chargeId: bankReference };
  if (verdict !== 'confirm') throw new AppError(verdict, `Card request ${wish.reference}`);
  const { system, price } = payment;
  const charge = { system, chargeId: bankReference, paymentId: payment.id, telegramId };
  const { isNew } = await recordCharge(tx, { ...charge, amountMinor, currency: price.currency });
  if (!isNew) throw new AppError('CARD_TRANSFER_KNOWN', `Transfer ${bankReference} is known`);
  await tx.cardRequest.update({
    where: { paymentId: payment.id },
    data: {
      state: 'confirmed',
      bankReference,
      amountMinor,
      decidedBy: actor,
      decidedAt: new Date(),
    },
  });
  const seen = `${amountMinor} ${price.currency} by ${bankReference}`;
  await audit(tx, payment, { actor, reason: seen, outcome: 'confirmed' });
  return { payment, chargeId: bankReference };
}

async function reject(tx: Tx, wish: Deciding & { readonly reason: string }): Promise<Payment> {
  const { row, payment } = await lock(tx, wish.reference);
  const { actor, reason } = wish;
  if (row.state === 'rejected') return payment;
  if (row.state === 'confirmed') {
    throw new AppError('CARD_REQUEST_DECIDED', `Card request ${wish.reference} is confirmed`);
  }
  await tx.cardRequest.update({
    where: { paymentId: payment.id },
    data: { state: 'rejected', decidedBy: actor, decidedAt: new Date(), reason },
  });
  await tx.payment.updateMany({
    where: { id: payment.id, status: { in: ['created', 'invoiced'] } },
    data: { status: 'expired' },
  });
  await audit(tx, payment, { actor, reason, outcome: 'rejected' });
  return payment;
}

/** Behind the lock of the person whose request it is, so that two decisions come one by one. */
async function lock(tx: Tx, reference: string) {
  const { payment } = await find(tx, reference);
  await createLedgerStore(tx).lock(payment.personId);
  const row = await tx.cardRequest.findUniqueOrThrow({
    where: { reference },
    include: { person: { select: { telegramId: true } } },
  });
  return { row, payment, telegramId: row.person.telegramId };
}

async function find(db: Database | Tx, reference: string): Promise<CardRequest> {
  const row = await db.cardRequest.findUnique({ where: { reference }, include: { payment: true } });
  if (row === null) throw new AppError('NOT_FOUND', `No card request ${reference}`);
  return requestOf(row);
}

function requestOf(row: CardRow & { payment: PaymentRow }): CardRequest {
  return {
    reference: row.reference,
    state: row.state as CardRequestState,
    payment: paymentOf(row.payment),
    receiptAt: row.receiptAt,
    createdAt: row.createdAt,
  };
}

async function audit(
  tx: Tx,
  payment: Payment,
  done: { readonly actor: string; readonly reason: string; readonly outcome: string },
): Promise<void> {
  await recordAudit(tx, {
    ...done,
    action: 'decide_card_request',
    target: `payment:${payment.id}`,
  });
}
