/** Charges that wait for an admin, and what the admin decides. */
import { tokensForPart, type HoldReason } from '../domain/charge';
import type { DecisionRequest } from '../domain/decision';
import { AppError, type ErrorCode } from '../domain/errors';
import type { Money } from '../domain/money';
import { holdingRefundStatuses } from '../domain/payment';
import type { Charge } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import { findCharge, keyOf, leftOf, paidOf, type RefundableCharge } from './charge-row';
import type { Database, Tx } from './database';
import { createLedgerStore } from './ledger-store';
import { endIfNothingLeft } from './payment-end';
import { findPayment, type Payment } from './payment-row';

export interface HeldCharge {
  readonly system: string;
  readonly chargeId: string;
  /** None when the system named a payment we do not know. */
  readonly paymentId: string | null;
  /** The payment as the system named it. */
  readonly reference: string;
  readonly paid: Money;
  readonly heldFor: HoldReason;
  readonly receivedAt: Date;
}

export interface PaymentBacklog {
  readonly undeliveredNews: number;
  readonly heldCharges: number;
  readonly refundsUnderWay: number;
}

export interface DecisionOrder {
  readonly paymentId: string;
  readonly request: DecisionRequest;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
}

export interface UnmatchedOrder {
  readonly system: string;
  readonly chargeId: string;
  readonly actor: string;
  readonly reason: string;
  /** Telegram ids of the admins. */
  readonly admins: readonly string[];
}

const held = { heldFor: { not: null }, creditedAt: null, refundedAt: null };
const waiting = { ...held, decision: null };
/** Also those to be returned whose refund was not begun: deciding so once more begins it. */
const listed = {
  OR: [
    waiting,
    {
      ...held,
      decision: 'return',
      refunds: { none: { origin: 'signal', status: { in: [...holdingRefundStatuses] } } },
    },
  ],
};

function heldOf(row: Charge): HeldCharge {
  return {
    system: row.system,
    chargeId: row.chargeId,
    paymentId: row.paymentId,
    reference: row.reference,
    paid: paidOf(row),
    heldFor: row.heldFor as HoldReason,
    receivedAt: row.receivedAt,
  };
}

export function createDecisions(db: Database) {
  return {
    /** What waits: for its workflow to be told, for an admin, for a payment system. */
    async backlog(): Promise<PaymentBacklog> {
      const [undeliveredNews, heldCharges, refundsUnderWay] = await Promise.all([
        db.paymentEvent.count({ where: { deliveredAt: null } }),
        db.charge.count({ where: listed }),
        db.refund.count({ where: { status: 'clawed_back', origin: 'signal' } }),
      ]);
      return { undeliveredNews, heldCharges, refundsUnderWay };
    },

    /** Null when it is not held. */
    async heldCharge(system: string, chargeId: string): Promise<HeldCharge | null> {
      const row = await db.charge.findFirst({ where: { ...waiting, system, chargeId } });
      return row === null ? null : heldOf(row);
    },

    /** The oldest first. */
    async heldCharges(limit: number): Promise<HeldCharge[]> {
      const rows = await db.charge.findMany({
        where: listed,
        orderBy: { receivedAt: 'asc' },
        take: limit,
      });
      return rows.map(heldOf);
    },

    dismissUnmatched: dismissUnmatched.bind(undefined, db),

    /** Undefined when it is decided now or was decided so before; else why not. Audited either way. */
    async decide({ paymentId, request, admins }: DecisionOrder): Promise<ErrorCode | undefined> {
      const payment = await findPayment(db, paymentId);
      return db.$transaction(async (tx) => {
        await createLedgerStore(tx).lock(payment.personId);
        const charge = await findCharge(tx, {
          system: payment.system,
          chargeId: request.chargeId,
        });
        if (charge?.decision === request.decision) return undefined;
        const code = admins.includes(request.actor)
          ? objection(payment, charge, request)
          : 'REFUND_ACTOR_UNKNOWN';
        if (code === undefined) await write(tx, payment, request);
        await recordAudit(tx, {
          actor: request.actor,
          action: 'decide_charge',
          target: `payment:${payment.id}`,
          reason: request.reason,
          outcome: code ?? request.decision,
        });
        return code;
      });
    },
  };
}

/**
 * Takes a charge that names no payment of ours off the list: there is nobody to credit, and what
 * becomes of the money is decided at its system. Throws REFUND_ACTOR_UNKNOWN, CHARGE_NOT_HELD.
 */
async function dismissUnmatched(db: Database, order: UnmatchedOrder): Promise<void> {
  const { system, chargeId, actor, reason, admins } = order;
  const code = await db.$transaction(async (tx) => {
    const refused = admins.includes(actor)
      ? await dismissInside(tx, { system, chargeId })
      : 'REFUND_ACTOR_UNKNOWN';
    const target = `charge:${system}:${chargeId}`;
    const outcome = refused ?? 'dismiss';
    await recordAudit(tx, { actor, action: 'decide_charge', target, reason, outcome });
    return refused;
  });
  if (code !== undefined) throw new AppError(code, `Charge ${system}:${chargeId}`);
}

async function dismissInside(
  tx: Tx,
  charge: { readonly system: string; readonly chargeId: string },
): Promise<'CHARGE_NOT_HELD' | undefined> {
  const { count } = await tx.charge.updateMany({
    where: { ...waiting, ...charge, paymentId: null },
    data: { decision: 'dismiss', decidedAt: new Date() },
  });
  return count === 1 ? undefined : 'CHARGE_NOT_HELD';
}

function objection(
  payment: Payment,
  charge: RefundableCharge | null,
  { decision }: DecisionRequest,
): ErrorCode | undefined {
  if (charge?.paymentId !== payment.id) return 'NOT_FOUND';
  const isHeld = charge.heldFor !== null && charge.creditedAt === null && charge.decision === null;
  if (!isHeld || leftOf(charge) === 0n) return 'CHARGE_NOT_HELD';
  if (decision !== 'credit_paid') return undefined;
  const worth = tokensForPart(payment, { ...paidOf(charge), amountMinor: leftOf(charge) });
  return worth === 0n ? 'PAYMENT_MISMATCH' : undefined;
}

async function write(tx: Tx, payment: Payment, request: DecisionRequest): Promise<void> {
  await tx.charge.update({
    where: keyOf({ system: payment.system, chargeId: request.chargeId }),
    data: { decision: request.decision, decidedAt: new Date() },
  });
  await endIfNothingLeft(tx, { system: payment.system, chargeId: request.chargeId });
}
