import { z } from 'zod';
import { createAdminGuard } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { amountSchema } from './admin-schemas';

const statisticsSchema = z.object({
  people: z.object({ all: z.int(), new24h: z.int() }),
  generationsByStatus: z.record(z.string(), z.int()),
  tokens: z.object({
    credited: amountSchema,
    spent: amountSchema,
    refunded: amountSchema,
    held: amountSchema,
  }),
  revenueBySystem: z.array(
    z.object({
      system: z.string(),
      currency: z.string(),
      amountMinor: amountSchema,
      refundedMinor: amountSchema,
    }),
  ),
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

export function adminReportRoutes({ settings, statistics, audit }: ApiDeps): Route[] {
  const common = {
    method: 'get',
    tag: 'Admin',
    rate: 'admin',
    security: 'adminKey',
    guard: createAdminGuard(settings.api.adminKey),
    problems: ['UNAUTHORIZED', 'NOT_FOUND'],
  } as const;

  return [
    defineRoute({
      ...common,
      path: '/admin/stats',
      summary: 'The business in figures',
      description: 'Counted from the database at the moment of asking.',
      answer: { status: 200, description: 'The figures.', schema: statisticsSchema },
      handle: async () => {
        const { people, generationsByStatus, tokens, revenueBySystem } = await statistics();
        return {
          people,
          generationsByStatus,
          tokens: {
            credited: tokens.credited.toString(),
            spent: tokens.spent.toString(),
            refunded: tokens.refunded.toString(),
            held: tokens.held.toString(),
          },
          revenueBySystem: revenueBySystem.map((revenue) => ({
            system: revenue.system,
            currency: revenue.currency,
            amountMinor: revenue.amountMinor.toString(),
            refundedMinor: revenue.refundedMinor.toString(),
          })),
        };
      },
    }),
    defineRoute({
      ...common,
      path: '/admin/audit',
      summary: 'Who did what and why',
      description: 'The newest actions of admins, also the refused ones.',
      query: z.strictObject({
        target: z
          .string()
          .max(200, 'must be at most 200 characters')
          .optional()
          .describe('Only this target, for example payment:<id>.'),
        limit: z.coerce
          .number('must be a whole number')
          .int('must be a whole number')
          .min(1, 'must be at least 1')
          .max(500, 'must be at most 500')
          .default(100)
          .describe('How many.'),
      }),
      answer: { status: 200, description: 'Newest first.', schema: auditSchema },
      handle: async ({ query: { target, limit } }) => {
        const entries = await audit.list({ limit, ...(target === undefined ? {} : { target }) });
        return {
          entries: entries.map(({ at, actor, action, target: on, reason, outcome }) => ({
            at: at.toISOString(),
            actor,
            action,
            target: on,
            reason,
            outcome,
          })),
        };
      },
    }),
  ];
}
