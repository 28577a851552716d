import { z } from 'zod';
import { generationStatuses } from '../../domain/generation';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { amountSchema } from './admin-schemas';

const statisticsSchema = z.object({
  people: z.object({ all: z.int(), new24h: z.int() }),
  generationsByStatus: z.record(z.enum(generationStatuses), z.int()),
  tokens: z
    .object({
      credited: amountSchema,
      given: amountSchema,
      spent: amountSchema,
      refunded: amountSchema,
      held: amountSchema,
      debt: amountSchema,
    })
    .describe('Bought, given as bonuses, spent, returned; reserved and owed at this moment.'),
  revenueBySystem: z.array(
    z.object({
      system: z.string(),
      currency: z.string(),
      amountMinor: amountSchema,
      refundedMinor: amountSchema,
    }),
  ),
  charges: z
    .object({ uncredited: z.int() })
    .describe('Money taken whose tokens are not given yet.'),
});

const auditSchema = z.object({
  entries: z.array(
    z.object({
      at: z.iso.datetime(),
      actor: z.string(),
      action: z.string(),
      target: z.string(),
      reason: z.string(),
      outcome: z.string(),
    }),
  ),
});

export function adminReportRoutes(deps: ApiDeps): Route[] {
  return [statisticsRoute(deps), auditRoute(deps)];
}

const common = {
  method: 'get',
  problems: ['UNAUTHORIZED', 'NOT_FOUND'],
} as const;

function statisticsRoute({ settings, statistics }: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(settings),
    ...common,
    path: '/admin/stats',
    summary: 'The business in figures',
    description: 'Counted from the database at the moment of asking.',
    answer: { status: 200, description: 'The figures.', schema: statisticsSchema },
    handle: async () => {
      const { people, generationsByStatus, tokens, revenueBySystem, charges } = await statistics();
      return {
        people,
        generationsByStatus,
        tokens: {
          credited: tokens.credited.toString(),
          given: tokens.given.toString(),
          spent: tokens.spent.toString(),
          refunded: tokens.refunded.toString(),
          held: tokens.held.toString(),
          debt: tokens.debt.toString(),
        },
        revenueBySystem: revenueBySystem.map(({ system, currency, ...money }) => ({
          system,
          currency,
          amountMinor: money.amountMinor.toString(),
          refundedMinor: money.refundedMinor.toString(),
        })),
        charges,
      };
    },
  });
}

const auditQuery = z.strictObject({
  target: z
    .string()
    .max(200, 'must be at most 200 characters')
    .optional()
    .describe('Only this target, for example payment:<id>.'),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number')
    .transform(Number)
    .refine((count) => count >= 1 && count <= 500, 'must be between 1 and 500')
    .prefault('100')
    .describe('How many, 1-500; 100 when left out.'),
});

function auditRoute({ settings, audit }: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(settings),
    ...common,
    path: '/admin/audit',
    summary: 'Who did what and why',
    description: 'The newest actions of admins, also the refused ones.',
    query: auditQuery,
    answer: { status: 200, description: 'Newest first.', schema: auditSchema },
    handle: async ({ query: { target, limit } }) => {
      const rows = await audit.list({ limit, ...(target === undefined ? {} : { target }) });
      return { entries: rows.map(({ id: _id, at, ...row }) => ({ at: at.toISOString(), ...row })) };
    },
  });
}
