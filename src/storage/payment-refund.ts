/**
 * Refunds of charges: decided and clawed back here in one transaction, then the workflow returns the
 * money, then they are settled, or put back when the payment system refuses.
 */
import { AppError, type ErrorCode } from '../domain/errors';
import { ledgerKeys } from '../domain/ledger';
import type { RefundRequest } from '../domain/refund';
import { tokens, type Tokens } from '../domain/tokens';
import type { Charge, Refund as RefundRow } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import type { Database, Tx } from './database';
import { createLedgerStore } from './ledger-store';
import { findPayment, findRefund, refundOf, type Payment, type Refund } from './payment-row';

export interface RefundOrder {
  readonly paymentId: string;
  readonly request: RefundRequest;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
}

/** `clawed_back`: the money must be returned now. The rest are ends. */
export type RefundDecision =
  | {
      readonly outcome: 'clawed_back' | 'settled' | 'put_back';
      readonly refundId: string;
      readonly system: string;
      readonly chargeId: string;
      readonly telegramId: bigint | null;
      readonly tokens: Tokens;
      readonly debtTokens: Tokens;
    }
  | { readonly outcome: 'refused'; readonly refundId: string; readonly code: ErrorCode };

/** Refunds in these statuses hold their charge: no other refund may have it. */
const holding = ['clawed_back', 'settled'];

interface Choice {
  readonly charge: Charge | null;
  readonly code: ErrorCode | null;
}

/**
 * Decides on a request behind the person's lock, so that two of them for one charge come one after the
 * other. Stars go back whole; tokens are taken back if they are unspent, or by `force`. A "no" is an
 * outcome, recorded and audited like a "yes"; the same refund id again gets its first outcome.
 * Throws NOT_FOUND for an unknown payment.
 */
export async function requestRefund(db: Database, order: RefundOrder): Promise<RefundDecision> {
  const payment = await findPayment(db, order.paymentId);
  const refundId = `${payment.id}:${order.request.id}`;
  return db.$transaction(async (tx) => {
    await createLedgerStore(tx).lock(payment.personId);
    const before = await tx.refund.findUnique({
      where: { id: refundId },
      include: { charge: true },
    });
    if (before !== null) return decisionOf(before, before.charge);
    const { charge, code } = await choose(tx, payment, order);
    const taken =
      charge === null || code !== null
        ? { code: code ?? ('NOT_FOUND' as const) }
        : await clawBack(tx, payment, { charge, refundId, force: order.request.force === true });
    return record(tx, { payment, refundId, request: order.request, charge, taken });
  });
}

/** The money is back with the person. Repeats are harmless. Throws NOT_FOUND. */
export async function settleRefund(db: Database, refundId: string): Promise<void> {
  await db.$transaction(async (tx) => {
    const refund = await findRefund(tx, refundId);
    if (!(await leaveClawedBack(tx, refund, { status: 'settled', failureCode: null }))) return;
    await tx.charge.update({
      where: { system_chargeId: { system: refund.system, chargeId: refund.chargeId } },
      data: { refundedAt: new Date() },
    });
  });
}

/** The payment system refused: tokens and debt are as before. Repeats are harmless. NOT_FOUND. */
export async function putBackRefund(db: Database, refundId: string): Promise<void> {
  const { paymentId } = await findRefund(db, refundId);
  const { personId } = await findPayment(db, paymentId);
  await db.$transaction(async (tx) => {
    const ledger = createLedgerStore(tx);
    await ledger.lock(personId);
    const refund = await findRefund(tx, refundId);
    const end = { status: 'put_back', failureCode: 'REFUND_REFUSED_BY_SYSTEM' } as const;
    if (!(await leaveClawedBack(tx, refund, end))) return;
    const amount = tokens(refund.tokens + refund.debtTokens);
    if (amount === 0n) return;
    // One credit undoes both halves: debt is paid first, the rest becomes available.
    await ledger.credit({
      personId,
      amount,
      operation: 'put_back',
      key: ledgerKeys.putBack(refundId),
      reference: paymentId,
    });
  });
}

