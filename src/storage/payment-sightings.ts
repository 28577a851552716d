/**
 * What was seen at a payment system, booked: charges, refunds made in its cabinet, disputes. Everything
 * is decided from the stored rows, so that the same report twice changes nothing.
 */
import { createHash } from 'node:crypto';
import type { PaymentReport, SystemCharge, SystemRefund } from '../domain/charge';
import type { RefundOrigin, RefundStatus } from '../domain/payment';
import type { Charge } from '../generated/prisma/client';
import { findCharge, keyOf, leftOf, type RefundableCharge } from './charge-row';
import type { Database, Tx } from './database';
import { createLedgerStore } from './ledger-store';
import { cameBack, noteIfWhole, undoInside } from './payment-clawback';
import { book, freeze, openFreeze, replaced, setAside, thaw, type Subject } from './payment-freeze';
import { freeName } from './payment-return';
import { findPayment, refundOf, type Payment } from './payment-row';

/** A refund nobody asked for here, or one that was asked for here, went through and came back. */
export interface ForeignRefund {
  readonly refundId: string;
  readonly origin: RefundOrigin;
  readonly status: RefundStatus;
}

/** What the rows of a payment say now. */
export interface Sighting {
  /** Changes with every fact below and with nothing else. */
  readonly facts: string;
  /** Charges that are neither credited nor decided nor returned. */
  readonly open: readonly string[];
  readonly foreign: readonly ForeignRefund[];
}

export function createSightings(db: Database) {
  return {
    /** Books a report and says how the payment stands then. Throws NOT_FOUND. */
    async observe(paymentId: string, report: PaymentReport): Promise<Sighting> {
      const payment = await findPayment(db, paymentId);
      await db.$transaction(async (tx) => {
        await createLedgerStore(tx).lock(payment.personId);
        for (const charge of report.charges) await observeCharge(tx, payment, charge);
        for (const refund of report.refunds) await observeRefund(tx, payment, refund);
        // Last, so that a dispute freezes only what did not go back.
        for (const charge of report.charges) await observeDispute(tx, payment, charge);
      });
      return look(db, paymentId);
    },

    /** How the payment stands without asking anybody. */
    sighting: (paymentId: string): Promise<Sighting> => look(db, paymentId),
  };
}

async function look(db: Database, paymentId: string): Promise<Sighting> {
  const charges = await db.charge.findMany({
    where: { paymentId },
    orderBy: { chargeId: 'asc' },
  });
  const refunds = await db.refund.findMany({
    where: {
      paymentId,
      OR: [{ origin: { not: 'signal' }, reason: { not: replaced } }, { failureCode: cameBack }],
    },
    orderBy: { id: 'asc' },
  });
  const foreign = refunds.map((row) => ({
    refundId: row.id,
    origin: row.origin as RefundOrigin,
    status: row.status as RefundStatus,
  }));
  return {
    facts: digest([charges.map(factsOf), foreign]),
    open: charges.filter(isOpen).map(({ chargeId }) => chargeId),
    foreign,
  };
}

function isOpen(charge: Charge): boolean {
  const isOver = charge.creditedAt !== null || charge.refundedAt !== null;
  return !isOver && charge.decision === null;
}

/** What a payment system may still change about a charge. */
function factsOf(charge: Charge): readonly string[] {
  const { chargeId, currency, amountMinor, doubt, disputedAt } = charge;
  return [chargeId, currency, amountMinor.toString(), doubt ?? '', disputedAt === null ? '' : 'd'];
}

function digest(facts: unknown): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

async function observeCharge(tx: Tx, payment: Payment, seen: SystemCharge): Promise<void> {
  if (seen.paid.amountMinor === 0n) return;
  const key = { system: payment.system, chargeId: seen.chargeId };
  await tx.charge.createMany({
    data: [{ ...key, ...termsOf(seen), paymentId: payment.id, reference: payment.id }],
    skipDuplicates: true,
  });
  const charge = await findCharge(tx, key);
  // Another payment has it: one taking of money pays for one thing.
  if (charge === null || (charge.paymentId ?? payment.id) !== payment.id) return;
  await tx.charge.update({ where: keyOf(key), data: changesOf(payment, charge, seen) });
}

function termsOf(seen: SystemCharge) {
  return {
    currency: seen.paid.currency,
    amountMinor: seen.paid.amountMinor,
    doubt: seen.doubt ?? null,
  };
}

/**
 * The same rest after the fee, split otherwise: a wallet's history shows the rest alone, and what its payer
 * was charged is concluded from the price. A signed notice that said so before knows better.
 */
function isSplitAnew(known: RefundableCharge, { paid, fee }: SystemCharge): boolean {
  if (known.feeMinor === null || fee === undefined) return false;
  const rest = known.amountMinor - known.feeMinor;
  return paid.amountMinor !== known.amountMinor && paid.amountMinor - fee.amountMinor === rest;
}

/** Details that only ever get better; a system that stops telling takes nothing back. */
function detailsOf(known: RefundableCharge, seen: SystemCharge) {
  const { fee } = isSplitAnew(known, seen) ? {} : seen;
  return {
    paidAt: seen.at,
    ...(fee === undefined ? {} : { feeMinor: fee.amountMinor }),
    ...(seen.refundHandle === undefined ? {} : { refundHandle: seen.refundHandle }),
  };
}

/** What is left after a fee that is known already is no other sum. */
function termsOver(known: RefundableCharge, seen: SystemCharge) {
  const { amountMinor, feeMinor } = known;
  const terms = termsOf(seen);
  const isRest = seen.isNet === true && amountMinor - (feeMinor ?? 0n) === terms.amountMinor;
  return isRest || isSplitAnew(known, seen) ? { ...terms, amountMinor } : terms;
}

