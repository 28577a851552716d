/** YooKassa's HTTP API v3 as far as Easel uses it: payments, refunds and their lists. */
import { z } from 'zod';
import { decimalOf, isCurrency, moneyOf, type Money } from '../domain/money';
import { jsonOf, retryAfterMs, type Answer, type HttpClient } from '../http/exchange';
import { ask, understand } from './ask';
import { PaymentSystemError, type PaymentFailureClass } from './payment-system';
import { shortKey } from './short-key';

// Their server works at most 30 s on a request, then tries to undo it.
const timeoutMs = 35_000;
const pageSize = 100;

const instant = z.string().pipe(z.coerce.date());
const amountSchema = z.object({ value: z.string(), currency: z.string() });
const metadataSchema = z.record(z.string(), z.string()).optional();
// Whether the cash register took the receipt; a word we do not know is no reason to read nothing.
const registrationSchema = z.string().optional();
const cancellationSchema = z.object({ party: z.string(), reason: z.string() }).optional();

export const paymentSchema = z.object({
  id: z.string().min(1).max(255),
  status: z.enum(['pending', 'waiting_for_capture', 'succeeded', 'canceled']),
  amount: amountSchema,
  income_amount: amountSchema.optional(),
  created_at: instant,
  captured_at: instant.optional(),
  confirmation: z.object({ confirmation_url: z.url().optional() }).optional(),
  recipient: z.object({ account_id: z.string() }),
  test: z.boolean(),
  receipt_registration: registrationSchema,
  metadata: metadataSchema,
});

export const refundSchema = z.object({
  id: z.string().min(1).max(255),
  payment_id: z.string().min(1).max(255),
  status: z.enum(['pending', 'succeeded', 'canceled']),
  amount: amountSchema,
  created_at: instant,
  cancellation_details: cancellationSchema,
  receipt_registration: registrationSchema,
  metadata: metadataSchema,
});

export type YookassaPayment = z.infer<typeof paymentSchema>;
export type YookassaRefund = z.infer<typeof refundSchema>;

const refusalSchema = z.object({
  code: z.string(),
  description: z.string().optional(),
  parameter: z.string().optional(),
});

const failureOfStatus: Readonly<Record<number, PaymentFailureClass>> = {
  400: 'invalid',
  401: 'auth',
  403: 'auth',
  404: 'not-found',
  405: 'invalid',
  410: 'invalid',
  415: 'invalid',
  429: 'transient',
};

export interface YookassaApi {
  get<T>(schema: z.ZodType<T>, path: string): Promise<T>;
  /** The same key with the same body is answered by the first answer, for 24 hours. */
  post<T>(
    schema: z.ZodType<T>,
    path: string,
    call: { readonly key: string; readonly body: unknown },
  ): Promise<T>;
  /** A list read to its end; YooKassa lists the newest first. */
  list<T>(
    schema: z.ZodType<T>,
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly T[]>;
}

/** Money of the wire; undefined in a currency or with decimals Easel cannot count. */
export function yookassaMoney({
  value,
  currency,
}: z.infer<typeof amountSchema>): Money | undefined {
  return isCurrency(currency) ? moneyOf(value, currency) : undefined;
}

/** Money as the wire wants it. */
export function yookassaAmount(money: Money): z.infer<typeof amountSchema> {
  return { value: decimalOf(money), currency: money.currency };
}

/** 202 and 5xx say that the outcome is unknown; so does our key when it came with another body. */
function refusal(answer: Answer, lostMeans: 'unknown' | 'transient'): PaymentSystemError {
  const parsed = refusalSchema.safeParse(jsonOf(answer));
  const { code, parameter, description } = parsed.success ? parsed.data : { code: 'no reason' };
  const isKeyTaken = answer.status === 400 && parameter === 'Idempotence-Key';
  const failure = isKeyTaken ? lostMeans : (failureOfStatus[answer.status] ?? lostMeans);
  const words = [code, parameter, description?.slice(0, 200)].filter((word) => word !== undefined);
  return new PaymentSystemError(
    failure,
    `HTTP ${answer.status}: ${words.join(', ')}`,
    retryAfterMs(answer),
  );
}

export function createYookassaApi(options: {
  readonly base: string;
  readonly shopId: string;
  readonly secretKey: string;
  readonly http: HttpClient;
}): YookassaApi {
  const { base, shopId, secretKey, http } = options;
  const authorization = `Basic ${Buffer.from(`${shopId}:${secretKey}`).toString('base64')}`;
  const root = base.replace(/\/+$/, '');
  const address = (path: string): URL => new URL(`${root}${path}`);

  async function get<T>(schema: z.ZodType<T>, path: string): Promise<T> {
    const answer = await ask(http, {
      url: address(path),
      method: 'GET',
      headers: { authorization },
      timeoutMs,
      lostMeans: 'transient',
    });
    if (answer.status !== 200) throw refusal(answer, 'transient');
    return understand(schema, jsonOf(answer), 'transient');
  }

  return {
    get,
    async post(schema, path, { key, body }) {
      const answer = await ask(http, {
        url: address(path),
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          'idempotence-key': shortKey(key),
        },
        body: JSON.stringify(body),
        timeoutMs,
        lostMeans: 'unknown',
      });
      if (answer.status !== 200) throw refusal(answer, 'unknown');
      return understand(schema, jsonOf(answer), 'unknown');
    },
    async list<T>(
      schema: z.ZodType<T>,
      path: string,
      query: Readonly<Record<string, string>>,
    ): Promise<readonly T[]> {
      const pageSchema = z.object({ items: z.array(schema), next_cursor: z.string().optional() });
      const items: T[] = [];
      let cursor: string | undefined;
      do {
        const at = {
          ...query,
          limit: String(pageSize),
          ...(cursor === undefined ? {} : { cursor }),
        };
        const page = await get(pageSchema, `${path}?${new URLSearchParams(at).toString()}`);
        items.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== undefined);
      return items;
    },
  };
}
