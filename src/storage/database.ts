import { PrismaPg } from '@prisma/adapter-pg';
import { DatabaseError, Pool } from 'pg';
import { Prisma, PrismaClient } from '../generated/prisma/client';
import { allowPlain } from './plain-statement';

export type Database = PrismaClient;

/** An interactive transaction; usable wherever a store says `tx`. */
export type Tx = Prisma.TransactionClient;

const poolMaxDefault = 10;
const statementsMax = 500;
const uniqueViolation = '23505';

/** Connects lazily, on the first query. One per process; `$disconnect()` closes the pool. */
export function createDatabase(url: string, options?: { readonly poolMax?: number }): Database {
  const pool = new Pool({
    connectionString: url,
    max: options?.poolMax ?? poolMaxDefault,
    connectionTimeoutMillis: 10_000,
  });
  // An idle connection that Postgres ends is no fault: the pool opens another with the next statement.
  pool.on('error', () => undefined);
  const nameOf = createStatementNames();
  const client = new PrismaClient({
    adapter: new PrismaPg(pool, { statementNameGenerator: ({ sql }) => nameOf(sql) }),
    // Transactions here are a handful of short statements; a busy pool may make them wait, though.
    transactionOptions: { maxWait: 10_000, timeout: 15_000 },
  });
  allowPlain(client, { pool, nameOf });
  const disconnect = client.$disconnect.bind(client);
  return Object.assign(client, {
    $disconnect: async () => {
      await disconnect();
      if (!pool.ended) await pool.end();
    },
  });
}

/**
 * Names by which each connection keeps its prepared statements: planning takes longer than running
 * for most of ours. Prisma writes some statements anew for each number of values; those beyond the
 * limit stay nameless, so that neither side remembers without end.
 */
function createStatementNames(): (sql: string) => string {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size === statementsMax) return '';
    const name = `easel-${names.size}`;
    names.set(sql, name);
    return name;
  };
}

/** Whether Postgres refused a row because its unique key is taken. */
export function isUniqueViolation(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === uniqueViolation;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  if (error.code === 'P2002') return true;
  return JSON.stringify(error.meta ?? {}).includes(uniqueViolation);
}