async function choose(tx: Tx, payment: Payment, { request, admins }: RefundOrder): Promise<Choice> {
  if (!admins.includes(request.actor)) return { charge: null, code: 'REFUND_ACTOR_UNKNOWN' };
  const charges = await tx.charge.findMany({
    where: { paymentId: payment.id },
    orderBy: [{ receivedAt: 'asc' }, { chargeId: 'asc' }],
    include: { refunds: { where: { status: { in: holding } } } },
  });
  if (charges.length === 0) return { charge: null, code: 'REFUND_NOTHING_PAID' };
  const free = charges.filter((charge) => charge.refunds.length === 0);
  if (request.chargeId !== undefined) {
    const named = charges.find((charge) => charge.chargeId === request.chargeId);
    if (named === undefined) return { charge: null, code: 'NOT_FOUND' };
    return withAmount(named, free.includes(named) ? null : 'REFUND_ALREADY_DONE', request);
  }
  const [oldest] = free;
  if (oldest === undefined) return { charge: null, code: 'REFUND_ALREADY_DONE' };
  return withAmount(oldest, null, request);
}

/** Stars cannot be refunded in part. */
function withAmount(charge: Charge, code: ErrorCode | null, request: RefundRequest): Choice {
  const isWhole = request.amount === undefined || BigInt(request.amount) === charge.amountMinor;
  return { charge, code: code ?? (isWhole ? null : 'REFUND_AMOUNT_INVALID') };
}

type Taken =
  { readonly tokens: Tokens; readonly debtTokens: Tokens } | { readonly code: ErrorCode };

async function clawBack(
  tx: Tx,
  payment: Payment,
  { charge, refundId, force }: { charge: Charge; refundId: string; force: boolean },
): Promise<Taken> {
  // Money that was never credited (held, or not yet) goes back without tokens.
  if (charge.creditedAt === null) return { tokens: tokens(0n), debtTokens: tokens(0n) };
  try {
    const { taken, owed } = await createLedgerStore(tx).clawBack({
      personId: payment.personId,
      amount: payment.packTokens,
      key: ledgerKeys.clawback(refundId),
      reference: payment.id,
      force,
    });
    return { tokens: taken, debtTokens: owed };
  } catch (error) {
    if (error instanceof AppError && error.code === 'INSUFFICIENT_TOKENS') {
      return { code: 'REFUND_TOKENS_SPENT' };
    }
    throw error;
  }
}

async function record(
  tx: Tx,
  made: {
    payment: Payment;
    refundId: string;
    request: RefundRequest;
    charge: Charge | null;
    taken: Taken;
  },
): Promise<RefundDecision> {
  const { payment, refundId, request, charge, taken } = made;
  const refused = 'code' in taken ? taken.code : null;
  const amounts = 'code' in taken ? { tokens: 0n, debtTokens: 0n } : taken;
  const status = refused === null ? 'clawed_back' : 'refused';
  const row = await tx.refund.create({
    data: {
      id: refundId,
      paymentId: payment.id,
      system: payment.system,
      chargeId: charge?.chargeId ?? null,
      amountMinor: charge?.amountMinor ?? 0n,
      ...amounts,
      actor: request.actor,
      reason: request.reason,
      status,
      failureCode: refused,
      finishedAt: refused === null ? null : new Date(),
    },
  });
  await audit(tx, { ...request, paymentId: payment.id }, refused ?? status);
  return decisionOf(row, charge);
}

/** False when it had been settled or put back before. */
async function leaveClawedBack(
  tx: Tx,
  refund: Refund,
  end: { status: 'settled' | 'put_back'; failureCode: ErrorCode | null },
): Promise<boolean> {
  const { count } = await tx.refund.updateMany({
    where: { id: refund.id, status: 'clawed_back' },
    data: { ...end, finishedAt: new Date() },
  });
  if (count === 1) await audit(tx, refund, end.status);
  return count === 1;
}

async function audit(
  tx: Tx,
  on: { paymentId: string; actor: string; reason: string },
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

function decisionOf(row: RefundRow, charge: Charge | null): RefundDecision {
  if (charge === null || row.status === 'refused') {
    const code = (row.failureCode ?? 'NOT_FOUND') as ErrorCode;
    return { outcome: 'refused', refundId: row.id, code };
  }
  const { system, chargeId, telegramId, tokens: taken, debtTokens } = refundOf(row, charge);
  const outcome = row.status as 'clawed_back' | 'settled' | 'put_back';
  return { outcome, refundId: row.id, system, chargeId, telegramId, tokens: taken, debtTokens };
}
