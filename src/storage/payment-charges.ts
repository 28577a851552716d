/** Money as it comes in: asked for, recorded, credited. */
import { AppError, type ErrorCode } from '../domain/errors';
import { ledgerKeys } from '../domain/ledger';
import type { Tokens } from '../domain/tokens';
import type { Database, Tx } from './database';
import { createLedgerStore } from './ledger-store';
import { findPayment, paymentOf, type Payment } from './payment-row';

/** What Telegram asks before it takes the money. */
export interface PreCheckout {
  readonly paymentId: string;
  readonly telegramId: bigint;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** Money a payment system says it took. */
export interface NewCharge extends PreCheckout {
  readonly system: string;
  readonly chargeId: string;
}

export interface Credited {
  readonly tokens: Tokens;
  /** What the person can spend afterwards. */
  readonly balance: Tokens;
  /** False when this charge had been credited before, or was refunded before it could be. */
  readonly credited: boolean;
}

/** A charge younger than this has its own signal on the way. */
const signalGraceMs = 30_000;

export function createCharges(db: Database) {
  return {
    /** One indexed query: Telegram waits ten seconds for the answer, a person less. */
    async checkForPreCheckout(asked: PreCheckout): Promise<'ok' | ErrorCode> {
      const [row] = await db.$queryRaw<{ verdict: 'ok' | ErrorCode }[]>`
        SELECT CASE
          WHEN p.telegram_id <> ${asked.telegramId}::bigint OR y.currency <> ${asked.currency}
            OR y.amount_minor <> ${asked.amountMinor}::bigint THEN 'PAYMENT_MISMATCH'
          WHEN p.banned_at IS NOT NULL THEN 'BANNED'
          WHEN y.status IN ('expired', 'failed') OR y.expires_at <= now() THEN 'PAYMENT_EXPIRED'
          ELSE 'ok' END AS verdict
        FROM payments y JOIN people p ON p.id = y.person_id WHERE y.id = ${asked.paymentId}`;
      return row?.verdict ?? 'NOT_FOUND';
    },

    /** Stores it before anything else happens, even when it names a payment nobody knows. */
    async recordCharge(charge: NewCharge): Promise<{ isNew: boolean }> {
      const rows = await db.$queryRaw<object[]>`
        INSERT INTO charges
          (system, charge_id, payment_id, reference, telegram_id, currency, amount_minor)
        VALUES (${charge.system}, ${charge.chargeId},
          (SELECT id FROM payments WHERE id = ${charge.paymentId}), ${charge.paymentId},
          ${charge.telegramId}::bigint, ${charge.currency}, ${charge.amountMinor}::bigint)
        ON CONFLICT (system, charge_id) DO NOTHING RETURNING charge_id`;
      return { isNew: rows.length === 1 };
    },

    credit: creditCharge.bind(undefined, db),

    /** Charges that were stored but not credited although they could be: their signal got lost. */
    async uncreditedCharges(
      limit: number,
      receivedBefore = new Date(Date.now() - signalGraceMs),
    ): Promise<{ payment: Payment; chargeId: string }[]> {
      const rows = await db.$queryRaw<{ charge_id: string; payment_id: string }[]>`
        SELECT c.charge_id, y.id AS payment_id
        FROM charges c JOIN payments y ON y.id = c.payment_id AND y.system = c.system
          AND y.currency = c.currency AND y.amount_minor = c.amount_minor
        WHERE c.credited_at IS NULL AND c.refunded_at IS NULL
          AND c.received_at < ${receivedBefore}::timestamptz
        ORDER BY c.received_at LIMIT ${limit}::int`;
      return Promise.all(
        rows.map(async (row) => ({
          payment: await findPayment(db, row.payment_id),
          chargeId: row.charge_id,
        })),
      );
    },
  };
}

/**
 * Credits a stored charge once, and sets the payment `paid` whatever it was: late money is money.
 * Throws NOT_FOUND; PAYMENT_MISMATCH when it is not the money agreed on, and then nothing moves.
 */
async function creditCharge(db: Database, system: string, chargeId: string): Promise<Credited> {
  const payment = await agreedPayment(db, system, chargeId);
  return db.$transaction(async (tx) => {
    const ledger = createLedgerStore(tx);
    const { available } = await ledger.lock(payment.personId);
    if (await isGoingBack(tx, system, chargeId)) {
      return { tokens: payment.packTokens, balance: available, credited: false };
    }
    const { applied, balance } = await ledger.credit({
      personId: payment.personId,
      amount: payment.packTokens,
      operation: 'credit',
      key: ledgerKeys.credit(system, chargeId),
      reference: payment.id,
    });
    if (applied) await markCredited(tx, { system, chargeId, payment });
    return { tokens: payment.packTokens, balance: balance.available, credited: applied };
  });
}

async function agreedPayment(db: Database, system: string, chargeId: string): Promise<Payment> {
  const charge = await db.charge.findUnique({
    where: { system_chargeId: { system, chargeId } },
    include: { payment: true },
  });
  if (charge === null) throw new AppError('NOT_FOUND', `No charge ${system}:${chargeId}`);
  const { payment } = charge;
  if (payment === null) {
    throw new AppError('PAYMENT_MISMATCH', `Charge ${system}:${chargeId} names no known payment`);
  }
  const isAgreed =
    payment.system === system &&
    payment.currency === charge.currency &&
    payment.amountMinor === charge.amountMinor;
  if (!isAgreed) {
    const got = `${charge.amountMinor} ${charge.currency}`;
    throw new AppError('PAYMENT_MISMATCH', `Payment ${payment.id} got ${got}`);
  }
  return paymentOf(payment);
}

/** A refund that came before the credit took nothing back, so nothing may be credited after it. */
async function isGoingBack(tx: Tx, system: string, chargeId: string): Promise<boolean> {
  const refunds = await tx.refund.count({
    where: {
      system,
      chargeId,
      tokens: 0n,
      debtTokens: 0n,
      status: { in: ['clawed_back', 'settled'] },
    },
  });
  return refunds > 0;
}

async function markCredited(
  tx: Tx,
  charge: { system: string; chargeId: string; payment: Payment },
): Promise<void> {
  const { system, chargeId, payment } = charge;
  await tx.charge.update({
    where: { system_chargeId: { system, chargeId } },
    data: { creditedAt: new Date(), creditedTokens: payment.packTokens },
  });
  await tx.payment.update({ where: { id: payment.id }, data: { status: 'paid' } });
}
