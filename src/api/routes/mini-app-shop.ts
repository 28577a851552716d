import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { isCurrency, type Currency } from '../../domain/money';
import { priceOn, type Pack } from '../../domain/packs';
import { priceWith, promoCodeOf } from '../../domain/promo';
import { tokens, TOKENS_MAX } from '../../domain/tokens';
import type { SelectedPromo } from '../../storage/promo-store';
import type { Translate } from '../../texts/texts';
import type { AppMethod, MiniAppDeps } from '../mini-app/mini-app-deps';
import { idOf, type Door, type Visitor } from '../mini-app/visitor';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { amountSchema } from './admin-schemas';

const offerSchema = z.object({
  tokens: amountSchema,
  name: z.string().describe('"25 tokens"'),
  price: z.string().describe('As people read it, with their promo code.'),
  fullPrice: z.string().nullable().describe('Without the code, when it differs.'),
  each: z.string().describe('What one token costs.'),
});

const shelfSchema = z.object({
  system: z.string(),
  name: z.string(),
  currency: z.string(),
  needsEmail: z.boolean(),
  packs: z.array(offerSchema),
  custom: z
    .object({ least: amountSchema, most: amountSchema, bounds: z.string() })
    .nullable()
    .describe('Null: only the packs are sold.'),
});

const meSchema = z.object({
  balance: z.string().describe('"25 tokens"'),
  language: z.enum(['en', 'ru']),
  promo: z.string().nullable().describe('The code chosen for the next purchase, in words.'),
  shelves: z.array(shelfSchema).describe('What is sold, by way to pay; Stars first.'),
});

const common = { tag: 'Mini App', rate: 'app', security: 'miniAppSession' } as const;

/** What the page shows before anything is bought. */
export function miniAppShopRoutes({ miniApp }: ApiDeps, door: Door): Route[] {
  const { guard, admit } = door;
  const me = defineRoute({
    ...common,
    method: 'get',
    path: '/app/api/me',
    summary: 'Balance, language, and what is sold',
    description: 'The ways to pay follow PAYMENT_SYSTEMS, MINI_APP_OTHER_METHODS and the platform.',
    guard,
    answer: { status: 200, description: 'All the page shows at first.', schema: meSchema },
    problems: ['UNAUTHORIZED', 'BANNED'],
    handle: ({ request }) => admit(request, (visitor) => meOf(miniApp, visitor)),
  });
  const quote = defineRoute({
    ...common,
    method: 'get',
    path: '/app/api/quote',
    summary: 'What an amount costs',
    description: 'The price of a named amount, or NOT_FOUND outside the bounds.',
    guard,
    query: z.object({
      system: z.string().max(64),
      currency: z.string().max(8),
      tokens: z.string().regex(/^[1-9]\d{0,11}$/, 'must be a whole number above zero'),
    }),
    answer: { status: 200, description: 'The offer.', schema: offerSchema },
    problems: ['UNAUTHORIZED', 'BANNED', 'NOT_FOUND'],
    handle: ({ request, query }) =>
      admit(request, async (visitor) => {
        const { currency } = methodIn(visitor, query);
        const shelf = await miniApp.payments.shelf({ system: query.system, currency });
        const wanted = BigInt(query.tokens);
        const price = wanted > TOKENS_MAX ? undefined : priceOn(shelf, tokens(wanted));
        if (price === undefined) throw new AppError('NOT_FOUND', 'This amount is not sold');
        const promo = await miniApp.promos.selected(visitor.person.id, miniApp.now());
        return offerOf(miniApp, visitor.t, { pack: { packTokens: tokens(wanted), price }, promo });
      }),
  });
  return [me, quote, promoRoute(miniApp, door)];
}