/** Once credited or decided, the terms of a charge are history. New terms are judged anew. */
function changesOf(payment: Payment, charge: RefundableCharge, seen: SystemCharge) {
  const details = detailsOf(charge, seen);
  if (!isOpen(charge)) return details;
  const terms = termsOver(charge, seen);
  const disputedAt = seen.disputed === true ? (charge.disputedAt ?? seen.at) : null;
  const isSame =
    charge.paymentId === payment.id &&
    charge.currency === terms.currency &&
    charge.amountMinor === terms.amountMinor &&
    charge.doubt === terms.doubt &&
    (charge.disputedAt === null) === (disputedAt === null);
  if (isSame) return details;
  return { ...details, ...terms, disputedAt, paymentId: payment.id, heldFor: null };
}

/** The bank may still decide for us, so the tokens are taken as for a refund and can be put back. */
async function observeDispute(tx: Tx, payment: Payment, seen: SystemCharge): Promise<void> {
  const charge = await findCharge(tx, { system: payment.system, chargeId: seen.chargeId });
  if (charge?.paymentId !== payment.id) return;
  const subject = { payment, charge };
  const isFrozen = openFreeze(charge) !== undefined;
  if (seen.disputed === true) {
    if (!isFrozen) await freeze(tx, subject, 'dispute');
  } else if (isFrozen) {
    await thaw(tx, subject);
  } else if (charge.disputedAt !== null) {
    // It began before the credit an admin decided on, and ended before the next look: nothing was frozen.
    await tx.charge.update({ where: keyOf(charge), data: { disputedAt: null } });
  }
}

async function observeRefund(tx: Tx, payment: Payment, seen: SystemRefund): Promise<void> {
  const { system } = payment;
  const charge = await findCharge(tx, { system, chargeId: seen.chargeId });
  if (charge?.paymentId !== payment.id) return;
  const isKnown = await isOurs(tx, payment, seen);
  if (seen.status === 'refused') await undo(tx, payment, seen);
  if (isKnown) return;
  if (seen.status !== 'refunded' || seen.amount.currency !== charge.currency) return;
  const frozen = openFreeze(charge);
  if (frozen === undefined) return bookCabinet(tx, { payment, charge }, seen);
  // What went back is no longer in doubt; the rest is.
  await setAside(tx, { payment, charge });
  const free = await findCharge(tx, charge);
  if (free !== null) await bookCabinet(tx, { payment, charge: free }, seen);
  const rest = await findCharge(tx, charge);
  if (rest !== null) await freeze(tx, { payment, charge: rest }, frozen.reason);
}

/** Days after a refund went through, a bank may send it back: the money is the shop's again. */
async function undo(tx: Tx, payment: Payment, { systemRefundId }: SystemRefund): Promise<void> {
  const { system, personId } = payment;
  const row = await tx.refund.findFirst({
    // What an admin returned by hand afterwards has gone another way.
    where: { system, systemRefundId, paymentId: payment.id, status: 'settled', manual: false },
    include: { charge: true },
  });
  if (row?.charge) await undoInside(tx, personId, refundOf(row, row.charge));
}

async function bookCabinet(tx: Tx, subject: Subject, seen: SystemRefund): Promise<void> {
  const { payment, charge } = subject;
  const left = leftOf(charge);
  // Both cannot be: how much is left is known once ours has ended, and then it is looked at again.
  if (seen.amount.amountMinor > left && (await isOneOnItsWay(tx, subject))) return;
  if (left === 0n) return;
  await book(tx, subject, {
    id: `${payment.id}:cabinet:${seen.systemRefundId}`,
    amount: seen.amount.amountMinor < left ? seen.amount.amountMinor : left,
    origin: 'cabinet',
    systemRefundId: seen.systemRefundId,
  });
  await noteIfWhole(tx, charge);
}

async function isOneOnItsWay(tx: Tx, { payment, charge }: Subject): Promise<boolean> {
  const { chargeId } = charge;
  const where = { paymentId: payment.id, chargeId, origin: 'signal', status: 'clawed_back' };
  return (await tx.refund.count({ where })) > 0;
}

/** Asked for here, or booked before. Notes the system's id of ours, so that it is known next time. */
async function isOurs(tx: Tx, payment: Payment, seen: SystemRefund): Promise<boolean> {
  const { system } = payment;
  const { systemRefundId, chargeId, reference } = seen;
  // One that was refused before is another than this.
  if (seen.status === 'refunded') await freeName(tx, { system, systemRefundId });
  const known = await tx.refund.findFirst({ where: { system, systemRefundId } });
  if (known !== null) return true;
  const ours = { paymentId: payment.id, origin: 'signal', systemRefundId: null } as const;
  const named =
    reference === undefined
      ? null
      : // One we gave up went through after all: it has to be booked.
        await tx.refund.findFirst({
          where: { ...ours, id: reference, status: { not: 'put_back' } },
        });
  if (named !== null) {
    await tx.refund.update({ where: { id: named.id }, data: { systemRefundId } });
    return true;
  }
  // A refund of ours is on its way and its answer may be lost: this may be it. Once that is settled
  // by its own id, what is left over is somebody else's.
  const onItsWay = await tx.refund.count({
    where: { ...ours, chargeId, status: 'clawed_back', amountMinor: seen.amount.amountMinor },
  });
  return onItsWay > 0;
}
