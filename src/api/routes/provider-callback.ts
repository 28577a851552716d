import type { Request } from 'express';
import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { ProviderError, type Provider } from '../../providers/provider';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';

/**
 * A callback is a hint: it wakes the generation, which then asks the provider itself. So a repeated
 * one, or one that comes too late, does no harm and is answered with 200.
 */
export function providerCallback({ findProvider, engine }: ApiDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/providers/:id/callback',
    tag: 'Providers',
    summary: 'Hear that a job has news',
    description: 'Called by AI providers. The signature is checked by the adapter of the provider.',
    rate: 'callback',
    rawBody: true,
    params: z.object({ id: z.string().max(64) }),
    answer: {
      status: 200,
      description: 'Heard, or nothing to do.',
      schema: z.object({ ok: z.literal(true) }),
    },
    problems: ['UNAUTHORIZED', 'NOT_FOUND'],
    handle: async ({ params, request }) => {
      const provider = findProvider(params.id);
      if (provider?.readCallback === undefined) {
        throw new Problem(
          'NOT_FOUND',
          'No provider that calls back has this id here. Check the callback address that was given ' +
            'to the provider and that its settings are there.',
        );
      }
      const reference = await readReference(provider, request);
      if (reference !== undefined) await wake(engine, reference);
      return { ok: true as const };
    },
  });
}

async function readReference(
  provider: Pick<Provider, 'readCallback'>,
  request: Request,
): Promise<string | undefined> {
  const body: unknown = request.body;
  try {
    return await provider.readCallback?.(
      Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      flat(request.headers),
      flat(request.query),
    );
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new Problem(
      'UNAUTHORIZED',
      'The callback is not signed by this provider, so it was not looked at. Check the signing key ' +
        'on both sides.',
      { cause: error },
    );
  }
}

/** Headers or parameters as the adapters want them: one text each. */
function flat(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (Array.isArray(value)) return [[name, value.join(', ')]];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** As the bot makes the ids of generations; nothing else can be woken. */
const generationIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

async function wake(engine: ApiDeps['engine'], generationId: string): Promise<void> {
  if (!generationIdPattern.test(generationId)) return;
  try {
    await engine.wakeGeneration(generationId);
  } catch (error) {
    // The generation ended already; the provider must not go on repeating itself.
    if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
  }
}
