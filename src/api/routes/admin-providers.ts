import { z } from 'zod';
import { microsOf, usdOf } from '../../domain/budget';
import { AppError } from '../../domain/errors';
import type { ProviderStanding } from '../../storage/provider-store';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { overviewOf, type ProviderOverview } from '../provider-overview';
import { defineRoute, type Route } from '../route';
import { actShape, usdText } from './admin-model-schemas';
import { refuseUnknownActor } from '../admin-actor';

const params = z.object({ id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'is not the form of an id') });
const period = z.object({ spentUsd: z.string(), budgetUsd: z.string().nullable() });
const providerAnswer = z.object({
  id: z.string(),
  status: z.enum(['ok', 'off', 'paused', 'resting', 'trial', 'budget-spent']),
  failures: z.int().describe('In a row; five make it rest for a minute.'),
  lastFailure: z.string().nullable(),
  restsUntil: z.iso.datetime().nullable(),
  places: z
    .object({ taken: z.int(), most: z.int() })
    .nullable()
    .describe('Jobs at once over all workers; null: unlimited.'),
  today: period,
  month: period,
});
const changeBody = z.strictObject({
  paused: z.boolean().optional().describe('Switched off: other models stand in where they can.'),
  dayBudgetUsd: usdText.nullable().optional(),
  monthBudgetUsd: usdText.nullable().optional(),
  places: z.int().min(1).max(10_000).nullable().optional(),
  ...actShape,
});

/** What the owner spends at each provider, and the limits to it. */
export function adminProviderRoutes(deps: ApiDeps): Route[] {
  const access = forAdmins(deps.settings);
  return [
    defineRoute({
      ...access,
      method: 'get',
      path: '/admin/providers',
      summary: 'Providers: breaker, places, spending',
      description: 'Days and months are those of UTC.',
      problems: ['UNAUTHORIZED', 'NOT_FOUND'],
      answer: {
        status: 200,
        description: 'The providers.',
        schema: z.object({ providers: z.array(providerAnswer) }),
      },
      handle: async () => ({ providers: (await overviewOf(deps)).map(onWire) }),
    }),
    defineRoute({
      ...access,
      method: 'post',
      path: '/admin/providers/:id',
      summary: 'Set the limits of a provider',
      description: 'What is left out stays; null takes a limit away. It works at once, everywhere.',
      params,
      body: changeBody,
      problems: ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN'],
      answer: { status: 200, description: 'The provider as it is now.', schema: providerAnswer },
      handle: async ({ params: { id }, body }) => {
        await refuseUnknownActor(deps, {
          action: 'change_provider',
          target: `provider:${id}`,
          body,
        });
        if (!(await overviewOf(deps)).some((known) => known.id === id)) {
          throw new AppError('NOT_FOUND', `No provider ${id}`);
        }
        const { actor, reason, paused, dayBudgetUsd, monthBudgetUsd, places } = body;
        const change = {
          paused,
          budgetDayMicros: microsOrNull(dayBudgetUsd),
          budgetMonthMicros: microsOrNull(monthBudgetUsd),
          concurrencyMax: places,
        };
        await deps.providerStates.change(id, change, { actor, reason });
        const changed = (await overviewOf(deps)).find((known) => known.id === id);
        if (changed === undefined) throw new AppError('NOT_FOUND', `No provider ${id}`);
        return onWire(changed);
      },
    }),
  ];
}

function microsOrNull(usd: string | null | undefined): bigint | null | undefined {
  return typeof usd === 'string' ? (microsOf(usd) ?? null) : usd;
}

const nothingKnown: Omit<ProviderStanding, 'provider'> = {
  breaker: 'closed',
  failures: 0,
  lastFailure: null,
  openUntil: null,
  paused: false,
  placesTaken: 0,
  places: null,
  spentToday: 0n,
  spentThisMonth: 0n,
  budgetDay: null,
  budgetMonth: null,
};

function onWire({
  id,
  status,
  places,
  standing = { ...nothingKnown, provider: id },
}: ProviderOverview) {
  return {
    id,
    status,
    places,
    failures: standing.failures,
    lastFailure: standing.lastFailure,
    restsUntil: standing.openUntil?.toISOString() ?? null,
    today: spending(standing.spentToday, standing.budgetDay),
    month: spending(standing.spentThisMonth, standing.budgetMonth),
  };
}

function spending(spent: bigint, budget: bigint | null) {
  return { spentUsd: usdOf(spent), budgetUsd: budget === null ? null : usdOf(budget) };
}
