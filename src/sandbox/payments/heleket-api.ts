/** Heleket's API: signed JSON by POST, order_id as the key of an invoice, a key of its own for refunds. */
import { z } from 'zod';
import { assets, coinText, fiats } from './coin-rates';
import { jsonBody } from './frame/request';
import type { StandInAnswer, StandInCall } from './frame/stand-in';
import {
  coinsOf,
  findInvoice,
  invoiceObject,
  keepInvoice,
  newInvoice,
  signOf,
  tell,
  webhookBody,
  type Desk,
  type InvoiceRow,
} from './heleket-invoices';

const result = (value: unknown): StandInAnswer => ({
  status: 200,
  body: { state: 0, result: value },
});
const refused = (message: string, status = 200): StandInAnswer => ({
  status,
  body: { state: 1, message },
});

/** 422 names the wrong fields, as Laravel does. */
function invalid(error: z.ZodError): StandInAnswer {
  const named = error.issues.map(
    (issue) => [issue.path.join('.'), ['validation.required']] as const,
  );
  return { status: 422, body: { state: 1, errors: Object.fromEntries(named) } };
}

const amountText = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => coinsOf(text, 'USDT') !== undefined);
const callbackUrl = z
  .url({ protocol: /^https?$/ })
  .min(6)
  .max(255);

const createSchema = z.object({
  amount: amountText,
  currency: z.enum([...fiats, ...assets]),
  order_id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/),
  lifetime: z.number().int().min(300).max(43_200).default(3600),
  url_return: callbackUrl.optional(),
  url_success: callbackUrl.optional(),
  url_callback: callbackUrl.optional(),
  is_payment_multiple: z.boolean().default(true),
  is_refresh: z.boolean().default(false),
  additional_data: z.string().max(255).optional(),
});

const nameSchema = z.object({ uuid: z.string().optional(), order_id: z.string().optional() });
const refundSchema = nameSchema.extend({
  address: z.string().min(10).max(128),
  is_subtract: z.boolean(),
});
const listSchema = z.object({ date_from: z.string().optional(), date_to: z.string().optional() });
const testSchema = nameSchema.extend({ url_callback: callbackUrl, status: z.string() });

type Handler = (desk: Desk, body: unknown, call: StandInCall) => StandInAnswer;

/** order_id wins where both are given. */
function named(
  desk: Desk,
  { uuid, order_id: order }: z.infer<typeof nameSchema>,
): InvoiceRow | undefined {
  return findInvoice(desk, order ?? uuid ?? '');
}

/** The same order brings the first invoice back, whatever else is asked now. */
const create: Handler = (desk, body) => {
  const asked = createSchema.parse(body);
  const now = desk.site.now().getTime();
  const expiresAt = now + asked.lifetime * 1000;
  const first = findInvoice(desk, asked.order_id);
  if (first) {
    const isRenewed = asked.is_refresh && first.status === 'cancel';
    const row = isRenewed ? keepInvoice(desk, { ...first, status: 'check', expiresAt }) : first;
    return result(invoiceObject(desk, row));
  }
  const coins = coinsOf(asked.amount, asked.currency) ?? 0n;
  const returnUrl = asked.url_return ?? asked.url_success;
  const row = newInvoice(desk, {
    orderId: asked.order_id,
    amount: asked.amount,
    currency: asked.currency,
    asked: coins.toString(),
    isMultiple: asked.is_payment_multiple,
    expiresAt,
    ...(asked.url_callback !== undefined && { callbackUrl: asked.url_callback }),
    ...(returnUrl !== undefined && { returnUrl }),
    ...(asked.additional_data !== undefined && { additionalData: asked.additional_data }),
  });
  return result(invoiceObject(desk, row));
};

const info: Handler = (desk, body) => {
  const row = named(desk, nameSchema.parse(body));
  return row ? result(invoiceObject(desk, row)) : refused('Payment not found', 404);
};

const pageSize = 15;

/** "2026-05-20 10:00:00" of Moscow; an unreadable date bounds nothing. */
function timeOf(text: string | undefined): number | undefined {
  const ms = Date.parse(`${text?.replace(' ', 'T')}+03:00`);
  return Number.isNaN(ms) ? undefined : ms;
}

