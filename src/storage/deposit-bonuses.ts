/**
 * Bonuses that stand on a paid charge: given in the transaction that credits it, taken back in the one
 * that decides a refund of it, given again when that refund fails.
 *
 * The caller holds the buyer's lock. A referrer is locked after the buyer and is always the older
 * person (see domain/referral), so transactions of several buyers cannot wait for each other in a circle.
 */
import {
  bonusToReturn,
  type DepositBonusKind,
  type DepositBonusRules,
} from '../domain/deposit-bonus';
import { ledgerKeys } from '../domain/ledger';
import { shareOf } from '../domain/promo';
import { tokens, type Tokens } from '../domain/tokens';
import type { Tx } from './database';
import { createLedgerStore } from './ledger-store';

export const noDepositBonuses: DepositBonusRules = { firstDepositPercent: 0n, referralPercent: 0n };

/** A charge that is being credited. */
export interface Deposit {
  readonly paymentId: string;
  /** The buyer. */
  readonly personId: string;
  /** What was credited for the money. */
  readonly tokens: Tokens;
  readonly system: string;
  readonly chargeId: string;
}

/** One bonus as it was given. */
export interface GivenBonus {
  readonly kind: DepositBonusKind;
  readonly personId: string;
  readonly tokens: Tokens;
}

interface Gift extends GivenBonus {
  readonly key: string;
}

/** Gives what the credited charge brings; call it once, after its credit was applied. */
export async function grantDepositBonuses(
  tx: Tx,
  deposit: Deposit,
  rules: DepositBonusRules,
): Promise<void> {
  const gifts = [
    await firstDeposit(tx, deposit, rules.firstDepositPercent),
    await promoExtra(tx, deposit),
    await referral(tx, deposit, rules.referralPercent),
  ];
  for (const gift of gifts) if (gift !== undefined) await give(tx, deposit, gift);
}

/** The refunded part of the money; `chargedMinor` is all of it. */
export interface ReturnedMoney {
  readonly refundId: string;
  readonly system: string;
  readonly chargeId: string;
  readonly amountMinor: bigint;
  readonly chargedMinor: bigint;
}

/**
 * Takes the same part of each bonus back; what is spent already becomes debt. Repeats of one refund
 * are harmless.
 */
export async function takeBackDepositBonuses(tx: Tx, returned: ReturnedMoney): Promise<void> {
  const { refundId, system, chargeId } = returned;
  const bonuses = await tx.depositBonus.findMany({
    where: { system, chargeId, returns: { none: { refundId } } },
    orderBy: { id: 'asc' },
  });
  for (const bonus of bonuses) {
    const amount = bonusToReturn(bonus, returned);
    if (amount === 0n) continue;
    const ledger = createLedgerStore(tx);
    await ledger.lock(bonus.personId);
    await tx.depositBonusReturn.create({ data: { refundId, bonusId: bonus.id, tokens: amount } });
    await tx.depositBonus.update({
      where: { id: bonus.id },
      data: { taken: { increment: amount } },
    });
    await ledger.clawBack({
      personId: bonus.personId,
      amount,
      operation: 'bonus_back',
      key: ledgerKeys.bonusBack(refundId, bonus.id),
      reference: bonus.id,
      force: true,
    });
  }
}

/** The refund failed: what it took of the bonuses is given again. Repeats are harmless. */
export async function putBackDepositBonuses(tx: Tx, refundId: string): Promise<void> {
  const returns = await tx.depositBonusReturn.findMany({
    where: { refundId, putBackAt: null },
    include: { bonus: true },
    orderBy: { bonusId: 'asc' },
  });
  for (const { bonusId, bonus, tokens: amount } of returns) {
    const ledger = createLedgerStore(tx);
    await ledger.lock(bonus.personId);
    await tx.depositBonusReturn.update({
      where: { refundId_bonusId: { refundId, bonusId } },
      data: { putBackAt: new Date() },
    });
    await tx.depositBonus.update({
      where: { id: bonusId },
      data: { taken: { decrement: amount } },
    });
    await ledger.credit({
      personId: bonus.personId,
      amount: tokens(amount),
      operation: 'bonus',
      key: ledgerKeys.bonusPutBack(refundId, bonusId),
      reference: bonusId,
    });
  }
}

