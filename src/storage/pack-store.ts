/** What is on sale: packs and bounds of named amounts, by payment system and currency. */
import { AppError } from '../domain/errors';
import type { Currency } from '../domain/money';
import { seededShelves, type CustomBounds, type Pack, type Shelf } from '../domain/packs';
import { tokens } from '../domain/tokens';
import type { CustomAmount, Pack as PackRow } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import type { Database, Tx } from './database';

/** A place on the shelves. */
export interface ShelfKey {
  readonly system: string;
  readonly currency: Currency;
}

/** A shelf with what is not on sale at the moment too. */
export interface ShelfRecord extends ShelfKey {
  readonly packs: readonly (Pack & { readonly active: boolean })[];
  readonly custom: (CustomBounds & { readonly active: boolean }) | null;
}

/** Who changed something and why. */
interface ShelfDecision {
  readonly actor: string;
  readonly reason: string;
}

export type PackWish = ShelfKey &
  ShelfDecision &
  Pick<Pack, 'packTokens'> & {
    /** Left out: the price stays; then the pack must be there. */
    readonly amountMinor?: bigint;
    readonly active: boolean;
  };

export type CustomWish = ShelfKey & ShelfDecision & CustomBounds & { readonly active: boolean };

export function createPackShelf(db: Database) {
  return { ...createShelfView(db), ...createShelfAdmin(db) };
}

function createShelfView(db: Database) {
  return {
    /** What can be bought by this system in this currency. */
    shelf: (key: ShelfKey): Promise<Shelf> => shelfOf(db, key),

    /** Everything, also what is off: for admins. */
    async shelves(): Promise<ShelfRecord[]> {
      const [packs, customs] = await Promise.all([
        db.pack.findMany({
          orderBy: [{ system: 'asc' }, { currency: 'asc' }, { packTokens: 'asc' }],
        }),
        db.customAmount.findMany(),
      ]);
      const keys = new Map(
        [...packs, ...customs].map((row) => [`${row.system}:${row.currency}`, row]),
      );
      return [...keys.values()].map(({ system, currency }) => {
        const isHere = (row: { system: string; currency: string }) =>
          row.system === system && row.currency === currency;
        const custom = customs.find(isHere);
        return {
          system,
          currency: currency as Currency,
          packs: packs.filter(isHere).map((row) => ({ ...packOf(row), active: row.active })),
          custom: custom === undefined ? null : { ...boundsOf(custom), active: custom.active },
        };
      });
    },

    /** Fills shelves that are empty and never overwrites: prices are the owner's after that. */
    async seedPacks(): Promise<void> {
      await db.pack.createMany({
        data: seededShelves.flatMap(({ system, currency, packs }) =>
          packs.map(([packTokens, amountMinor]) => ({ system, currency, packTokens, amountMinor })),
        ),
        skipDuplicates: true,
      });
      await db.customAmount.createMany({
        data: seededShelves.map(({ system, currency, custom }) => ({
          system,
          currency,
          ...custom,
        })),
        skipDuplicates: true,
      });
    },
  };
}

function createShelfAdmin(db: Database) {
  return {
    /** Adds, prices or switches a pack; audited. Throws NOT_FOUND without a price for a new one. */
    async setPack(wish: PackWish): Promise<void> {
      const { system, currency, packTokens, amountMinor, active, actor, reason } = wish;
      await db.$transaction(async (tx) => {
        const id = { system, packTokens, currency };
        const known = await tx.pack.findUnique({ where: { system_packTokens_currency: id } });
        const price = amountMinor ?? known?.amountMinor;
        if (price === undefined) throw new AppError('NOT_FOUND', `No pack of ${packTokens} tokens`);
        await tx.pack.upsert({
          where: { system_packTokens_currency: id },
          create: { ...id, amountMinor: price, active },
          update: { amountMinor: price, active },
        });
        const outcome = `${packTokens} tokens for ${price}, ${active ? 'on' : 'off'}`;
        const target = `shelf:${system}:${currency}`;
        await recordAudit(tx, { actor, action: 'set_pack', target, reason, outcome });
      });
    },

    /** Sets the bounds of named amounts; audited. */
    async setCustom(wish: CustomWish): Promise<void> {
      const { system, currency, leastTokens, mostTokens, active, actor, reason } = wish;
      await db.$transaction(async (tx) => {
        const id = { system, currency };
        const fields = { leastTokens, mostTokens, active };
        await tx.customAmount.upsert({
          where: { system_currency: id },
          create: { ...id, ...fields },
          update: fields,
        });
        const outcome = `${leastTokens}-${mostTokens} tokens, ${active ? 'on' : 'off'}`;
        const target = `shelf:${system}:${currency}`;
        await recordAudit(tx, { actor, action: 'set_custom_amount', target, reason, outcome });
      });
    },
  };
}

/** The same inside a transaction. */
export async function shelfOf(db: Database | Tx, { system, currency }: ShelfKey): Promise<Shelf> {
  const packs = await db.pack.findMany({
    where: { system, currency, active: true },
    orderBy: { packTokens: 'asc' },
  });
  const custom = await db.customAmount.findUnique({
    where: { system_currency: { system, currency } },
  });
  return {
    packs: packs.map(packOf),
    custom: custom?.active === true ? boundsOf(custom) : null,
  };
}

function packOf({ packTokens, amountMinor, currency }: PackRow): Pack {
  return {
    packTokens: tokens(packTokens),
    price: { amountMinor, currency: currency as Currency },
  };
}

function boundsOf({ leastTokens, mostTokens }: CustomAmount): CustomBounds {
  return { leastTokens: tokens(leastTokens), mostTokens: tokens(mostTokens) };
}
