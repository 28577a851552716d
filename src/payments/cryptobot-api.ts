/** The Crypto Pay API of @CryptoBot as far as Easel uses it. */
import { z } from 'zod';
import { jsonOf, retryAfterMs, type Answer, type HttpClient } from '../http/exchange';
import { ask, understand } from './ask';
import { PaymentSystemError, type PaymentFailureClass } from './payment-system';

const timeoutMs = 30_000;
const pageSize = 1000;

const instant = z.string().pipe(z.coerce.date());

export const invoiceSchema = z.object({
  invoice_id: z.number().int().positive(),
  status: z.enum(['active', 'paid', 'expired']),
  currency_type: z.string(),
  fiat: z.string().optional(),
  amount: z.string(),
  bot_invoice_url: z.url(),
  payload: z.string().optional(),
  created_at: instant,
  paid_at: instant.optional(),
  paid_asset: z.string().optional(),
  paid_amount: z.string().optional(),
  paid_fiat_rate: z.string().optional(),
  fee_asset: z.string().optional(),
  fee_amount: z.string().optional(),
});

export const transferSchema = z.object({
  transfer_id: z.number().int().positive(),
  spend_id: z.string(),
  asset: z.string(),
  amount: z.string(),
  completed_at: instant,
  comment: z.string().optional(),
});

export type CryptobotInvoice = z.infer<typeof invoiceSchema>;
export type CryptobotTransfer = z.infer<typeof transferSchema>;

const envelopeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({ code: z.number().int(), name: z.string().max(200) }),
  }),
]);

const failureOfCode: Readonly<Record<number, PaymentFailureClass>> = {
  400: 'invalid',
  401: 'auth',
  403: 'auth',
  404: 'not-found',
  405: 'invalid',
  429: 'transient',
};

/** The API's own no. `reason` is its name of it: "SPEND_ID_ALREADY_USED". */
export class CryptobotRefusal extends PaymentSystemError {
  readonly reason: string;

  constructor(failure: PaymentFailureClass, reason: string, waitMs?: number) {
    super(failure, `Crypto Pay: ${reason}`, waitMs);
    this.name = 'CryptobotRefusal';
    this.reason = reason;
  }
}

export interface CryptobotCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly lostMeans: 'unknown' | 'transient';
}

export interface CryptobotApi {
  call<T>(schema: z.ZodType<T>, call: CryptobotCall): Promise<T>;
  /** Every object of a list, newest first, page by page; stop asking for no more. */
  pages<T>(
    schema: z.ZodType<T>,
    method: 'getInvoices' | 'getTransfers',
    params: Readonly<Record<string, unknown>>,
  ): AsyncGenerator<readonly T[]>;
}

function refusal(answer: Answer, lostMeans: CryptobotCall['lostMeans']): PaymentSystemError {
  const envelope = envelopeSchema.safeParse(jsonOf(answer));
  const error = envelope.success && !envelope.data.ok ? envelope.data.error : undefined;
  const code = error?.code ?? answer.status;
  const failure = failureOfCode[code] ?? lostMeans;
  const wait = retryAfterMs(answer);
  if (error === undefined) return new PaymentSystemError(failure, `HTTP ${answer.status}`, wait);
  return new CryptobotRefusal(failure, error.name, wait);
}

export function createCryptobotApi(options: {
  readonly base: string;
  readonly token: string;
  readonly http: HttpClient;
}): CryptobotApi {
  const root = options.base.replace(/\/+$/, '');

  async function call<T>(
    schema: z.ZodType<T>,
    { method, params, lostMeans }: CryptobotCall,
  ): Promise<T> {
    const answer = await ask(options.http, {
      url: new URL(`${root}/api/${method}`),
      method: 'POST',
      headers: {
        'crypto-pay-api-token': options.token,
        'content-type': 'application/json',
      },
      body: JSON.stringify(params),
      timeoutMs,
      bytesMax: 8 * 1024 * 1024,
      lostMeans,
    });
    const said = jsonOf(answer);
    // A refusal can come with a status of success.
    const isNo = !answer.ok || (said as { ok?: unknown } | undefined)?.ok === false;
    if (isNo) throw refusal(answer, lostMeans);
    const { result } = understand(z.object({ result: z.unknown() }), said, lostMeans);
    return understand(schema, result, lostMeans);
  }

  return {
    call,
    async *pages<T>(
      schema: z.ZodType<T>,
      method: 'getInvoices' | 'getTransfers',
      params: Readonly<Record<string, unknown>>,
    ) {
      const pageSchema = z.object({ items: z.array(schema) });
      for (let offset = 0; ; offset += pageSize) {
        const { items } = await call(pageSchema, {
          method,
          params: { ...params, offset, count: pageSize },
          lostMeans: 'transient',
        });
        yield items;
        if (items.length < pageSize) return;
      }
    },
  };
}

/**
 * Whether a page of a list and all after it are older than this. Only a list that runs backwards in
 * time, as these do, can say so.
 */
export function isAllBefore(dates: readonly Date[], time: Date): boolean {
  const [first, last] = [dates[0], dates.at(-1)];
  const isBackwards = first !== undefined && last !== undefined && first >= last;
  return isBackwards && dates.every((date) => date < time);
}
