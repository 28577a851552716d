import { AppError } from '../domain/errors';
import { ledgerKeys } from '../domain/ledger';
import type { PromoCode, PromoTerms } from '../domain/promo';
import { tokens, type Tokens } from '../domain/tokens';
import { recordAudit } from './audit-store';
import type { Database, Tx } from './database';
import { createLedgerStore } from './ledger-store';
import {
  lockPromo,
  promoOf,
  recordRedemption,
  usablePromo,
  usableSelection,
  type PromoWish,
  type SelectedPromo,
} from './promo-usage';

export type { SelectedPromo } from './promo-usage';

/** A code a person entered: tokens were given, or it is kept for the next purchase. */
export type EnteredPromo =
  { readonly kind: 'tokens'; readonly tokens: Tokens; readonly balance: Tokens } | SelectedPromo;

/** Who changed a code and why. */
export interface PromoDecision {
  readonly actor: string;
  readonly reason: string;
}

export interface PromoRecord extends PromoCode {
  /** Times it was used, also with payments that expired. */
  readonly redemptions: number;
  readonly createdAt: Date;
}

export type PromoStore = ReturnType<typeof createPromoStore>;

export function createPromoStore(db: Database) {
  return { ...createPromoUse(db), ...createPromoAdmin(db) };
}

function createPromoUse(db: Database) {
  return {
    /**
     * Uses a code as far as it can be used now. `requestId` is the id of what asked, so that a repeat
     * finds what the first did. Throws PROMO_UNKNOWN, _EXPIRED, _USED, _PENDING, _EXHAUSTED.
     */
    enter: (wish: PromoWish & { readonly requestId: string }): Promise<EnteredPromo> =>
      db.$transaction((tx) => enter(tx, wish)),

    /** The code chosen for the next purchase, if it may still be used. */
    selected: (personId: string, now: Date): Promise<SelectedPromo | undefined> =>
      usableSelection(db, personId, now),

    /** The next purchase is without a code. */
    async forget(personId: string): Promise<void> {
      await db.promoSelection.deleteMany({ where: { personId } });
    },
  };
}

async function enter(
  tx: Tx,
  wish: PromoWish & { readonly requestId: string },
): Promise<EnteredPromo> {
  const { personId, requestId } = wish;
  const ledger = createLedgerStore(tx);
  const { available } = await ledger.lock(personId);
  const before = await tx.promoRedemption.findUnique({
    where: { id: requestId },
    include: { promo: true },
  });
  if (before !== null) {
    return { kind: 'tokens', tokens: tokens(before.promo.value), balance: available };
  }
  await lockPromo(tx, wish.code);
  const promo = await usablePromo(tx, wish);
  const { code, kind } = promo;
  if (kind !== 'tokens') {
    const chosen = { code, chosenAt: wish.now };
    await tx.promoSelection.upsert({
      where: { personId },
      create: { personId, ...chosen },
      update: chosen,
    });
    return { kind, code, percent: promo.value };
  }
  const ordinal = await recordRedemption(tx, { id: requestId, code, personId });
  const amount = tokens(promo.value);
  const { balance } = await ledger.credit({
    personId,
    amount,
    operation: 'bonus',
    key: ledgerKeys.promo(code, personId, ordinal),
    reference: code,
  });
  return { kind, tokens: amount, balance: balance.available };
}

function createPromoAdmin(db: Database) {
  return {
    /** A repeat with the same terms is harmless. Throws IDEMPOTENCY_CONFLICT for other terms. */
    async create(wish: PromoTerms & { readonly code: string } & PromoDecision): Promise<PromoCode> {
      const { actor, reason, ...terms } = wish;
      return db.$transaction(async (tx) => {
        const data = { ...terms, createdBy: actor };
        const { count } = await tx.promoCode.createMany({ data: [data], skipDuplicates: true });
        const row = await tx.promoCode.findUniqueOrThrow({ where: { code: terms.code } });
        const promo = promoOf(row);
        if (count === 0 && !isSame(promo, terms)) {
          throw new AppError('IDEMPOTENCY_CONFLICT', `Promo code ${terms.code} has other terms`);
        }
        if (count === 1) {
          const outcome = `${terms.kind} ${terms.value}`;
          await audit(tx, { action: 'create_promo', code: terms.code, outcome, actor, reason });
        }
        return promo;
      });
    },

    /** Switches a code on or off. Throws NOT_FOUND. */
    async setActive(
      wish: { readonly code: string; readonly active: boolean } & PromoDecision,
    ): Promise<PromoCode> {
      const { code, active, actor, reason } = wish;
      return db.$transaction(async (tx) => {
        const { count } = await tx.promoCode.updateMany({
          where: { code, active: !active },
          data: { active },
        });
        const row = await tx.promoCode.findUnique({ where: { code } });
        if (row === null) throw new AppError('NOT_FOUND', `No promo code ${code}`);
        const outcome = active ? 'active' : 'inactive';
        if (count === 1) await audit(tx, { action: 'switch_promo', code, outcome, actor, reason });
        return promoOf(row);
      });
    },

    /** The newest first. */
    async list(limit: number): Promise<PromoRecord[]> {
      const rows = await db.promoCode.findMany({
        orderBy: { createdAt: 'desc' },
        take: limit,
        include: { _count: { select: { redemptions: true } } },
      });
      return rows.map(({ _count, ...row }) => ({
        ...promoOf(row),
        redemptions: _count.redemptions,
        createdAt: row.createdAt,
      }));
    },
  };
}

function isSame(promo: PromoCode, terms: PromoTerms): boolean {
  return (
    promo.kind === terms.kind &&
    promo.value === terms.value &&
    promo.limitOverall === terms.limitOverall &&
    promo.limitPerPerson === terms.limitPerPerson &&
    promo.expiresAt?.getTime() === terms.expiresAt?.getTime()
  );
}

async function audit(
  tx: Tx,
  done: PromoDecision & {
    readonly action: string;
    readonly code: string;
    readonly outcome: string;
  },
): Promise<void> {
  const { code, ...record } = done;
  await recordAudit(tx, { ...record, target: `promo:${code}` });
}
