import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { AppError, type ErrorCode } from '../../src/domain/errors';
import { tokens } from '../../src/domain/tokens';
import { createCatalogueStore } from '../../src/storage/catalogue-store';
import { createDatabase, type Database } from '../../src/storage/database';
import { createGenerationStore } from '../../src/storage/generation-store';
import { checkLedger } from '../../src/storage/ledger-check';
import { createLedgerStore } from '../../src/storage/ledger-store';
import { createPaymentStore } from '../../src/storage/payment-store';
import { createPersonStore } from '../../src/storage/person-store';
import { createTestDatabase } from '../setup/database';

// Hundreds of statements a test: on a busy machine that takes its time.
jest.setTimeout(120_000);

export type World = Awaited<ReturnType<typeof createWorld>>;

/** A database of one's own with the stores over it, and people who have tokens. */
export async function createWorld(options?: { poolMax?: number }) {
  const home = await createTestDatabase();
  const db: Database = createDatabase(home.url, { poolMax: options?.poolMax ?? 16 });
  const persons = createPersonStore(db);
  const ledger = createLedgerStore(db);
  const catalogue = createCatalogueStore(db);
  await catalogue.seed([paintModel]);
  return {
    db,
    url: home.url,
    persons,
    ledger,
    catalogue,
    generations: createGenerationStore(db),
    payments: createPaymentStore(db),

    /** Someone new, with this many tokens. */
    async person(available = 0n) {
      const person = await persons.meet({
        telegramId: BigInt(randomInt(1, 2 ** 47)),
        firstName: 'Anna',
        languageCode: 'en',
      });
      if (available > 0n) {
        await ledger.credit({
          personId: person.id,
          amount: tokens(available),
          key: `given:${person.id}`,
          operation: 'bonus',
          reference: person.id,
        });
      }
      return person;
    },

    /** An order of this person, not begun. */
    async order(person: { id: string }, id = `g-${randomUUID()}`) {
      const generations = createGenerationStore(db);
      return generations.order({
        id,
        person,
        chatId: 5n,
        language: 'en',
        request: { kind: 'image', mode: 'text', prompt: 'a fox', inputAssetIds: [], options: {} },
        model: await catalogue.get(paintModel.slug),
      });
    },

    /**
     * Recomputes the ledger from its entries; fails the test that calls it when it is unsound. `besides`
     * are invariants that a test breaks on purpose by making rows by hand.
     */
    async assertSound(besides: readonly string[] = []) {
      const { sound, ...found } = await checkLedger(db);
      const violations = found.violations.filter(({ invariant }) => !besides.includes(invariant));
      const isExcused = violations.length < found.violations.length && violations.length === 0;
      const books = [...found.unbalancedTransfers, ...found.brokenBalances, ...found.brokenChains];
      assert.ok(sound || (isExcused && books.length === 0), inspect(found));
    },

    async close() {
      await db.$disconnect();
      await home.drop();
    },
  };
}

/** Costs 4 tokens. */
const paintModel = {
  slug: 'paint',
  kind: 'image',
  modes: ['text', 'photo'],
  provider: 'sandbox',
  providerModel: 'paint-1',
  name: { en: 'Paint', ru: 'Краски' },
  description: { en: 'Paints', ru: 'Рисует' },
  priceTokens: 4n,
} as const;

/** The code something was refused with, or what it gave. */
export async function codeOf<T>(work: Promise<T>): Promise<T | ErrorCode> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** Runs all of it at the same time. */
export function together<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(index)));
}

export const later = (): Date => new Date(Date.now() + 3_600_000);
