import { z } from 'zod';
import { UnsoundModel } from '../../domain/model-rules';
import { createTexts } from '../../texts/texts';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';
import { refuseUnknownActor } from '../admin-actor';
import {
  modelAnswer,
  modelBody,
  modelChangeBody,
  modelOnWire,
  readCost,
  readSurcharge,
  slugParams,
} from './admin-model-schemas';

const mayNot = ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN'] as const;

/** The catalogue. What people ordered before a change keeps the price they confirmed. */
export function adminModelRoutes(deps: ApiDeps): Route[] {
  const access = forAdmins(deps.settings);
  return [
    defineRoute({
      ...access,
      method: 'get',
      path: '/admin/models',
      summary: 'The catalogue',
      description: 'Every model in the order people see it, also those that are off.',
      problems: ['UNAUTHORIZED', 'NOT_FOUND'],
      answer: {
        status: 200,
        description: 'The models.',
        schema: z.object({ models: z.array(modelAnswer) }),
      },
      handle: async () => ({ models: (await deps.catalogueChanges.listAll()).map(modelOnWire) }),
    }),
    addRoute(deps, access),
    changeRoute(deps, access),
  ];
}

type Access = ReturnType<typeof forAdmins>;

function addRoute(deps: ApiDeps, access: Access): Route {
  return defineRoute({
    ...access,
    method: 'post',
    path: '/admin/models',
    summary: 'Add a model',
    description:
      'Checked against what the provider can do; offered to people at once. A provider without its ' +
      'settings may have models too, they are just not served yet.',
    body: modelBody,
    problems: mayNot,
    answer: { status: 201, description: 'The model as it is now.', schema: modelAnswer },
    handle: async ({ body }) => {
      const { actor, reason, priceTokens, surcharge, cost, ...model } = body;
      await refuseUnknownActor(deps, { action: 'add_model', target: `model:${body.slug}`, body });
      const added = await soundly(() =>
        deps.catalogueChanges.add(
          {
            ...model,
            priceTokens: BigInt(priceTokens),
            surcharge: readSurcharge(surcharge),
            cost: readCost(cost),
          },
          { actor, reason },
        ),
      );
      return modelOnWire(added);
    },
  });
}

function changeRoute(deps: ApiDeps, access: Access): Route {
  return defineRoute({
    ...access,
    method: 'post',
    path: '/admin/models/:slug',
    summary: 'Change a model',
    description:
      'What is left out stays; options, surcharge, cost and fallback are replaced whole. Setting ' +
      '`active` to true also clears why Easel switched it off.',
    params: slugParams,
    body: modelChangeBody,
    problems: mayNot,
    answer: { status: 200, description: 'The model as it is now.', schema: modelAnswer },
    handle: async ({ params: { slug }, body }) => {
      const { actor, reason, priceTokens, surcharge, cost, ...rest } = body;
      await refuseUnknownActor(deps, { action: 'change_model', target: `model:${slug}`, body });
      const change = {
        ...onlyGiven(rest),
        ...(priceTokens === undefined ? {} : { priceTokens: BigInt(priceTokens) }),
        ...(surcharge === undefined ? {} : { surcharge: readSurcharge(surcharge) }),
        ...(cost === undefined ? {} : { cost: readCost(cost) }),
      };
      const changed = await soundly(() =>
        deps.catalogueChanges.change(slug, change, { actor, reason }),
      );
      return modelOnWire(changed);
    },
  });
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function onlyGiven<T extends object>(fields: T): Partial<Given<T>> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Given<T>>;
}

const english = createTexts()('en');

/** Names each rule that is broken. */
export async function soundly<T>(change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof UnsoundModel)) throw error;
    const errors = error.problems.map((problem) => ({
      field: problem,
      problem: english.plain(`models.problem.${problem}`),
    }));
    throw new Problem(
      'INVALID_INPUT',
      'This does not make a sound catalogue, so nothing was changed. Correct what is listed under "errors".',
      { errors, cause: error },
    );
  }
}
