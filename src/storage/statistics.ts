import { generationStatuses, type GenerationStatus } from '../domain/generation';
import type { Currency } from '../domain/money';
import type { Database } from './database';

/** Figures for owners. Counts are numbers, tokens and money bigints. */
export interface Statistics {
  readonly people: { readonly all: number; readonly new24h: number };
  readonly generationsByStatus: Readonly<Record<GenerationStatus, number>>;
  readonly tokens: {
    /** Bought, less what was clawed back. */
    readonly credited: bigint;
    /** Given as bonuses and by admins, less what admins took. */
    readonly given: bigint;
    /** Spent on generations, before refunds. */
    readonly spent: bigint;
    /** Returned for delivered generations. */
    readonly refunded: bigint;
    /** Reserved right now. */
    readonly held: bigint;
    /** Owed after forced refunds. */
    readonly debt: bigint;
  };
  readonly revenueBySystem: readonly Revenue[];
  readonly charges: {
    /** Taken but not credited: on their way, or held because they are not the money agreed on. */
    readonly uncredited: number;
  };
}

export interface Revenue {
  readonly system: string;
  readonly currency: Currency;
  /** Whole minor units taken, refunds included. */
  readonly amountMinor: bigint;
  readonly refundedMinor: bigint;
}

interface TokenTotals {
  readonly credited: bigint;
  readonly given: bigint;
  readonly spent: bigint;
  readonly refunded: bigint;
  readonly held: bigint;
  readonly debt: bigint;
}

const noTokens: TokenTotals = {
  credited: 0n,
  given: 0n,
  spent: 0n,
  refunded: 0n,
  held: 0n,
  debt: 0n,
};

/** Counts over whole tables: for admins who ask now and then, not for every request. */
export async function statistics(db: Database): Promise<Statistics> {
  const dayAgo = new Date(Date.now() - 24 * 60 * 60 * 1000);
  const [all, new24h, byStatus, totals, revenue, uncredited] = await db.$transaction([
    db.person.count(),
    db.person.count({ where: { createdAt: { gt: dayAgo } } }),
    db.$queryRaw<{ status: GenerationStatus; count: bigint }[]>`
      SELECT status, count(*) AS count FROM generations GROUP BY status`,
    db.$queryRaw<TokenTotals[]>`
      SELECT
        coalesce(-sum(e.delta) FILTER (WHERE e.account = 'system:sales'), 0)::bigint AS credited,
        coalesce(-sum(e.delta) FILTER (WHERE e.account IN ('system:bonus', 'system:admin')), 0)::bigint
          AS given,
        coalesce(sum(e.delta) FILTER (WHERE e.account = 'system:spent' AND e.delta > 0), 0)::bigint
          AS spent,
        coalesce(-sum(e.delta) FILTER (WHERE e.account = 'system:spent' AND e.delta < 0), 0)::bigint
          AS refunded,
        (SELECT coalesce(sum(held), 0)::bigint FROM ledger_balances) AS held,
        (SELECT coalesce(sum(debt), 0)::bigint FROM ledger_balances) AS debt
      FROM ledger_entries e WHERE e.account LIKE 'system:%'`,
    db.$queryRaw<Revenue[]>`
      SELECT c.system, c.currency, sum(c.amount_minor)::bigint AS "amountMinor",
        coalesce(sum(r.returned), 0)::bigint AS "refundedMinor"
      FROM charges c LEFT JOIN (
        SELECT system, charge_id, sum(amount_minor) AS returned FROM refunds
        WHERE status = 'settled' GROUP BY system, charge_id
      ) r ON r.system = c.system AND r.charge_id = c.charge_id
      GROUP BY c.system, c.currency ORDER BY c.system, c.currency`,
    db.charge.count({ where: { creditedAt: null, refundedAt: null, decision: null } }),
  ]);
  const counts = new Map(byStatus.map((row) => [row.status, Number(row.count)]));
  return {
    people: { all, new24h },
    generationsByStatus: Object.fromEntries(
      generationStatuses.map((status) => [status, counts.get(status) ?? 0]),
    ) as Record<GenerationStatus, number>,
    tokens: totals[0] ?? noTokens,
    revenueBySystem: revenue,
    charges: { uncredited },
  };
}
