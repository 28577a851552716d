import { z } from 'zod';
import type { StatusDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';
import { within } from '../within';

/** Shorter than a probe's own patience, so that it hears which part is ill. */
const healthTimeoutMs = 2000;

const healthy = z.object({ status: z.literal('ok') });

export function healthRoutes(deps: StatusDeps): Route[] {
  const { checkDatabase, engine, logger } = deps;
  const dependency = (part: {
    readonly path: string;
    readonly name: string;
    readonly remedy: string;
    readonly look: () => Promise<unknown>;
  }): Route =>
    defineRoute({
      method: 'get',
      path: part.path,
      tag: 'Health',
      summary: `Is ${part.name} reachable?`,
      description: `Asks ${part.name} one short question and waits at most ${healthTimeoutMs} ms.`,
      rate: 'health',
      answer: {
        status: 200,
        description: `${part.name} answers.`,
        schema: healthy.extend({ answeredInMs: z.number() }),
      },
      problems: [],
      handle: async () => {
        const startedAt = performance.now();
        try {
          await within(healthTimeoutMs, part.look());
        } catch (error) {
          logger.warn({ err: error }, `${part.name} does not answer`);
          throw new Problem('INTERNAL', `${part.name} does not answer. ${part.remedy}`, {
            status: 503,
            cause: error,
          });
        }
        return { status: 'ok' as const, answeredInMs: Math.round(performance.now() - startedAt) };
      },
    });

  return [
    defineRoute({
      method: 'get',
      path: '/health',
      tag: 'Health',
      summary: 'Is this process alive?',
      description:
        'Answers at once and asks nobody, so a slow database cannot get the process killed.',
      rate: 'health',
      answer: { status: 200, description: 'Alive.', schema: healthy },
      problems: [],
      handle: () => ({ status: 'ok' as const }),
    }),
    dependency({
      path: '/health/db',
      name: 'Postgres',
      remedy: 'People are answered again once it is back; check DATABASE_URL and the server.',
      look: checkDatabase,
    }),
    dependency({
      path: '/health/temporal',
      name: 'Temporal',
      remedy:
        'Generations and payments wait and go on once it is back; check TEMPORAL_ADDRESS and the server.',
      look: () => engine.health(),
    }),
    paymentHealth(deps),
  ];
}

const paymentHealthSchema = healthy.extend({
  systems: z.array(z.string()).describe('Payment systems people can pay by.'),
  undeliveredNews: z.int().describe('Stored news whose payment was not told yet.'),
  heldCharges: z.int().describe('Charges that wait for an admin.'),
  refundsUnderWay: z.int().describe('Refunds whose money is not back yet.'),
});

/** Asks the database only: a payment system that is away must not look like a fault of ours. */
function paymentHealth({ systems, payments }: StatusDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/health/payment',
    tag: 'Health',
    summary: 'How do payments stand?',
    description:
      'Which payment systems are on, and what waits: for Temporal, an admin or a system.',
    rate: 'health',
    answer: { status: 200, description: 'How they stand.', schema: paymentHealthSchema },
    problems: [],
    handle: async () => ({
      status: 'ok' as const,
      systems: [...systems.ready.keys()],
      ...(await within(healthTimeoutMs, payments.backlog())),
    }),
  });
}
