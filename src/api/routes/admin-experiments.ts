import { z } from 'zod';
import { usdOf } from '../../domain/budget';
import type { Experiment, VariantResult } from '../../storage/experiment-store';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { actShape, slugSchema } from './admin-model-schemas';
import { soundly } from './admin-models';
import { refuseUnknownActor } from '../admin-actor';

const experimentId = z.string().regex(/^[a-z0-9-]{1,40}$/, 'is not the form of an experiment');
const params = z.object({ id: experimentId });
const variant = z.strictObject({
  slug: slugSchema,
  weight: z.int().describe('Its share is its weight over the sum of all.'),
});
const startBody = z.strictObject({
  id: experimentId.describe('A name for it, for ever.'),
  model: slugSchema.describe('The model people choose and pay for.'),
  variants: z
    .array(variant)
    .describe('Who serves it: 2-5 models, the chosen one may be one of them.'),
  ...actShape,
});
const stopBody = z.strictObject(actShape);
const experimentAnswer = z.object({
  id: z.string(),
  model: z.string(),
  variants: z.array(z.object({ slug: z.string(), weight: z.int() })),
  startedAt: z.iso.datetime(),
  stoppedAt: z.iso.datetime().nullable(),
});
const resultAnswer = experimentAnswer.extend({
  results: z.array(
    z.object({
      variant: z.string(),
      generations: z.int(),
      people: z.int(),
      delivered: z.int(),
      failed: z.int().describe('Ended without a result.'),
      fellBack: z.int().describe('Made by a stand-in.'),
      latencyMs: z
        .object({ p50: z.int(), p95: z.int() })
        .nullable()
        .describe('From the order to the result in the chat.'),
      costUsd: z.string().describe('Paid to providers.'),
      repeatPeople: z.int().describe('People who made a second one.'),
      complaints: z.int().describe('Results that were reported.'),
    }),
  ),
});

export function adminExperimentRoutes(deps: ApiDeps): Route[] {
  const access = forAdmins(deps.settings);
  const { experiments } = deps;
  return [
    defineRoute({
      ...access,
      method: 'get',
      path: '/admin/experiments',
      summary: 'A/B experiments',
      description: 'The newest first.',
      problems: ['UNAUTHORIZED', 'NOT_FOUND'],
      answer: {
        status: 200,
        description: 'The experiments.',
        schema: z.object({ experiments: z.array(experimentAnswer) }),
      },
      handle: async () => ({ experiments: (await experiments.list()).map(onWire) }),
    }),
    defineRoute({
      ...access,
      method: 'get',
      path: '/admin/experiments/:id',
      summary: 'What came of an experiment',
      description:
        'Each generation counts for the variant it began with, whoever made it in the end.',
      params,
      problems: ['UNAUTHORIZED', 'NOT_FOUND'],
      answer: { status: 200, description: 'The figures.', schema: resultAnswer },
      handle: async ({ params: { id } }) => {
        const { experiment, results } = await experiments.results(id);
        return { ...onWire(experiment), results: results.map(resultOnWire) };
      },
    }),
    ...changeRoutes(deps),
  ];
}

function changeRoutes(deps: ApiDeps): Route[] {
  const access = forAdmins(deps.settings);
  const { experiments } = deps;
  const problems = ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN'] as const;
  return [
    defineRoute({
      ...access,
      method: 'post',
      path: '/admin/experiments',
      summary: 'Start an experiment',
      description:
        'From now on each person who chooses the model is served by one of the variants, always the ' +
        'same one, at the price of the model.',
      body: startBody,
      problems,
      answer: { status: 201, description: 'It runs.', schema: experimentAnswer },
      handle: async ({ body }) => {
        const { actor, reason, ...wish } = body;
        const target = `experiment:${body.id}`;
        await refuseUnknownActor(deps, { action: 'start_experiment', target, body });
        return onWire(await soundly(() => experiments.start(wish, { actor, reason })));
      },
    }),
    defineRoute({
      ...access,
      method: 'post',
      path: '/admin/experiments/:id/stop',
      summary: 'Stop an experiment',
      description: 'People are served by the model they choose again; the results stay.',
      params,
      body: stopBody,
      problems,
      answer: { status: 200, description: 'It stopped.', schema: resultAnswer },
      handle: async ({ params: { id }, body }) => {
        const target = `experiment:${id}`;
        await refuseUnknownActor(deps, { action: 'stop_experiment', target, body });
        await experiments.stop(id, { actor: body.actor, reason: body.reason });
        const { experiment, results } = await experiments.results(id);
        return { ...onWire(experiment), results: results.map(resultOnWire) };
      },
    }),
  ];
}

function onWire({ id, model, variants, startedAt, stoppedAt }: Experiment) {
  return {
    id,
    model,
    variants: variants.map(({ slug, weight }) => ({ slug, weight })),
    startedAt: startedAt.toISOString(),
    stoppedAt: stoppedAt?.toISOString() ?? null,
  };
}

function resultOnWire({ latencyMs50: p50, latencyMs95: p95, costMicros, ...rest }: VariantResult) {
  return {
    ...rest,
    latencyMs: p50 === null || p95 === null ? null : { p50, p95 },
    costUsd: usdOf(costMicros),
  };
}
