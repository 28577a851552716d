/**
 * Tamper evidence: digests of everything written between two moments, each chained to the one before.
 * Made afterwards and in one go, so that no posting ever waits for another. What is sealed is closed:
 * a seal reaches only to moments before which no transaction is still writing.
 */
import { createHash } from 'node:crypto';
import { Prisma } from '../generated/prisma/client';
import { isUniqueViolation, type Database } from './database';

/** The newest seal, as somebody outside the database remembers it. */
export interface SealHead {
  readonly number: string;
  readonly chain: string;
}

interface Digests {
  readonly rows: bigint;
  readonly ledgerDigest: string;
  readonly moneyDigest: string;
  readonly auditDigest: string;
}

interface Seal extends Digests {
  readonly number: bigint;
  readonly fromAt: Date;
  readonly untilAt: Date;
  readonly chain: string;
}

/** What one look over some seals found. */
export interface SealCheck {
  /** Seals that do not fit what is stored, as "<number> <what>". */
  readonly broken: readonly string[];
  /** Where the next look goes on; null after the newest. */
  readonly next: string | null;
}

/** Never digests more than this much time at once. */
const windowMaxMs = 3_600_000;
const zeroChain = '0'.repeat(64);
const epoch = new Date(0);

export type SealStore = ReturnType<typeof createSealStore>;

export function createSealStore(db: Database) {
  return {
    /** Seals what was written before `wished`, as far as it is closed. Null while there is nothing. */
    async sealUntil(wished: Date): Promise<SealHead | null> {
      const until = await closedUntil(db, wished);
      let head = await newest(db);
      for (;;) {
        const from = head?.untilAt ?? epoch;
        const first = await firstWrittenIn(db, from, until);
        if (first === null) return head === null ? null : headOf(head);
        const end = new Date(Math.min(until.getTime(), first.getTime() + windowMaxMs));
        head = await seal(db, head, { fromAt: from, untilAt: end });
      }
    },

    /** Recomputes some seals, oldest first, from the one after `after` (null: from the first). */
    async verify(after: string | null, limit: number): Promise<SealCheck> {
      const seals = await sealsAfter(db, BigInt(after ?? 0) - 1n, limit + 1);
      const broken: string[] = [];
      let previous: Seal | undefined;
      for (const one of seals) {
        // The first one was looked at by the page before; it is here to be chained to.
        if (previous !== undefined || after === null) {
          broken.push(...(await faultsOf(db, one, previous)));
        }
        previous = one;
      }
      const isLast = seals.length <= limit;
      return { broken, next: isLast || previous === undefined ? null : previous.number.toString() };
    },

    /** Whether the seal somebody remembers is still the one that is stored. */
    async stillHolds(head: SealHead): Promise<boolean> {
      const rows = await db.$queryRaw<{ chain: string }[]>`
        SELECT chain FROM ledger_seals WHERE number = ${BigInt(head.number)}`;
      return rows[0]?.chain === head.chain;
    },

    /** Null before the first seal. */
    async sealedUntil(): Promise<Date | null> {
      return (await newest(db))?.untilAt ?? null;
    },

    /** The seal before the newest `count`; null when there are no more than that. */
    async before(count: number): Promise<string | null> {
      const rows = await db.$queryRaw<{ number: bigint }[]>`
        SELECT number FROM ledger_seals ORDER BY number DESC OFFSET ${count} LIMIT 1`;
      return rows[0]?.number.toString() ?? null;
    },
  };
}

function headOf({ number, chain }: Seal): SealHead {
  return { number: number.toString(), chain };
}

/**
 * Rows are stamped with the start of their transaction: an older one may still write among them. By the
 * clock that stamps them, which may be behind that of who asks.
 */
async function closedUntil(db: Database, wished: Date): Promise<Date> {
  const rows = await db.$queryRaw<{ oldest: Date }[]>`
    SELECT least(min(xact_start), now()) AS oldest FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid()`;
  const oldest = rows[0]?.oldest ?? wished;
  return oldest < wished ? oldest : wished;
}

async function firstWrittenIn(db: Database, from: Date, until: Date): Promise<Date | null> {
  const rows = await db.$queryRaw<{ first: Date | null }[]>`
    SELECT least(
      (SELECT min(created_at) FROM ledger_transfers
        WHERE created_at >= ${from}::timestamptz AND created_at < ${until}::timestamptz),
      (SELECT min(created_at) FROM money_transfers
        WHERE created_at >= ${from}::timestamptz AND created_at < ${until}::timestamptz),
      (SELECT min(at) FROM audit
        WHERE at >= ${from}::timestamptz AND at < ${until}::timestamptz)) AS first`;
  return rows[0]?.first ?? null;
}

async function seal(
  db: Database,
  previous: Seal | null,
  span: Pick<Seal, 'fromAt' | 'untilAt'>,
): Promise<Seal> {
  const number = (previous?.number ?? 0n) + 1n;
  const digests = await digestsOf(db, span);
  const made = { number, ...span, ...digests };
  const chain = chainOf(made, previous?.chain ?? zeroChain);
  try {
    await db.$executeRaw`
      INSERT INTO ledger_seals
        (number, from_at, until_at, rows, ledger_digest, money_digest, audit_digest, chain)
      VALUES (${number}, ${span.fromAt}::timestamptz, ${span.untilAt}::timestamptz, ${digests.rows},
        ${digests.ledgerDigest}, ${digests.moneyDigest}, ${digests.auditDigest}, ${chain})`;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Another audit made it at the same moment; its seal is the one to go on from.
    const [other] = await sealsAfter(db, number - 1n, 1);
    if (other !== undefined) return other;
  }
  return { ...made, chain };
}

