/**
 * What a refund does to tokens: taken back in proportion before the money goes, given again when it
 * does not go after all. The one place where a refund touches the ledger.
 */
import { tokensToTakeBack } from '../domain/charge';
import { AppError, type ErrorCode } from '../domain/errors';
import { ledgerKeys } from '../domain/ledger';
import { tokens, type Tokens } from '../domain/tokens';
import { recordAudit } from './audit-store';
import { leftOf, type RefundableCharge } from './charge-row';
import type { Database, Tx } from './database';
import { putBackDepositBonuses, takeBackDepositBonuses } from './deposit-bonuses';
import { createLedgerStore } from './ledger-store';
import { endIfNothingLeft } from './payment-end';
import { findPayment, findRefund, type Payment, type Refund } from './payment-row';

export interface ClawbackWish {
  readonly charge: RefundableCharge;
  readonly refundId: string;
  /** Minor units of the charge's currency; not above what is left of it. */
  readonly amount: bigint;
  /** Takes what is there and books the shortfall as debt. */
  readonly force: boolean;
}

export type Taken =
  { readonly tokens: Tokens; readonly debtTokens: Tokens } | { readonly code: ErrorCode };

/** Call it behind the person's lock, before the refund's row is written. */
export async function takeTokens(tx: Tx, payment: Payment, wish: ClawbackWish): Promise<Taken> {
  const { charge, refundId, force } = wish;
  const nothing = { taken: tokens(0n), owed: tokens(0n) };
  const amount = tokensOf(wish);
  try {
    // Rounding may leave no bought token to the last part of the money; its bonuses go all the same.
    const { taken, owed } =
      amount === 0n
        ? nothing
        : await createLedgerStore(tx).clawBack({
            personId: payment.personId,
            amount,
            key: ledgerKeys.clawback(refundId),
            reference: charge.paymentId ?? payment.id,
            force,
          });
    await takeBackDepositBonuses(tx, {
      refundId,
      system: charge.system,
      chargeId: charge.chargeId,
      amountMinor: wish.amount,
      chargedMinor: charge.amountMinor,
    });
    return { tokens: taken, debtTokens: owed };
  } catch (error) {
    if (error instanceof AppError && error.code === 'INSUFFICIENT_TOKENS') {
      return { code: 'REFUND_TOKENS_SPENT' };
    }
    throw error;
  }
}

/** Money that was never credited (held, or not yet) goes back without tokens. */
function tokensOf({ charge, amount }: ClawbackWish): Tokens {
  if (charge.creditedTokens === null) return tokens(0n);
  return tokens(
    tokensToTakeBack(charge.creditedTokens, {
      charged: charge.amountMinor,
      amount,
      returnedBefore: charge.amountMinor - leftOf(charge),
      takenBefore: charge.refunds.reduce((sum, row) => sum + row.tokens + row.debtTokens, 0n),
    }),
  );
}

/** Who ended it and why, where that is another than who asked for it. For the audit. */
type By = Pick<Refund, 'actor' | 'reason'>;

/** Why a refund that had gone through is put back. */
export const cameBack = 'REFUND_CAME_BACK' satisfies ErrorCode;

/** The money is back with the person. Repeats are harmless. Throws NOT_FOUND. */
export async function settleRefund(db: Database, refundId: string, by?: By): Promise<void> {
  await aboutRefund(db, refundId, async (tx, { refund }) => {
    const ended = { ...refund, ...by };
    if (!(await leave(tx, ended, { status: 'settled', failureCode: null }))) return;
    await noteIfWhole(tx, refund);
  });
}

/** The payment system refused: tokens and debt are as before. Repeats are harmless. NOT_FOUND. */
export async function putBackRefund(db: Database, refundId: string, by?: By): Promise<void> {
  await aboutRefund(db, refundId, (tx, { refund, personId }) =>
    putBackInside(tx, personId, { ...refund, ...by }),
  );
}

/** Behind the person's lock, which comes before those of the refund and its charge. NOT_FOUND. */
export async function aboutRefund(
  db: Database,
  refundId: string,
  work: (tx: Tx, about: { refund: Refund; personId: string }) => Promise<void>,
): Promise<void> {
  const { paymentId } = await findRefund(db, refundId);
  const { personId } = await findPayment(db, paymentId);
  await db.$transaction(async (tx) => {
    await createLedgerStore(tx).lock(personId);
    await work(tx, { refund: await findRefund(tx, refundId), personId });
  });
}

/** Call it behind the person's lock. */
export async function putBackInside(tx: Tx, personId: string, refund: Refund): Promise<void> {
  const failureCode = refund.origin === 'signal' ? 'REFUND_REFUSED_BY_SYSTEM' : null;
  if (await leave(tx, refund, { status: 'put_back', failureCode })) {
    await giveBack(tx, personId, refund);
  }
}

/** The money of a settled refund is the shop's again. Call it behind the person's lock. */
export async function undoInside(tx: Tx, personId: string, refund: Refund): Promise<void> {
  const end = { from: 'settled', status: 'put_back', failureCode: cameBack } as const;
  if (!(await leave(tx, refund, end))) return;
  const { system, chargeId } = refund;
  await tx.charge.updateMany({ where: { system, chargeId }, data: { refundedAt: null } });
  await giveBack(tx, personId, refund);
}

async function giveBack(tx: Tx, personId: string, refund: Refund): Promise<void> {
  // A held charge that was to be returned waits for another decision.
  await tx.charge.updateMany({
    where: { system: refund.system, chargeId: refund.chargeId, decision: 'return' },
    data: { decision: null, decidedAt: null },
  });
  const amount = tokens(refund.tokens + refund.debtTokens);
  await putBackDepositBonuses(tx, refund.id);
  if (amount === 0n) return;
  // One credit undoes both halves: debt is paid first, the rest becomes available.
  await createLedgerStore(tx).credit({
    personId,
    amount,
    operation: 'put_back',
    key: ledgerKeys.putBack(refund.id),
    reference: refund.paymentId,
  });
}

/** Marks the charge once all of it is back. */
export async function noteIfWhole(
  tx: Tx,
  charge: { readonly system: string; readonly chargeId: string },
): Promise<void> {
  const { system, chargeId } = charge;
  const { _sum } = await tx.refund.aggregate({
    where: { system, chargeId, status: 'settled' },
    _sum: { amountMinor: true },
  });
  await tx.charge.updateMany({
    where: { system, chargeId, refundedAt: null, amountMinor: _sum.amountMinor ?? -1n },
    data: { refundedAt: new Date() },
  });
  await endIfNothingLeft(tx, { system, chargeId });
}

/** False when it had been left before. */
async function leave(
  tx: Tx,
  refund: Refund,
  end: { from?: 'settled'; status: 'settled' | 'put_back'; failureCode: ErrorCode | null },
): Promise<boolean> {
  const { from = 'clawed_back', ...said } = end;
  const { count } = await tx.refund.updateMany({
    where: { id: refund.id, status: from },
    // What went back by hand stays marked so: its system will never list it.
    data: { ...said, finishedAt: new Date(), ...(said.status === 'put_back' && { manual: false }) },
  });
  if (count === 1) await auditRefund(tx, refund, said.status);
  return count === 1;
}

export async function auditRefund(
  tx: Tx,
  on: { readonly paymentId: string; readonly actor: string; readonly reason: string },
  outcome: string,
): Promise<void> {
  await recordAudit(tx, {
    actor: on.actor,
    action: 'refund_payment',
    target: `payment:${on.paymentId}`,
    reason: on.reason,
    outcome,
  });
}