function promoRoute(miniApp: MiniAppDeps, { guard, admit, slowDown }: Door): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/app/api/promo',
    summary: 'Enter a promo code',
    description: 'Gives its tokens at once, or keeps it for the next purchase.',
    guard,
    body: z.strictObject({
      code: z.string().max(200),
      key: z.string().regex(/^[\w-]{16,64}$/, 'must be 16-64 letters, digits, _ or -'),
    }),
    answer: {
      status: 200,
      description: 'What it gave.',
      schema: z.object({ news: z.string() }),
    },
    problems: [
      'UNAUTHORIZED',
      'BANNED',
      'PROMO_UNKNOWN',
      'PROMO_EXPIRED',
      'PROMO_USED',
      'PROMO_PENDING',
      'PROMO_EXHAUSTED',
    ],
    handle: ({ request, body: { code, key } }) =>
      admit(request, async ({ person, t }) => {
        await slowDown(person);
        const entered = await miniApp.promos.enter({
          code: promoCodeOf(code) ?? '',
          personId: person.id,
          now: miniApp.now(),
          requestId: idOf('k', person, key),
        });
        if (entered.kind !== 'tokens') return { news: promoText(t, entered) };
        const given = t.plain('unit.tokens', { count: entered.tokens });
        return { news: t.plain('topUp.promo.tokens', { tokens: given }) };
      }),
  });
}

async function meOf(miniApp: MiniAppDeps, visitor: Visitor): Promise<z.input<typeof meSchema>> {
  const { person, t, methods } = visitor;
  const { available } = await miniApp.ledger.balance(person.id);
  const promo = await miniApp.promos.selected(person.id, miniApp.now());
  const email = await miniApp.payments.receiptEmail(person.id);
  const shelves = await Promise.all(
    methods.map(async (method) => {
      const shelf = await shelfOf(miniApp, { visitor, method, promo });
      return { ...shelf, needsEmail: method.wantsEmail && email === undefined };
    }),
  );
  return {
    balance: t.plain('unit.tokens', { count: available }),
    language: person.language,
    promo: promo === undefined ? null : promoText(t, promo),
    shelves: shelves.filter(({ packs, custom }) => packs.length > 0 || custom !== null),
  };
}

interface Offering {
  readonly visitor: Visitor;
  readonly method: AppMethod;
  readonly promo: SelectedPromo | undefined;
}

async function shelfOf(miniApp: MiniAppDeps, { visitor, method, promo }: Offering) {
  const { t, person } = visitor;
  const system = method.id;
  const currency = miniApp.currencyFor(method, person.language);
  const { packs, custom } = await miniApp.payments.shelf({ system, currency });
  const { leastTokens: least, mostTokens: most } = custom ?? {};
  return {
    system,
    currency,
    name: miniApp.wording.method(t, system),
    packs: packs.map((pack) => offerOf(miniApp, t, { pack, promo })),
    custom:
      least === undefined || most === undefined
        ? null
        : {
            least: least.toString(),
            most: most.toString(),
            bounds: t.plain('topUp.bounds', { least, most }),
          },
  };
}

function offerOf(
  { wording }: MiniAppDeps,
  t: Translate,
  { pack, promo }: { readonly pack: Pack; readonly promo: SelectedPromo | undefined },
): z.input<typeof offerSchema> {
  const price = priceWith(promo, pack.price);
  const isLess = price.amountMinor !== pack.price.amountMinor;
  return {
    tokens: pack.packTokens.toString(),
    name: t.plain('unit.tokens', { count: pack.packTokens }),
    price: wording.money(t, price),
    fullPrice: isLess ? wording.money(t, pack.price) : null,
    each: wording.unitPrice(t, { ...pack, price }),
  };
}

function promoText(t: Translate, { kind, code, percent }: SelectedPromo): string {
  return t.plain(`topUp.promo.${kind}`, { code, percent });
}

/** The way to pay a request names, if it is offered to this visitor. Throws NOT_FOUND. */
export function methodIn(
  { methods }: Visitor,
  wish: { readonly system: string; readonly currency: string },
): { readonly method: AppMethod; readonly currency: Currency } {
  const { system, currency } = wish;
  const method = methods.find(({ id }) => id === system);
  if (!isCurrency(currency) || method?.currencies.includes(currency) !== true) {
    throw new AppError('NOT_FOUND', 'This way to pay is not offered here');
  }
  return { method, currency };
}
