/**
 * Refunds of charges: decided and clawed back here in one transaction, then the workflow returns the
 * money, then they are settled, or put back when the payment system refuses.
 */
import type { ErrorCode } from '../domain/errors';
import type { RefundRequest } from '../domain/refund';
import type { Tokens } from '../domain/tokens';
import type { Charge, Refund as RefundRow } from '../generated/prisma/client';
import { keyOf, leftOf, withRefunds, type RefundableCharge } from './charge-row';
import type { Database, Tx } from './database';
import { createLedgerStore } from './ledger-store';
import { auditRefund, takeTokens, type Taken } from './payment-clawback';
import { findPayment, refundOf, type Payment } from './payment-row';

export interface RefundOrder {
  readonly paymentId: string;
  readonly request: RefundRequest;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
  /** Whether a part of a charge can go back; without it only all of it at once. */
  readonly inParts?: boolean;
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

/** Which charge, and how much of it; `code` says why not. */
interface Choice {
  readonly charge: RefundableCharge | null;
  readonly amount: bigint;
  readonly code: ErrorCode | null;
}

/**
 * Decides on a request behind the person's lock, so that two of them for one charge come one after the
 * other. Tokens are taken back if they are unspent, or by `force`. A "no" is an outcome, recorded and
 * audited like a "yes"; the same refund id again gets its first outcome.
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
    // It confirms a refund that was never asked for.
    if (order.request.done !== undefined)
      return { outcome: 'refused', refundId, code: 'NOT_FOUND' };
    const choice = await choose(tx, payment, order);
    const { charge, amount, code } = choice;
    const taken =
      charge === null || code !== null
        ? { code: code ?? ('NOT_FOUND' as const) }
        : await takeTokens(tx, payment, {
            charge,
            refundId,
            amount,
            force: order.request.force === true,
          });
    return record(tx, { payment, refundId, request: order.request, choice, taken });
  });
}

async function choose(tx: Tx, payment: Payment, order: RefundOrder): Promise<Choice> {
  const { request, admins } = order;
  if (!admins.includes(request.actor)) return none('REFUND_ACTOR_UNKNOWN');
  const charges = await tx.charge.findMany({
    where: { paymentId: payment.id },
    orderBy: [{ receivedAt: 'asc' }, { chargeId: 'asc' }],
    include: withRefunds,
  });
  if (charges.length === 0) return none('REFUND_NOTHING_PAID');
  const named =
    request.chargeId === undefined
      ? charges.find((charge) => leftOf(charge) > 0n)
      : charges.find((charge) => charge.chargeId === request.chargeId);
  if (named !== undefined) return withAmount(named, order);
  return none(request.chargeId === undefined ? 'REFUND_ALREADY_DONE' : 'NOT_FOUND');
}

function none(code: ErrorCode): Choice {
  return { charge: null, amount: 0n, code };
}

function withAmount(charge: RefundableCharge, { request, inParts }: RefundOrder): Choice {
  const left = leftOf(charge);
  const amount = request.amount === undefined ? left : BigInt(request.amount);
  const isWhole = amount === charge.amountMinor;
  // What was not credited would have to be credited in part: all that is left of it goes back, or it
  // is decided first.
  const mayBePart = inParts === true && (charge.creditedTokens !== null || amount === left);
  if (left === 0n) return { charge, amount: charge.amountMinor, code: 'REFUND_ALREADY_DONE' };
  const fits = amount <= left && (isWhole || mayBePart);
  return { charge, amount, code: fits ? null : 'REFUND_AMOUNT_INVALID' };
}

async function record(
  tx: Tx,
  made: {
    payment: Payment;
    refundId: string;
    request: RefundRequest;
    choice: Choice;
    taken: Taken;
  },
): Promise<RefundDecision> {
  const { payment, refundId, request, choice, taken } = made;
  const refused = 'code' in taken ? taken.code : null;
  const amounts = 'code' in taken ? { tokens: 0n, debtTokens: 0n } : taken;
  const status = refused === null ? 'clawed_back' : 'refused';
  const row = await tx.refund.create({
    data: {
      id: refundId,
      paymentId: payment.id,
      system: payment.system,
      chargeId: choice.charge?.chargeId ?? null,
      amountMinor: choice.amount,
      ...amounts,
      actor: request.actor,
      reason: request.reason,
      status,
      failureCode: refused,
      finishedAt: refused === null ? null : new Date(),
    },
  });
  await auditRefund(tx, { ...request, paymentId: payment.id }, refused ?? status);
  if (refused !== null) await holdAgain(tx, choice.charge);
  return decisionOf(row, choice.charge);
}

/** A held charge that was to be returned and cannot be waits for another decision. */
async function holdAgain(tx: Tx, charge: RefundableCharge | null): Promise<void> {
  if (charge?.decision !== 'return' || leftOf(charge) === 0n) return;
  await tx.charge.update({ where: keyOf(charge), data: { decision: null, decidedAt: null } });
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
