import { z } from 'zod';
import { currencyDecimals, type Currency } from '../../domain/money';
import { tokens } from '../../domain/tokens';
import { refuseUnknownActor } from '../admin-actor';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { amountSchema, refundBody } from './admin-schemas';

const currency = z.enum(Object.keys(currencyDecimals) as [Currency, ...Currency[]]);
const system = z.string().regex(/^[a-z]{2,20}$/, 'must be the id of a payment system');
const amount = z
  .string()
  // What is no number must not come to the comparison of both bounds.
  .regex(/^[1-9]\d{0,11}$/, { error: 'must be a whole number above zero, as text', abort: true })
  .meta({ description: 'A whole number as decimal text.' });

const place = {
  ...refundBody.pick({ actor: true, reason: true }).shape,
  system,
  currency,
  active: z.boolean().default(true).describe('Whether it is on sale.'),
};

const packBody = z.strictObject({
  ...place,
  packTokens: amount,
  amountMinor: amount.describe('The price in minor units: kopecks, cents, Stars.'),
});

const customBody = z
  .strictObject({ ...place, leastTokens: amount, mostTokens: amount })
  .refine(
    ({ leastTokens, mostTokens }) => BigInt(leastTokens) <= BigInt(mostTokens),
    'The lower bound is above the upper one.',
  );

const shelvesAnswer = z.object({
  shelves: z.array(
    z.object({
      system: z.string(),
      currency,
      packs: z.array(
        z.object({ packTokens: amountSchema, amountMinor: amountSchema, active: z.boolean() }),
      ),
      custom: z
        .object({ leastTokens: amountSchema, mostTokens: amountSchema, active: z.boolean() })
        .nullable()
        .describe('Bounds of amounts people may name; the packs make their price.'),
    }),
  ),
});

/** What is on sale. Payments that are open keep the price they were ordered at. */
export function adminPackRoutes(deps: ApiDeps): Route[] {
  const { payments, settings } = deps;
  const access = forAdmins(settings);
  const change = {
    ...access,
    method: 'post',
    problems: ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN'],
    answer: { status: 200, description: 'Everything that is on sale now.', schema: shelvesAnswer },
  } as const;
  const shelves = async () => ({ shelves: (await payments.shelves()).map(onWire) });
  const refuse = (action: string, body: z.output<typeof packBody | typeof customBody>) =>
    refuseUnknownActor(deps, { action, target: `shelf:${body.system}:${body.currency}`, body });
  return [
    defineRoute({
      ...access,
      method: 'get',
      path: '/admin/packs',
      summary: 'Packs and prices',
      description: 'By payment system and currency, also what is off.',
      problems: ['UNAUTHORIZED', 'NOT_FOUND'],
      answer: change.answer,
      handle: shelves,
    }),
    defineRoute({
      ...change,
      path: '/admin/packs',
      summary: 'Add, price or switch a pack',
      description: 'The pack is named by system, currency and tokens.',
      body: packBody,
      handle: async ({ body }) => {
        await refuse('set_pack', body);
        const { packTokens, amountMinor, ...rest } = body;
        const pack = { packTokens: tokens(BigInt(packTokens)), amountMinor: BigInt(amountMinor) };
        await payments.setPack({ ...rest, ...pack });
        return shelves();
      },
    }),
    defineRoute({
      ...change,
      path: '/admin/packs/custom',
      summary: 'Set the bounds of amounts people may name',
      description: 'One pair of bounds for each payment system and currency.',
      body: customBody,
      handle: async ({ body }) => {
        await refuse('set_custom_amount', body);
        const { leastTokens: least, mostTokens: most, ...rest } = body;
        const bounds = { leastTokens: tokens(BigInt(least)), mostTokens: tokens(BigInt(most)) };
        await payments.setCustom({ ...rest, ...bounds });
        return shelves();
      },
    }),
  ];
}

type ShelfRecord = Awaited<ReturnType<ApiDeps['payments']['shelves']>>[number];

function onWire(shelf: ShelfRecord): z.output<typeof shelvesAnswer>['shelves'][number] {
  const { custom, packs, ...key } = shelf;
  return {
    ...key,
    packs: packs.map(({ packTokens, price, active }) => ({
      packTokens: packTokens.toString(),
      amountMinor: price.amountMinor.toString(),
      active,
    })),
    custom: custom && {
      leastTokens: custom.leastTokens.toString(),
      mostTokens: custom.mostTokens.toString(),
      active: custom.active,
    },
  };
}
