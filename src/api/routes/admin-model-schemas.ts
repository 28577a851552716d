/** The catalogue on the wire: tokens as whole decimal text, dollars as decimal text. */
import { z } from 'zod';
import { microsOf, usdOf } from '../../domain/budget';
import { optionKeys, type Rate } from '../../domain/catalogue';
import type { CatalogueModel } from '../../storage/catalogue-store';

/** Said with every change; kept in the audit. */
export const actShape = {
  actor: z
    .string()
    .regex(/^\d{1,20}$/, 'must be a Telegram id, digits only')
    .describe('Telegram id of the admin who decided it; one of ADMIN_IDS.'),
  reason: z
    .string()
    .max(500, 'must be at most 500 characters')
    .regex(/\S/, 'must say why')
    .describe('Why; kept in the audit.'),
};

export const slugSchema = z.string().regex(/^[A-Za-z0-9._-]{1,45}$/, 'is not the form of a slug');
export const slugParams = z.object({ slug: slugSchema });

const wholeText = z.string().regex(/^(0|[1-9]\d{0,12})$/, 'must be a whole number, as text');
export const usdText = z
  .string()
  .refine((text) => microsOf(text) !== undefined, 'must be dollars with at most six decimals')
  .describe('US dollars, for example "0.039".');
const words = z.strictObject({ en: z.string(), ru: z.string() });
const optionKey = z.enum(optionKeys);
const percent = z
  .partialRecord(optionKey, z.record(z.string(), z.int()))
  .describe('By option and value: 150 makes it half as much again.');
const options = z
  .partialRecord(optionKey, z.array(z.string()))
  .describe('Values by option, the default first, in the words of the provider.');

export const surcharge = z.strictObject({
  perSecond: wholeText.optional().describe('Tokens for each second of the duration.'),
  percent: percent.optional(),
});
const cost = z
  .strictObject({ base: usdText, perSecond: usdText.optional(), percent: percent.optional() })
  .nullable()
  .describe('What one job costs at the provider; budgets count it.');

const changeable = {
  providerModel: z.string().describe("The provider's own model id."),
  modes: z.array(z.enum(['text', 'photo', 'video'])),
  name: words,
  description: words,
  priceTokens: wholeText.describe('The base of the price.'),
  surcharge,
  cost,
  options,
  inputsMax: z.int().describe('Photos at once.'),
  fallback: z.array(slugSchema).describe('Models that stand in for it, best first.'),
  active: z.boolean().describe('Off: nobody is served by it.'),
  listed: z.boolean().describe('Offered to people; a variant or a mere stand-in is not.'),
  position: z.int(),
};

export const modelBody = z.strictObject({
  ...changeable,
  slug: slugSchema,
  kind: z.enum(['image', 'video']),
  provider: z.string(),
  surcharge: surcharge.default({}),
  cost: cost.default(null),
  options: options.default({}),
  inputsMax: changeable.inputsMax.default(1),
  fallback: changeable.fallback.default([]),
  active: changeable.active.default(true),
  listed: changeable.listed.default(true),
  position: changeable.position.default(100),
  ...actShape,
});

export const modelChangeBody = z.strictObject({
  ...z.object(changeable).partial().shape,
  ...actShape,
});

export const modelAnswer = z.object({
  ...changeable,
  slug: z.string(),
  kind: z.enum(['image', 'video']),
  provider: z.string(),
  disabledReason: z.string().nullable().describe('Why Easel itself switched it off.'),
});

/** Tokens, or dollars where the wire says so. */
type RateOnWire = Readonly<{ base?: string; perSecond?: string | undefined }> & {
  readonly percent?: Rate['percent'] | undefined;
};

export function readSurcharge({ perSecond, percent: parts }: z.output<typeof surcharge>) {
  return {
    ...(perSecond === undefined ? {} : { perSecond: BigInt(perSecond) }),
    ...(parts === undefined ? {} : { percent: parts as NonNullable<Rate['percent']> }),
  };
}

export function readCost(wire: RateOnWire | null): Rate | null {
  if (wire === null) return null;
  const { base = '0', perSecond, percent: parts } = wire;
  return {
    base: microsOf(base) ?? 0n,
    ...(perSecond === undefined ? {} : { perSecond: microsOf(perSecond) ?? 0n }),
    ...(parts === undefined ? {} : { percent: parts }),
  };
}

export function modelOnWire(model: CatalogueModel): z.input<typeof modelAnswer> {
  const { rate, cost: costRate, priceTokens, ...rest } = model;
  const { slug, kind, provider, providerModel, name, description, inputsMax } = rest;
  return {
    slug,
    kind,
    provider,
    providerModel,
    name,
    description,
    inputsMax,
    modes: [...rest.modes],
    options: onlyLists(rest.options),
    fallback: [...rest.fallback],
    active: rest.active,
    listed: rest.listed,
    position: rest.position,
    disabledReason: rest.disabledReason,
    priceTokens: priceTokens.toString(),
    surcharge: {
      ...(rate.perSecond === undefined ? {} : { perSecond: rate.perSecond.toString() }),
      ...(rate.percent === undefined ? {} : { percent: copied(rate.percent) }),
    },
    cost:
      costRate === null
        ? null
        : {
            base: usdOf(costRate.base),
            ...(costRate.perSecond === undefined ? {} : { perSecond: usdOf(costRate.perSecond) }),
            ...(costRate.percent === undefined ? {} : { percent: copied(costRate.percent) }),
          },
  };
}

function onlyLists(offered: CatalogueModel['options']) {
  return Object.fromEntries(Object.entries(offered).map(([key, values]) => [key, [...values]]));
}

function copied(parts: NonNullable<Rate['percent']>) {
  return Object.fromEntries(Object.entries(parts).map(([key, byValue]) => [key, { ...byValue }]));
}
