/** Money as it comes in: asked for, recorded, credited or held. */
import { tokensForPart, type ChargeDoubt, type HoldReason } from '../domain/charge';
import type { Decision } from '../domain/decision';
import type { DepositBonusRules } from '../domain/deposit-bonus';
import { AppError, type ErrorCode } from '../domain/errors';
import { ledgerKeys } from '../domain/ledger';
import { tokens, type Tokens } from '../domain/tokens';
import {
  findCharge,
  holdReasonOf,
  keyOf,
  leftOf,
  paidOf,
  type RefundableCharge,
} from './charge-row';
import type { Database, Tx } from './database';
import { grantDepositBonuses } from './deposit-bonuses';
import { createLedgerStore } from './ledger-store';
import { findPayment, paymentOf, type Payment } from './payment-row';
import { ask } from './plain-statement';

/** What Telegram asks before it takes the money. */
export interface PreCheckout {
  readonly paymentId: string;
  readonly telegramId: bigint;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** Money a payment system says it took. */
export interface NewCharge {
  readonly system: string;
  readonly chargeId: string;
  /** As the system named it. */
  readonly paymentId: string;
  /** Who paid, where the system tells. */
  readonly telegramId?: bigint;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly doubt?: ChargeDoubt;
  readonly feeMinor?: bigint;
  readonly refundHandle?: string;
  /** When the system took it. */
  readonly paidAt?: Date;
}

export interface Credited {
  readonly tokens: Tokens;
  /** What the person can spend afterwards. */
  readonly balance: Tokens;
  /** False when this charge had been credited before, or goes back and never will be. */
  readonly credited: boolean;
  /** It was refunded before it could be credited: nobody got its tokens. */
  readonly goesBack: boolean;
}

/** A charge younger than this has its own signal on the way. */
const signalGraceMs = 30_000;

export function createCharges(db: Database, bonuses: DepositBonusRules) {
  return {
    /**
     * One indexed query: Telegram waits ten seconds for the answer, a person less. An order is paid once,
     * however often its invoice is pressed; money on its way to be credited counts as paid.
     */
    async checkForPreCheckout(asked: PreCheckout): Promise<'ok' | ErrorCode> {
      const [row] = await ask<{ verdict: 'ok' | ErrorCode }>(db)`
        SELECT CASE
          WHEN p.telegram_id <> ${asked.telegramId}::bigint OR y.currency <> ${asked.currency}
            OR y.amount_minor <> ${asked.amountMinor}::bigint THEN 'PAYMENT_MISMATCH'
          WHEN p.banned_at IS NOT NULL THEN 'BANNED'
          WHEN EXISTS (SELECT 1 FROM charges c WHERE c.payment_id = y.id
            AND c.refunded_at IS NULL AND c.held_for IS NULL) THEN 'PAYMENT_PAID_ALREADY'
          WHEN y.status IN ('paid', 'expired', 'failed') OR y.expires_at <= now() THEN 'PAYMENT_EXPIRED'
          ELSE 'ok' END AS verdict
        FROM payments y JOIN people p ON p.id = y.person_id WHERE y.id = ${asked.paymentId}`;
      return row?.verdict ?? 'NOT_FOUND';
    },

    recordCharge: recordCharge.bind(undefined, db),

    credit: creditCharge.bind(undefined, { db, bonuses }),

    /** What a charge was worth; null when it was not credited. */
    async creditedBy(system: string, chargeId: string): Promise<Tokens | null> {
      const row = await db.charge.findUnique({
        where: keyOf({ system, chargeId }),
        select: { creditedTokens: true },
      });
      const worth = row?.creditedTokens ?? null;
      return worth === null ? null : tokens(worth);
    },

    /** Charges that were stored but not credited although they could be: their signal got lost. */
    async uncreditedCharges(
      limit: number,
      receivedBefore = new Date(Date.now() - signalGraceMs),
    ): Promise<{ payment: Payment; chargeId: string }[]> {
      const rows = await ask<{ charge_id: string; payment_id: string }>(db)`
        SELECT c.charge_id, y.id AS payment_id
        FROM charges c JOIN payments y ON y.id = c.payment_id AND y.system = c.system
        WHERE c.credited_at IS NULL AND c.refunded_at IS NULL
          AND ((c.held_for IS NULL AND c.decision IS NULL)
            OR c.decision IN ('credit', 'credit_paid'))
          AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.system = c.system
            AND r.charge_id = c.charge_id AND r.status IN ('clawed_back', 'settled'))
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
 * Stores it before anything else happens, even when it names a payment this system does not have here:
 * then it is held for an admin.
 */
export async function recordCharge(
  db: Database | Tx,
  charge: NewCharge,
): Promise<{ isNew: boolean }> {
  const rows = await ask<object>(db)`
    INSERT INTO charges
      (system, charge_id, payment_id, reference, telegram_id, currency, amount_minor, doubt, fee_minor,
        refund_handle, paid_at, held_for)
    SELECT ${charge.system}, ${charge.chargeId}, y.id, ${charge.paymentId},
      ${charge.telegramId ?? null}::bigint, ${charge.currency}, ${charge.amountMinor}::bigint,
      ${charge.doubt ?? null}, ${charge.feeMinor ?? null}::bigint, ${charge.refundHandle ?? null},
      ${charge.paidAt ?? null}::timestamptz, CASE WHEN y.id IS NULL THEN 'unmatched' END
    FROM (SELECT 1) AS one
      LEFT JOIN payments y ON y.id = ${charge.paymentId} AND y.system = ${charge.system}
    ON CONFLICT (system, charge_id) DO NOTHING RETURNING charge_id`;
  return { isNew: rows.length === 1 };
}

type Attempt =
  Credited | { readonly heldFor: HoldReason } | { readonly closedBy: 'return' | 'dismiss' };

/**
 * Credits a stored charge once, and sets the payment `paid` whatever it was: late money is money.
 * Throws NOT_FOUND; PAYMENT_MISMATCH when it is not the money agreed on and no admin has decided to
 * credit it. Then nothing moves, and the charge is marked as held.
 */
async function creditCharge(
  { db, bonuses }: { readonly db: Database; readonly bonuses: DepositBonusRules },
  system: string,
  chargeId: string,
): Promise<Credited> {
  const { payment: row } = await chargeWithPayment(db, system, chargeId);
  if (row === null) {
    throw new AppError('PAYMENT_MISMATCH', `Charge ${system}:${chargeId} names no known payment`);
  }
  const payment = paymentOf(row);
  const attempt = await db.$transaction(async (tx) => {
    const done = await creditInside(tx, payment, chargeId);
    if ('credited' in done && done.credited) {
      const { id: paymentId, personId } = payment;
      const deposit = { paymentId, personId, tokens: done.tokens, system, chargeId };
      await grantDepositBonuses(tx, deposit, bonuses);
    }
    return done;
  });
  if ('heldFor' in attempt) {
    throw new AppError('PAYMENT_MISMATCH', `Payment ${payment.id} is held: ${attempt.heldFor}`);
  }
  if ('closedBy' in attempt) {
    throw new AppError('PAYMENT_MISMATCH', `Payment ${payment.id}: ${attempt.closedBy}`);
  }
  return attempt;
}

async function creditInside(tx: Tx, payment: Payment, chargeId: string): Promise<Attempt> {
  const ledger = createLedgerStore(tx);
  const { available } = await ledger.lock(payment.personId);
  const charge = await findCharge(tx, { system: payment.system, chargeId });
  if (charge === null) throw new AppError('NOT_FOUND', `No charge ${payment.system}:${chargeId}`);
  if (charge.creditedTokens !== null) {
    const before = tokens(charge.creditedTokens);
    return { tokens: before, balance: available, credited: false, goesBack: false };
  }
  const worth = await worthOf(tx, payment, charge);
  if (typeof worth === 'object') return worth;
  if (worth === 0n) {
    return { tokens: payment.packTokens, balance: available, credited: false, goesBack: true };
  }
  const amount = tokens(worth);
  const { applied, balance } = await ledger.credit({
    personId: payment.personId,
    amount,
    operation: 'credit',
    key: ledgerKeys.credit(payment.system, chargeId),
    reference: payment.id,
  });
  if (applied) await markCredited(tx, { chargeId, payment, amount });
  return { tokens: amount, balance: balance.available, credited: applied, goesBack: false };
}

/** The tokens a charge is to bring: none when it goes back; an object when it is not to be credited. */
async function worthOf(
  tx: Tx,
  payment: Payment,
  charge: RefundableCharge,
): Promise<bigint | { heldFor: HoldReason } | { closedBy: 'return' | 'dismiss' }> {
  const left = leftOf(charge);
  // A refund that came before the credit took nothing back, so nothing may be credited after it.
  if (left === 0n) return 0n;
  const decision = charge.decision as Decision | null;
  if (decision === 'return' || decision === 'dismiss') return { closedBy: decision };
  if (decision === 'credit') return payment.packTokens;
  if (decision === 'credit_paid') {
    return tokensForPart(payment, { ...paidOf(charge), amountMinor: left });
  }
  const heldFor = holdReasonOf(payment, charge);
  if (heldFor === undefined) return payment.packTokens;
  await tx.charge.update({ where: keyOf(charge), data: { heldFor } });
  return { heldFor };
}

/** Throws NOT_FOUND. */
async function chargeWithPayment(db: Database, system: string, chargeId: string) {
  const charge = await db.charge.findUnique({
    where: keyOf({ system, chargeId }),
    include: { payment: true },
  });
  if (charge === null) throw new AppError('NOT_FOUND', `No charge ${system}:${chargeId}`);
  return charge;
}

async function markCredited(
  tx: Tx,
  credited: { chargeId: string; payment: Payment; amount: Tokens },
): Promise<void> {
  const { chargeId, payment, amount } = credited;
  await tx.charge.update({
    where: keyOf({ system: payment.system, chargeId }),
    data: { creditedAt: new Date(), creditedTokens: amount, heldFor: null },
  });
  await tx.payment.update({ where: { id: payment.id }, data: { status: 'paid' } });
}
