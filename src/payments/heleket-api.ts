/** Heleket's API as far as Easel uses it. Every request is signed over the very bytes that are sent. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jsonOf, retryAfterMs, type Answer, type HttpClient } from '../http/exchange';
import { ask, understand } from './ask';
import { PaymentSystemError, type PaymentFailureClass } from './payment-system';

// Their documentation asks for this much patience.
const timeoutMs = 60_000;

export const heleketStatuses = [
  'check',
  'process',
  'confirm_check',
  'wrong_amount_waiting',
  'paid',
  'paid_over',
  'wrong_amount',
  'cancel',
  'fail',
  'system_fail',
  'locked',
  'refund_process',
  'refund_paid',
  'refund_fail',
] as const;

const instant = z.string().pipe(z.coerce.date());
const text = z.string().nullish();

const anyInvoiceSchema = z.object({
  uuid: z.string().min(1).max(100),
  /** None when it was made by hand in the cabinet. */
  order_id: text,
  amount: z.string(),
  currency: z.string(),
  /** What arrived, in `payer_currency`. */
  payment_amount: text,
  /** What was to arrive, in `payer_currency`. */
  payer_amount: text,
  commission: text,
  payment_status: z.enum(heleketStatuses),
  is_final: z.boolean(),
  from: text,
  created_at: instant,
  updated_at: instant.nullish(),
});

export type HeleketInvoice = z.infer<typeof anyInvoiceSchema>;

/** One of ours, which a person is sent to. */
export const invoiceSchema = anyInvoiceSchema.extend({ url: z.url() });

export type PayableHeleketInvoice = z.infer<typeof invoiceSchema>;

export const pageSchema = z.object({
  items: z.array(anyInvoiceSchema),
  paginate: z.object({ nextCursor: text }),
});

const errorSchema = z.object({
  message: text,
  errors: z.record(z.string(), z.unknown()).nullish(),
});

const failureOfStatus: Readonly<Record<number, PaymentFailureClass>> = {
  400: 'invalid',
  401: 'auth',
  403: 'auth',
  404: 'not-found',
  422: 'invalid',
  429: 'transient',
};

/** Hex MD5 of the base64 of the bytes and the key, as Heleket defines it. */
export function heleketSign(body: string | Buffer, key: string): string {
  const base64 = Buffer.from(body).toString('base64');
  return createHash('md5').update(`${base64}${key}`).digest('hex');
}

export interface HeleketCall {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Refunds are signed with the key of payouts. */
  readonly key: string;
  readonly lostMeans: 'unknown' | 'transient';
}

export interface HeleketApi {
  call<T>(schema: z.ZodType<T>, call: HeleketCall): Promise<T>;
}

/** Names of wrong fields and a short message: neither carries anything of a person. */
function refusal(answer: Answer, lostMeans: HeleketCall['lostMeans']): PaymentSystemError {
  const parsed = errorSchema.safeParse(jsonOf(answer));
  const { message, errors } = parsed.success ? parsed.data : {};
  const fields = errors ? Object.keys(errors).join(', ') : undefined;
  const said = (message ?? fields ?? 'no reason').slice(0, 200);
  // A no inside a 200 says only in words what it is about.
  const isMissing = /not found/i.test(said);
  const failure = isMissing
    ? 'not-found'
    : answer.ok
      ? 'invalid'
      : (failureOfStatus[answer.status] ?? lostMeans);
  return new PaymentSystemError(failure, `HTTP ${answer.status}: ${said}`, retryAfterMs(answer));
}

export function createHeleketApi(options: {
  readonly base: string;
  readonly merchant: string;
  readonly http: HttpClient;
}): HeleketApi {
  const root = options.base.replace(/\/+$/, '');
  return {
    async call(schema, { path, body, key, lostMeans }) {
      const bytes = JSON.stringify(body);
      const answer = await ask(options.http, {
        url: new URL(`${root}${path}`),
        method: 'POST',
        headers: {
          merchant: options.merchant,
          sign: heleketSign(bytes, key),
          'content-type': 'application/json',
        },
        body: bytes,
        timeoutMs,
        lostMeans,
      });
      const said = jsonOf(answer);
      const isNo = !answer.ok || (said as { state?: unknown } | undefined)?.state === 1;
      if (isNo) throw refusal(answer, lostMeans);
      const envelope = z.object({ state: z.literal(0), result: z.unknown() });
      return understand(schema, understand(envelope, said, lostMeans).result, lostMeans);
    },
  };
}
