import { z } from 'zod';
import { promoBounds, promoCodeOf, promoKinds, type PromoCode } from '../../domain/promo';
import { refuseUnknownActor } from '../admin-actor';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { refundBody } from './admin-schemas';

const listMax = 500;
const decidedBy = refundBody.pick({ actor: true, reason: true }).shape;

const codeText = z
  .string()
  .transform((text) => promoCodeOf(text) ?? '')
  .refine((code) => code !== '', 'must be 3-32 letters, digits, _ or -')
  .meta({ description: '3-32 letters, digits, _ or -; kept in upper case.' });

const promoAnswer = z.object({
  code: z.string(),
  kind: z.enum(promoKinds),
  value: z.string().describe('Percent, or tokens for the kind "tokens".'),
  limitOverall: z.int().nullable().describe('Uses by everybody together; null for no limit.'),
  limitPerPerson: z.int(),
  expiresAt: z.iso.datetime().nullable(),
  active: z.boolean(),
});

const listAnswer = z.object({
  promoCodes: z.array(
    promoAnswer.extend({ redemptions: z.int().describe('Also with payments that expired.') }),
  ),
});

const limit = z.int().min(1).max(1_000_000_000);
const promoBody = z
  .strictObject({
    ...decidedBy,
    code: codeText,
    kind: z
      .enum(promoKinds)
      .describe(
        'percent_off: the next purchase costs less. percent_extra: it brings more. tokens: at once.',
      ),
    // What is no number must not come to the comparison with the bounds of its kind.
    value: z.string().regex(/^[1-9]\d{0,8}$/, {
      error: 'must be a whole number above zero, as text',
      abort: true,
    }),
    limitOverall: limit.nullable().default(null),
    limitPerPerson: limit.default(1),
    expiresAt: z.iso.datetime().nullable().default(null),
  })
  .refine(({ kind, value }) => {
    const { least, most } = promoBounds[kind];
    return BigInt(value) >= least && BigInt(value) <= most;
  }, 'The value is out of bounds: 1-90 percent off, 1-500 percent extra, 1-1000000 tokens.');

/** Promo codes. What a code promised to a payment that is open stays so when the code is switched off. */
export function adminPromoRoutes(deps: ApiDeps): Route[] {
  const { promos, settings } = deps;
  const access = forAdmins(settings);
  return [
    defineRoute({
      ...access,
      method: 'get',
      path: '/admin/promo-codes',
      summary: 'Promo codes',
      description: `The newest ${listMax}, also those that are off or over.`,
      problems: ['UNAUTHORIZED', 'NOT_FOUND'],
      answer: { status: 200, description: 'Newest first.', schema: listAnswer },
      handle: async () => ({
        promoCodes: (await promos.list(listMax)).map((promo) => ({
          ...onWire(promo),
          redemptions: promo.redemptions,
        })),
      }),
    }),
    defineRoute({
      ...access,
      method: 'post',
      path: '/admin/promo-codes',
      summary: 'Add a promo code',
      description: 'A repeat with the same terms is harmless; other terms need another code.',
      body: promoBody,
      problems: ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN', 'IDEMPOTENCY_CONFLICT'],
      answer: { status: 201, description: 'The code as it is now.', schema: promoAnswer },
      handle: async ({ body }) => {
        await refuseUnknownActor(deps, {
          action: 'create_promo',
          target: `promo:${body.code}`,
          body,
        });
        const expiresAt = body.expiresAt === null ? null : new Date(body.expiresAt);
        return onWire(await promos.create({ ...body, value: BigInt(body.value), expiresAt }));
      },
    }),
    defineRoute({
      ...access,
      method: 'post',
      path: '/admin/promo-codes/:code',
      summary: 'Switch a promo code on or off',
      description: 'Off, nobody can use it any more; payments that were opened with it keep it.',
      params: z.object({ code: codeText }),
      body: z.strictObject({ ...decidedBy, active: z.boolean() }),
      problems: ['UNAUTHORIZED', 'NOT_FOUND', 'ACTOR_UNKNOWN'],
      answer: { status: 200, description: 'The code as it is now.', schema: promoAnswer },
      handle: async ({ params: { code }, body }) => {
        const target = `promo:${code}`;
        await refuseUnknownActor(deps, { action: 'switch_promo', target, body });
        return onWire(await promos.setActive({ code, ...body }));
      },
    }),
  ];
}

function onWire(promo: PromoCode): z.output<typeof promoAnswer> {
  const { code, kind, value, limitOverall, limitPerPerson, expiresAt, active } = promo;
  return {
    ...{ code, kind, limitOverall, limitPerPerson, active },
    value: value.toString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
