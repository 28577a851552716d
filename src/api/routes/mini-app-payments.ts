import { z } from 'zod';
import { AppError } from '../../domain/errors';
import { tokens, TOKENS_MAX } from '../../domain/tokens';
import type { PaymentListed } from '../../storage/payment-list';
import type { Translate } from '../../texts/texts';
import { paymentInput } from '../../workflows/inputs';
import type { MiniAppDeps } from '../mini-app/mini-app-deps';
import { idOf, type Door, type Visitor } from '../mini-app/visitor';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';
import { idParams } from './admin-schemas';
import { methodIn } from './mini-app-shop';

const paymentSchema = z.object({
  id: z.string(),
  system: z.string(),
  method: z.string().describe('The way to pay in words.'),
  name: z.string().describe('"25 tokens"'),
  price: z.string(),
  day: z.string(),
  standing: z.enum([
    'created',
    'invoiced',
    'paid',
    'expired',
    'failed',
    'held',
    'closed',
    'refunded',
    'part_refunded',
  ]),
  status: z.string().describe('The standing in words.'),
  payUrl: z.string().nullable().describe('The invoice link for Stars, else the page to pay on.'),
  payWords: z.string().nullable().describe('What to do where there is no page.'),
});

const order = z.strictObject({
  key: z
    .string()
    .regex(/^[\w-]{16,64}$/, 'must be 16-64 letters, digits, _ or -')
    .describe('Made up by the page for this purchase: the same key twice is one payment.'),
  system: z.string().max(64),
  currency: z.string().max(8),
  tokens: z.string().regex(/^[1-9]\d{0,11}$/, 'must be a whole number above zero'),
  email: z.email().max(254).optional().describe('For the receipt, where the way to pay needs one.'),
});

const common = { tag: 'Mini App', rate: 'app', security: 'miniAppSession' } as const;
const listed = 20;

/** Buying at the page: the same payment and the same workflow as in the chat. */
export function miniAppPaymentRoutes(deps: ApiDeps, door: Door): Route[] {
  const { miniApp } = deps;
  const { guard, admit, slowDown } = door;
  const create = defineRoute({
    ...common,
    method: 'post',
    path: '/app/api/payments',
    summary: 'Buy',
    description:
      'Stores the payment at the price of this moment and starts its workflow, which opens the ' +
      'invoice; ask for the payment until it has an address to pay at.',
    guard,
    body: order,
    answer: { status: 202, description: 'The payment.', schema: paymentSchema },
    problems: ['UNAUTHORIZED', 'BANNED', 'NOT_FOUND', 'CARD_REQUESTS_OPEN'],
    handle: ({ request, body }) =>
      admit(request, async (visitor) => {
        await slowDown(visitor.person);
        return buy(deps, visitor, body);
      }),
  });
  const list = defineRoute({
    ...common,
    method: 'get',
    path: '/app/api/payments',
    summary: 'The payments',
    description: `The person's last ${listed} payments, the newest first.`,
    guard,
    answer: {
      status: 200,
      description: 'The payments.',
      schema: z.object({ payments: z.array(paymentSchema) }),
    },
    problems: ['UNAUTHORIZED', 'BANNED'],
    handle: ({ request }) =>
      admit(request, async ({ person, t }) => {
        const found = await miniApp.payments.listWithStanding(person.id, { limit: listed });
        return { payments: found.map((one) => viewOf(miniApp, t, one)) };
      }),
  });
  const show = defineRoute({
    ...common,
    method: 'get',
    path: '/app/api/payments/:id',
    summary: 'How a payment stands',
    description: "NOT_FOUND for somebody else's.",
    guard,
    params: idParams,
    answer: { status: 200, description: 'The payment.', schema: paymentSchema },
    problems: ['UNAUTHORIZED', 'BANNED', 'NOT_FOUND'],
    handle: ({ request, params }) =>
      admit(request, async (visitor) =>
        viewOf(miniApp, visitor.t, await theirs(miniApp, visitor, params.id)),
      ),
  });
  return [create, list, show, checkRoute(deps, door)];
}

function checkRoute(deps: ApiDeps, { guard, admit, slowDown }: Door): Route {
  const { miniApp } = deps;
  return defineRoute({
    ...common,
    method: 'post',
    path: '/app/api/payments/:id/check',
    summary: 'Say that it is paid',
    description: 'Nobody is believed: the payment looks at its system at once.',
    guard,
    params: idParams,
    answer: { status: 202, description: 'The payment as it stands now.', schema: paymentSchema },
    problems: ['UNAUTHORIZED', 'BANNED', 'NOT_FOUND'],
    handle: ({ request, params }) =>
      admit(request, async (visitor) => {
        await slowDown(visitor.person);
        const found = await theirs(miniApp, visitor, params.id);
        await deps.engine.paymentNews(paymentInput(found.payment, deps.settings));
        return viewOf(miniApp, visitor.t, found);
      }),
  });
}

async function buy(
  { miniApp, engine, settings }: ApiDeps,
  visitor: Visitor,
  wish: z.output<typeof order>,
): Promise<z.input<typeof paymentSchema>> {
  const { person, t } = visitor;
  const { method, currency } = methodIn(visitor, wish);
  const amount = BigInt(wish.tokens);
  if (amount > TOKENS_MAX) throw new AppError('NOT_FOUND', 'More than anybody may buy');
  if (method.wantsEmail) await keepEmail(miniApp, visitor, wish.email);
  const now = miniApp.now();
  const payment = await miniApp.payments.order({
    id: idOf('p', person, wish.key),
    system: method.id,
    currency,
    person,
    // A private chat has the person's own id.
    chatId: person.telegramId,
    language: person.language,
    amount: tokens(amount),
    now,
    expiresAt: new Date(now.getTime() + method.invoiceMs),
    orderedIn: 'app',
  });
  await engine.startPayment(paymentInput(payment, settings));
  return viewOf(miniApp, t, await theirs(miniApp, visitor, payment.id));
}

async function keepEmail(
  { payments }: MiniAppDeps,
  { person, t }: Visitor,
  email: string | undefined,
): Promise<void> {
  if (email !== undefined) await payments.setReceiptEmail(person.id, email);
  else if ((await payments.receiptEmail(person.id)) === undefined) {
    throw new Problem('INVALID_INPUT', t.plain('topUp.needsEmail'));
  }
}

/** Throws NOT_FOUND, for somebody else's payment too: whether it exists is none of their business. */
async function theirs(
  { payments }: MiniAppDeps,
  { person }: Visitor,
  id: string,
): Promise<PaymentListed> {
  const found = await payments.standingOf(person.id, id);
  if (found === null) throw new AppError('NOT_FOUND', 'No such payment of this person');
  return found;
}

function viewOf(
  { wording }: MiniAppDeps,
  t: Translate,
  { payment, standing }: PaymentListed,
): z.input<typeof paymentSchema> {
  const { id, system, packTokens, price, createdAt, payUrl, payWords } = payment;
  return {
    id,
    system,
    method: wording.method(t, system),
    name: t.plain('unit.tokens', { count: packTokens }),
    price: wording.money(t, price),
    day: wording.day(createdAt, t.language),
    standing,
    status: t.plain(`shop.status.${standing}`),
    payUrl: standing === 'invoiced' ? payUrl : null,
    payWords: standing === 'invoiced' ? payWords : null,
  };
}
