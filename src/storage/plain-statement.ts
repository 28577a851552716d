/**
 * Statements without Prisma.
 *
 * Prisma takes about 160 µs of processor time around a statement of our own, which is more than
 * Postgres needs for most of them. Where there is no transaction, the statements that people wait for
 * go to the same pool of connections directly.
 */
import { types, type CustomTypesConfig, type Pool } from 'pg';
import type { Prisma } from '../generated/prisma/client';
import type { Database, Tx } from './database';

/** The pool behind a client of Prisma and the names its connections keep statements by. */
export interface PlainAccess {
  readonly pool: Pool;
  readonly nameOf: (text: string) => string;
}

const access = new WeakMap<object, PlainAccess>();

/** Lets statements of this client go without Prisma; transactions of it never do. */
export function allowPlain(db: Database, plain: PlainAccess): void {
  access.set(db, plain);
}

/** The rows of one statement: integers of 8 bytes as bigint, moments as Date, JSON parsed. */
export async function ask<Row>(db: Database | Tx, statement: Prisma.Sql): Promise<Row[]> {
  const plain = access.get(db);
  if (plain === undefined) return db.$queryRaw<Row[]>(statement);
  return (await send(plain, statement)).rows as Row[];
}

/** Runs one statement whose rows nobody wants; answers how many it touched. */
export async function run(db: Database | Tx, statement: Prisma.Sql): Promise<number> {
  const plain = access.get(db);
  if (plain === undefined) return db.$executeRaw(statement);
  return (await send(plain, statement)).rowCount ?? 0;
}

function send({ pool, nameOf }: PlainAccess, { text, values }: Prisma.Sql) {
  return pool.query<Record<string, unknown>>({
    name: nameOf(text),
    text,
    values: [...values],
    types: asPrismaReads,
  });
}

/** As Prisma reads them, so that both ways give the same rows. */
const asPrismaReads: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 && format !== 'binary'
      ? BigInt
      : types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};
