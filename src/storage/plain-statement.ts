/**
 * Statements without Prisma.
 *
 * Prisma takes about 160 µs of processor time around a statement of our own, which is more than
 * Postgres needs for most of them. Where there is no transaction, the statements that people wait for
 * go to the same pool of connections directly.
 */
import { TypeOverrides, types, type Pool } from 'pg';
import { Prisma } from '../generated/prisma/client';
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

/** Takes a statement as Prisma's own `$queryRaw` does: as a template, or made before. */
type Statement<Answer> = (
  text: TemplateStringsArray | Prisma.Sql,
  ...values: unknown[]
) => Promise<Answer>;

/** The rows of one statement: integers of 8 bytes as bigint, moments as Date, JSON parsed. */
export function ask<Row>(db: Database | Tx): Statement<Row[]> {
  const plain = access.get(db);
  return async (text, ...values) => {
    const statement = sqlOf(text, values);
    if (plain === undefined) return db.$queryRaw<Row[]>(statement);
    return (await send(plain, statement)).rows as Row[];
  };
}

/** Runs one statement whose rows nobody wants; answers how many it touched. */
export function run(db: Database | Tx): Statement<number> {
  const plain = access.get(db);
  return async (text, ...values) => {
    const statement = sqlOf(text, values);
    if (plain === undefined) return db.$executeRaw(statement);
    return (await send(plain, statement)).rowCount ?? 0;
  };
}

function sqlOf(text: TemplateStringsArray | Prisma.Sql, values: unknown[]): Prisma.Sql {
  return text instanceof Prisma.Sql ? text : Prisma.sql(text, ...values);
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
const asPrismaReads = new TypeOverrides();
asPrismaReads.setTypeParser(types.builtins.INT8, BigInt);
asPrismaReads.setTypeParser(types.builtins.DATE, (day) => new Date(`${day}T00:00:00Z`));
