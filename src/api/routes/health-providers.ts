import { z } from 'zod';
import { providerStatuses } from '../../domain/provider-standing';
import type { StatusDeps } from '../deps';
import { overviewOf } from '../provider-overview';
import { defineRoute, type Route } from '../route';

const answer = z.object({
  status: z.enum(['ok', 'degraded', 'down']).describe('down: no provider takes jobs now.'),
  providers: z.array(
    z.object({
      id: z.string(),
      status: z
        .enum(providerStatuses)
        .describe(
          'off: no settings; paused: by an admin; resting: five failures in a row, for a minute; ' +
            'trial: one job at a time shows whether it is back.',
        ),
    }),
  ),
});

/** Money is told to admins only, at /admin/providers. */
export function healthProvidersRoute(deps: StatusDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/health/providers',
    tag: 'Health',
    summary: 'Which providers take jobs?',
    description: 'What all workers together know of them; no provider is asked.',
    rate: 'health',
    answer: { status: 200, description: 'How each provider stands.', schema: answer },
    problems: [],
    handle: async () => {
      const providers = (await overviewOf(deps)).map(({ id, status }) => ({ id, status }));
      const on = providers.filter(({ status }) => status !== 'off');
      const well = on.filter(({ status }) => status === 'ok').length;
      const down = well === 0 ? ('down' as const) : ('degraded' as const);
      return { status: well === on.length && well > 0 ? ('ok' as const) : down, providers };
    },
  });
}
