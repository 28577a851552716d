/**
 * How many postings a second the ledger takes: on one hot account beside the least a posting can be
 * (one statement that moves a balance and writes one entry), and on a thousand accounts beside a bare
 * INSERT. Everything in turns on the same Postgres, by as many clients, so that only the work differs.
 * The ledger's own statement is also sent by the bare client, which shows what Prisma costs.
 */
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { tokens } from '../src/domain/tokens';
import { createDatabase } from '../src/storage/database';
import { creditStatement } from '../src/storage/ledger-postings';
import { createLedgerStore } from '../src/storage/ledger-store';
import { createPersonStore } from '../src/storage/person-store';
import { median, round, type Figures } from './measure';
import { withServers } from './stage';

const clients = 16;
const accounts = 1_000;
const roundSeconds = 3;
const rounds = 3;
const hotShare = 0.5;
const spreadShare = 0.6;

/** One posting; `index` counts them over all clients. */
type Post = (index: number) => Promise<unknown>;

export function ledger(): Promise<Figures> {
  return withServers(async ({ env }) => {
    const url = env['DATABASE_URL'] ?? '';
    const db = createDatabase(url, { poolMax: clients });
    const pool = new Pool({ connectionString: url, max: clients });
    try {
      const posts = await contestants(db, pool);
      return figuresOf(await takeTurns(posts));
    } finally {
      await pool.end();
      await db.$disconnect();
    }
  });
}

async function contestants(db: ReturnType<typeof createDatabase>, pool: Pool) {
  const people = await openAccounts(db);
  const store = createLedgerStore(db);
  const easel = (of: readonly string[]): Post => {
    return (index) =>
      store.credit({
        personId: of[index % of.length] ?? '',
        amount: tokens(1n),
        key: randomUUID(),
        operation: 'admin',
        reference: 'bench',
      });
  };
  const statement = (of: readonly string[]): Post => {
    return (index) => {
      const { text, values } = creditStatement({
        personId: of[index % of.length] ?? '',
        amount: 1n,
        key: randomUUID(),
        fingerprint: 'bench',
        operation: 'admin',
        reference: 'bench',
      });
      return pool.query({ name: 'statement', text, values: [...values] });
    };
  };
  await pool.query(`CREATE TABLE bench_accounts (id int PRIMARY KEY, available bigint, version bigint);
    CREATE TABLE bench_entries (account int, delta bigint, balance_after bigint, version bigint,
      idem_key text UNIQUE);
    ALTER TABLE bench_accounts SET (fillfactor = 50);
    INSERT INTO bench_accounts SELECT n, 0, 0 FROM generate_series(0, ${accounts - 1}) n`);
  const reference = (of: number): Post => {
    return (index) =>
      pool.query({
        name: 'reference',
        text: `WITH moved AS (UPDATE bench_accounts SET available = available + 1, version = version + 1
            WHERE id = $1 RETURNING available, version)
          INSERT INTO bench_entries SELECT $1, 1, available, version, $2 FROM moved`,
        values: [index % of, randomUUID()],
      });
  };
  const insert: Post = (index) =>
    pool.query({
      name: 'insert',
      text: 'INSERT INTO bench_entries VALUES ($1, 1, 1, 1, $2)',
      values: [index % accounts, randomUUID()],
    });
  return {
    hot: easel(people.slice(0, 1)),
    hotStatement: statement(people.slice(0, 1)),
    hotReference: reference(1),
    spread: easel(people),
    spreadStatement: statement(people),
    spreadReference: reference(accounts),
    insert,
  };
}

async function openAccounts(db: ReturnType<typeof createDatabase>): Promise<string[]> {
  const persons = createPersonStore(db);
  const ids: string[] = [];
  for (let n = 0; n < accounts; n += 1) {
    const telegramId = BigInt(1_000 + n);
    ids.push((await persons.meet({ telegramId, firstName: 'Bench', languageCode: 'en' })).id);
  }
  return ids;
}

type Contestants = Awaited<ReturnType<typeof contestants>>;
type Rates = Readonly<Record<keyof Contestants, number>>;

/** Postings a second of each, the median of its rounds. */
async function takeTurns(posts: Contestants): Promise<Rates> {
  const names = Object.keys(posts) as (keyof Contestants)[];
  const rates = new Map<string, number[]>();
  for (let turn = 0; turn <= rounds; turn += 1) {
    for (const name of names) {
      const rate = await measure(posts[name]);
      // The first turn warms up.
      if (turn > 0) rates.set(name, [...(rates.get(name) ?? []), rate]);
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, median(rates.get(name) ?? [])]),
  ) as unknown as Rates;
}

async function measure(post: Post): Promise<number> {
  const began = performance.now();
  const until = began + roundSeconds * 1000;
  let count = 0;
  const client = async () => {
    while (performance.now() < until) {
      count += 1;
      await post(count);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return count / ((performance.now() - began) / 1000);
}

function figuresOf(rates: Rates): Figures {
  const perSecond = (value: number) => ({ value: Math.round(value), unit: 'postings/s' });
  return {
    ledger_hot: perSecond(rates.hot),
    ledger_hot_statement: perSecond(rates.hotStatement),
    ledger_hot_reference: perSecond(rates.hotReference),
    ledger_hot_share: {
      value: round(rates.hot / rates.hotReference, 2),
      unit: 'of the reference',
      target: `>= ${hotShare}`,
    },
    ledger_1000: perSecond(rates.spread),
    ledger_1000_statement: perSecond(rates.spreadStatement),
    ledger_1000_reference: perSecond(rates.spreadReference),
    ledger_1000_insert: perSecond(rates.insert),
    ledger_1000_share: {
      value: round(rates.spread / rates.insert, 2),
      unit: 'of a bare INSERT',
      target: `>= ${spreadShare}`,
    },
  };
}
