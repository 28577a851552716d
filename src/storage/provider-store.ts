/**
 * What all workers know of the providers together. Every transition is one statement on the clock of
 * the database, so that no two workers can see it differently.
 */
import type { ProviderFailureClass } from '../domain/provider-failure';
import type { Standing } from '../domain/provider-standing';
import type { Prisma } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import type { Act } from './catalogue-changes';
import type { Database } from './database';
import { ask, run } from './plain-statement';

export const breakerRule = { failures: 5, restMs: 60_000 } as const;

export interface ProviderStanding extends Standing {
  readonly provider: string;
  readonly failures: number;
  readonly lastFailure: string | null;
  readonly openUntil: Date | null;
  /** Jobs that hold a place now; counted only where places are limited. */
  readonly placesTaken: number;
  /** The owner's number of places; null: the adapter's own. */
  readonly places: number | null;
}

/** What an owner sets; null takes a limit away. */
export interface ProviderChange {
  readonly paused?: boolean | undefined;
  readonly budgetDayMicros?: bigint | null | undefined;
  readonly budgetMonthMicros?: bigint | null | undefined;
  readonly concurrencyMax?: number | null | undefined;
}

export type ProviderStore = ReturnType<typeof createProviderStore>;

export function createProviderStore(db: Database) {
  return {
    ...createBreaker(db),
    ...createPlaces(db),

    /** Of every provider anything is known of. */
    async standings(): Promise<ProviderStanding[]> {
      return ask<ProviderStanding>(db)`
        WITH today AS (SELECT (now() AT TIME ZONE 'utc')::date AS day),
        spent AS (
          SELECT p.provider, sum(p.micros)::bigint AS month,
            coalesce(sum(p.micros) FILTER (WHERE p.day = today.day), 0)::bigint AS day
          FROM provider_spend p, today WHERE p.day >= date_trunc('month', today.day)::date
          GROUP BY p.provider
        ), taken AS (
          SELECT provider, count(*)::int AS places FROM provider_leases
          WHERE expires_at > now() GROUP BY provider
        )
        SELECT provider, coalesce(s.failures, 0) AS failures, s.last_failure AS "lastFailure",
          s.open_until AS "openUntil", coalesce(s.paused, false) AS paused,
          CASE WHEN s.open_until IS NULL THEN 'closed'
            WHEN s.open_until > now() THEN 'open' ELSE 'half-open' END AS breaker,
          coalesce(taken.places, 0) AS "placesTaken", s.concurrency_max AS places,
          coalesce(spent.day, 0)::bigint AS "spentToday",
          coalesce(spent.month, 0)::bigint AS "spentThisMonth",
          s.budget_day_micros AS "budgetDay", s.budget_month_micros AS "budgetMonth"
        FROM provider_states s FULL JOIN spent USING (provider) FULL JOIN taken USING (provider)
        ORDER BY provider`;
    },

    /** Audited with its actor and reason. */
    async change(provider: string, change: ProviderChange, act: Act): Promise<void> {
      const data = Object.fromEntries(
        Object.entries(change).filter(([, value]) => value !== undefined),
      ) as Prisma.ProviderStateUpdateInput;
      await db.$transaction(async (tx) => {
        await tx.providerState.upsert({
          where: { provider },
          create: { ...(data as Omit<Prisma.ProviderStateCreateInput, 'provider'>), provider },
          update: data,
        });
        await recordAudit(tx, {
          ...act,
          action: 'change_provider',
          target: `provider:${provider}`,
          outcome: Object.entries(change)
            .filter(([, value]) => value !== undefined)
            .map(([name, value]: [string, unknown]) => `${name}=${value as string}`)
            .join(', '),
        });
      });
    },
  };
}