function chainOf(seal: Omit<Seal, 'chain'>, before: string): string {
  const { number, fromAt, untilAt, rows, ledgerDigest, moneyDigest, auditDigest } = seal;
  const span = [fromAt.toISOString(), untilAt.toISOString()];
  const parts = [before, number, ...span, rows, ledgerDigest, moneyDigest, auditDigest];
  return createHash('sha256').update(parts.join('|')).digest('hex');
}

async function faultsOf(db: Database, one: Seal, previous: Seal | undefined): Promise<string[]> {
  const now = await digestsOf(db, one);
  const faults = [];
  if (now.ledgerDigest !== one.ledgerDigest) faults.push('tokens');
  if (now.moneyDigest !== one.moneyDigest) faults.push('money');
  if (now.auditDigest !== one.auditDigest) faults.push('audit');
  if (!isChained(one, previous)) faults.push('chain');
  return faults.map((what) => `${one.number} ${what}`);
}

function isChained(one: Seal, previous: Seal | undefined): boolean {
  if (previous === undefined) return one.number === 1n && one.chain === chainOf(one, zeroChain);
  const isNext =
    one.number === previous.number + 1n && one.fromAt.getTime() === previous.untilAt.getTime();
  return isNext && one.chain === chainOf(one, previous.chain);
}

async function newest(db: Database): Promise<Seal | null> {
  const rows = await db.$queryRaw<Seal[]>(
    Prisma.sql`SELECT ${columns} FROM ledger_seals ORDER BY number DESC LIMIT 1`,
  );
  return rows[0] ?? null;
}

function sealsAfter(db: Database, after: bigint, limit: number): Promise<Seal[]> {
  return db.$queryRaw<Seal[]>(
    Prisma.sql`SELECT ${columns} FROM ledger_seals WHERE number > ${after}
      ORDER BY number LIMIT ${limit}::int`,
  );
}

const columns = Prisma.sql`number, from_at AS "fromAt", until_at AS "untilAt", rows,
  ledger_digest AS "ledgerDigest", money_digest AS "moneyDigest", audit_digest AS "auditDigest", chain`;

/** One digest of each kind of row, over the digests of the rows in the order of their moments. */
async function digestsOf(db: Database, span: Pick<Seal, 'fromAt' | 'untilAt'>): Promise<Digests> {
  const within = (column: Prisma.Sql) =>
    Prisma.sql`${column} >= ${span.fromAt}::timestamptz AND ${column} < ${span.untilAt}::timestamptz`;
  const [row] = await db.$queryRaw<Digests[]>`
    WITH token_rows AS (
      SELECT t.created_at AS at, t.id::text AS id, jsonb_build_array(t.id, t.idem_key, t.fingerprint,
        t.operation, t.person_id, t.version, t.amount, t.available_after, t.reference,
        extract(epoch FROM t.created_at),
        (SELECT jsonb_agg(jsonb_build_array(e.account, e.delta, e.balance_after)
            ORDER BY e.account COLLATE "C")
          FROM ledger_entries e WHERE e.transfer_id = t.id)) AS line
      FROM ledger_transfers t WHERE ${within(Prisma.sql`t.created_at`)}
    ), money_rows AS (
      SELECT t.created_at AS at, lpad(t.id::text, 20, '0') AS id, jsonb_build_array(t.id, t.system,
        t.charge_id, t.version, t.operation, t.currency, extract(epoch FROM t.created_at),
        (SELECT jsonb_agg(jsonb_build_array(e.account, e.delta) ORDER BY e.account COLLATE "C")
          FROM money_entries e WHERE e.transfer_id = t.id)) AS line
      FROM money_transfers t WHERE ${within(Prisma.sql`t.created_at`)}
    ), audit_rows AS (
      SELECT a.at, lpad(a.id::text, 20, '0') AS id, jsonb_build_array(a.id, a.actor, a.action,
        a.target, a.reason, a.outcome, extract(epoch FROM a.at)) AS line
      FROM audit a WHERE ${within(Prisma.sql`a.at`)}
    )
    SELECT (SELECT count(*) FROM token_rows) + (SELECT count(*) FROM money_rows)
        + (SELECT count(*) FROM audit_rows) AS rows,
      (SELECT ${digest} FROM token_rows) AS "ledgerDigest",
      (SELECT ${digest} FROM money_rows) AS "moneyDigest",
      (SELECT ${digest} FROM audit_rows) AS "auditDigest"`;
  if (row === undefined) throw new Error('Postgres gave no digests');
  return row;
}

const digest = Prisma.sql`encode(sha256(coalesce(string_agg(sha256(convert_to(line::text, 'UTF8')),
  ''::bytea ORDER BY at, id COLLATE "C"), ''::bytea)), 'hex')`;