/** What a charge brought on top, for telling people. */
export async function depositBonusesOf(
  db: Pick<Tx, 'depositBonus'>,
  charge: { readonly system: string; readonly chargeId: string },
): Promise<GivenBonus[]> {
  const { system, chargeId } = charge;
  const rows = await db.depositBonus.findMany({ where: { system, chargeId } });
  return rows.map((row) => ({
    kind: row.kind as DepositBonusKind,
    personId: row.personId,
    tokens: tokens(row.tokens),
  }));
}

/** What a refund took of them, for telling people. */
export async function depositBonusesTakenBack(
  db: Pick<Tx, 'depositBonusReturn'>,
  refundId: string,
): Promise<GivenBonus[]> {
  const rows = await db.depositBonusReturn.findMany({
    where: { refundId, putBackAt: null },
    include: { bonus: true },
  });
  return rows.map((row) => ({
    kind: row.bonus.kind as DepositBonusKind,
    personId: row.bonus.personId,
    tokens: tokens(row.tokens),
  }));
}

async function firstDeposit(tx: Tx, deposit: Deposit, percent: bigint): Promise<Gift | undefined> {
  const { personId, system, chargeId, tokens: bought } = deposit;
  if (percent === 0n) return undefined;
  const earlier = await tx.charge.count({
    where: {
      payment: { personId },
      creditedAt: { not: null },
      NOT: { system, chargeId },
    },
  });
  const rewarded = await tx.depositBonus.count({ where: { personId, kind: 'first_deposit' } });
  if (earlier + rewarded > 0) return undefined;
  const key = ledgerKeys.firstDeposit(personId);
  return { kind: 'first_deposit', personId, tokens: shareOf(bought, percent), key };
}

/** Once a payment, also when its invoice is paid twice: a code counts once. */
async function promoExtra(tx: Tx, deposit: Deposit): Promise<Gift | undefined> {
  const { paymentId, personId, tokens: bought } = deposit;
  const redemption = await tx.promoRedemption.findUnique({
    where: { paymentId },
    include: { promo: true },
  });
  if (redemption?.promo.kind !== 'percent_extra') return undefined;
  const key = ledgerKeys.promoExtra(paymentId);
  if ((await tx.depositBonus.findUnique({ where: { id: key } })) !== null) return undefined;
  return {
    kind: 'promo_extra',
    personId,
    tokens: shareOf(bought, redemption.promo.value),
    key,
  };
}

async function referral(tx: Tx, deposit: Deposit, percent: bigint): Promise<Gift | undefined> {
  const { personId, system, chargeId, tokens: bought } = deposit;
  if (percent === 0n) return undefined;
  const found = await tx.referral.findUnique({ where: { personId }, include: { referrer: true } });
  if (found?.referrer.bannedAt !== null) return undefined;
  const key = ledgerKeys.referral(system, chargeId);
  return {
    kind: 'referral',
    personId: found.referrerId,
    tokens: shareOf(bought, percent),
    key,
  };
}

async function give(tx: Tx, deposit: Deposit, { key, kind, personId, tokens: amount }: Gift) {
  // So many percent of very few tokens are none.
  if (amount === 0n) return;
  const { system, chargeId, paymentId } = deposit;
  const ledger = createLedgerStore(tx);
  if (personId !== deposit.personId) await ledger.lock(personId);
  await tx.depositBonus.create({
    data: { id: key, kind, system, chargeId, personId, tokens: amount },
  });
  await ledger.credit({ personId, amount, operation: 'bonus', key, reference: paymentId });
}