function createBreaker(db: Database) {
  return {
    /** Who may make the one call that shows whether a rested provider is back. */
    async takeTrial(provider: string): Promise<boolean> {
      const taken = await run(db)`
        UPDATE provider_states
        SET trial_until = now() + ${breakerRule.restMs} * interval '1 millisecond'
        WHERE provider = ${provider} AND open_until <= now()
          AND (trial_until IS NULL OR trial_until <= now())`;
      return taken === 1;
    },

    /**
     * One more failure in a row. Opens the breaker at the fifth, and again when a trial fails; what
     * was under way while it rests does not prolong the rest. Returns when it opened, if it just did.
     */
    async failed(provider: string, failure: ProviderFailureClass): Promise<Date | undefined> {
      const [row] = await ask<{ opened: Date | null }>(db)`
        INSERT INTO provider_states AS s (provider, failures, last_failure)
        VALUES (${provider}, 1, ${failure})
        ON CONFLICT (provider) DO UPDATE SET
          failures = s.failures + 1,
          last_failure = excluded.last_failure,
          trial_until = CASE WHEN s.open_until <= now() THEN NULL ELSE s.trial_until END,
          opened_at = CASE
            WHEN s.open_until IS NULL AND s.failures + 1 >= ${breakerRule.failures} THEN now()
            ELSE s.opened_at END,
          open_until = CASE
            WHEN s.open_until > now() THEN s.open_until
            WHEN s.open_until IS NOT NULL OR s.failures + 1 >= ${breakerRule.failures}
              THEN now() + ${breakerRule.restMs} * interval '1 millisecond'
            ELSE NULL END
        RETURNING CASE WHEN opened_at = now()::timestamptz(3) THEN opened_at END AS opened`;
      return row?.opened ?? undefined;
    },

    /** It answered: closed again. The late answer of a call from before the rest says nothing. */
    async succeeded(provider: string): Promise<void> {
      await run(db)`
        UPDATE provider_states
        SET failures = 0, opened_at = NULL, open_until = NULL, trial_until = NULL
        WHERE provider = ${provider} AND (open_until IS NULL OR open_until <= now())`;
    },
  };
}

function createPlaces(db: Database) {
  return {
    /**
     * Takes one of the provider's places for a generation, or keeps the one it has; false when all
     * are taken. A place whose job was forgotten comes free by itself.
     */
    async takePlace(place: {
      readonly provider: string;
      readonly places: number;
      readonly generationId: string;
      readonly forMs: number;
    }): Promise<boolean> {
      const { provider, places, generationId, forMs } = place;
      // Two may choose the same free place at once; the second one sees it taken and looks again.
      for (let round = 0; round < 3; round += 1) {
        const taken = await run(db)`
          WITH own AS (
            DELETE FROM provider_leases WHERE generation_id = ${generationId}
              AND (provider <> ${provider} OR expires_at <= now())
            RETURNING 1
          )
          INSERT INTO provider_leases AS l (provider, slot, generation_id, expires_at)
          SELECT ${provider}, slot, ${generationId},
            now() + ${forMs}::double precision * interval '1 millisecond'
          FROM generate_series(1, ${places}::int) AS slot, (SELECT count(*) FROM own) AS expired
          WHERE NOT EXISTS (
            SELECT 1 FROM provider_leases held
            WHERE held.provider = ${provider} AND held.slot = slot.slot AND held.expires_at > now()
          )
          ORDER BY random() LIMIT 1
          ON CONFLICT (provider, slot) DO UPDATE
            SET generation_id = excluded.generation_id, expires_at = excluded.expires_at
            WHERE l.expires_at <= now()`;
        if (taken === 1) return true;
      }
      return false;
    },

    /** With `keepMs` when the job may still run there for a while. */
    async leavePlace(generationId: string, keepMs = 0): Promise<void> {
      await run(db)`
        UPDATE provider_leases
        SET expires_at = least(expires_at,
          now() + ${keepMs}::double precision * interval '1 millisecond')
        WHERE generation_id = ${generationId}`;
    },
  };
}