const list: Handler = (desk, body, { query }) => {
  const { date_from: from, date_to: to } = listSchema.parse(body);
  const [least, most] = [timeOf(from) ?? 0, timeOf(to) ?? Number.MAX_SAFE_INTEGER];
  const fitting = [...desk.invoices.values()]
    .filter(({ createdAt }) => createdAt >= least && createdAt <= most)
    .reverse();
  const offset = Number(Buffer.from(query.get('cursor') ?? '', 'base64url').toString()) || 0;
  const end = offset + pageSize;
  const cursorAt = (at: number): string => Buffer.from(String(at)).toString('base64url');
  return result({
    items: fitting.slice(offset, end).map((row) => invoiceObject(desk, row)),
    paginate: {
      count: Math.min(pageSize, Math.max(0, fitting.length - offset)),
      hasPages: fitting.length > pageSize,
      nextCursor: end < fitting.length ? cursorAt(end) : null,
      previousCursor: offset > 0 ? cursorAt(Math.max(0, offset - pageSize)) : null,
      perPage: pageSize,
    },
  });
};

const refundSeconds = 5;

const refund: Handler = (desk, body) => {
  const row = named(desk, refundSchema.parse(body));
  if (!row) return refused('Payment was not found');
  if (desk.switches.get('payouts') === 'off') return refused('Payouts are blocked');
  if (!['paid', 'paid_over', 'wrong_amount', 'refund_fail'].includes(row.status)) {
    return refused('Payment cannot be refunded');
  }
  startRefund(desk, row);
  return result([]);
};

/** Ends by itself a little later. */
export function startRefund(desk: Desk, row: InvoiceRow): void {
  const refundEndsAt = desk.site.now().getTime() + refundSeconds * 1000;
  tell(desk, keepInvoice(desk, { ...row, status: 'refund_process', refundEndsAt }));
}

const resend: Handler = (desk, body) => {
  const row = named(desk, nameSchema.parse(body));
  if (!row) return refused('Payment not found', 404);
  tell(desk, row);
  return result([]);
};

const testWebhook: Handler = (desk, body) => {
  const { url_callback: url, status, ...name } = testSchema.parse(body);
  const row = named(desk, name);
  if (!row) return refused('Payment not found', 404);
  const notice = webhookBody(desk, row, status as InvoiceRow['status']);
  desk.site.notify({ event: status, url, body: notice });
  return result([]);
};

const handlers: Readonly<Record<string, Handler>> = {
  '/v1/payment': create,
  '/v1/payment/info': info,
  '/v1/payment/list': list,
  '/v1/payment/refund': refund,
  '/v1/payment/resend': resend,
  '/v1/test-webhook/payment': testWebhook,
  '/v1/payment/services': () =>
    result(
      assets.map((currency) => ({
        network: currency === 'TON' ? 'ton' : 'tron',
        currency,
        is_available: true,
        limit: { min_amount: '0.50000000', max_amount: '100000.00000000' },
        commission: { fee_amount: '0.00', percent: '1.00' },
      })),
    ),
  '/v1/balance': () =>
    result([
      { balance: { merchant: [{ currency_code: 'USDT', balance: coinText(0n) }], user: [] } },
    ]),
};

export function answerHeleket(desk: Desk, call: StandInCall): StandInAnswer {
  const { keys, transact } = desk.site;
  const { path, rawBody, headers } = call;
  const handler = Object.hasOwn(handlers, path) ? handlers[path] : undefined;
  if (handler === undefined || call.method !== 'POST') return refused('Not found', 404);
  const key = path === '/v1/payment/refund' ? keys.HELEKET_PAYOUT_KEY : keys.HELEKET_PAYMENT_KEY;
  const isTheirs = headers['merchant'] === keys.HELEKET_MERCHANT;
  if (!isTheirs || headers['sign'] !== signOf(rawBody, key)) return refused('Invalid Sign.', 401);
  const body = jsonBody(call);
  if (body === undefined) return refused('Invalid JSON.', 400);
  try {
    return transact(() => handler(desk, body, call));
  } catch (error) {
    if (error instanceof z.ZodError) return invalid(error);
    throw error;
  }
}
