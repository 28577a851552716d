import { waitUntil } from '../../src/local/waiting';
import { createDatabase } from '../../src/storage/database';
import { checkLedger } from '../../src/storage/ledger-check';
import { createGenerationStore } from '../../src/storage/generation-store';
import { createLedgerStore } from '../../src/storage/ledger-store';
import { createPaymentStore } from '../../src/storage/payment-store';
import { createPersonStore } from '../../src/storage/person-store';
import { patienceMs } from './chat-room';

export interface Balance {
  readonly available: bigint;
  readonly held: bigint;
  readonly debt: bigint;
}

/** What the stack's own database says, whatever the chat shows. */
export type Books = ReturnType<typeof openBooks>;

export function openBooks(databaseUrl: string) {
  const db = createDatabase(databaseUrl, { poolMax: 2 });
  const persons = createPersonStore(db);
  const ledger = createLedgerStore(db);
  const personOf = async (telegramId: number): Promise<string> => {
    const person = await persons.byTelegramId(BigInt(telegramId));
    if (person === null) throw new Error(`${telegramId} has not met the bot`);
    return person.id;
  };
  const balanceOf = async (telegramId: number): Promise<Balance> => {
    const { available, held, debt } = await ledger.balance(await personOf(telegramId));
    return { available, held, debt };
  };
  return {
    /** The balance once it has the wanted available tokens and holds none, or what it is instead. */
    settledBalance: async (telegramId: number, available: bigint): Promise<Balance> => {
      const isSettled = async () => {
        const balance = await balanceOf(telegramId);
        return balance.available === available && balance.held === 0n;
      };
      await waitUntil(isSettled, patienceMs);
      return balanceOf(telegramId);
    },
    balanceOf,
    newestGeneration: async (telegramId: number) => {
      const [newest] = await createGenerationStore(db).listByPerson(await personOf(telegramId), {
        limit: 1,
      });
      if (newest === undefined) throw new Error('there is no generation');
      return newest;
    },
    newestPayment: async (telegramId: number) => {
      const [newest] = await createPaymentStore(db).listByPerson(await personOf(telegramId), {
        limit: 1,
      });
      if (newest === undefined) throw new Error('there is no payment');
      return newest;
    },
    /** What the money accounts say of the charges of a payment: "clearing" and so on, in minor units. */
    moneyOf: async (paymentId: string): Promise<Readonly<Record<string, bigint>>> => {
      const rows = await db.$queryRaw<{ account: string; balance: bigint }[]>`
        SELECT split_part(e.account, ':', 1) AS account, sum(e.delta)::bigint AS balance
        FROM charges c JOIN money_transfers t USING (system, charge_id)
        JOIN money_entries e ON e.transfer_id = t.id
        WHERE c.payment_id = ${paymentId} GROUP BY e.account HAVING sum(e.delta) <> 0`;
      return Object.fromEntries(rows.map(({ account, balance }) => [account, balance]));
    },
    /** Recomputes the whole ledger from its entries. */
    check: () => checkLedger(db),
    close: () => db.$disconnect(),
  };
}
