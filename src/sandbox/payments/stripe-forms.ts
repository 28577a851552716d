/** Stripe's requests are forms with brackets in their names; its errors are JSON. */
import { z } from 'zod';
import { StandInRefusal, type StandInAnswer } from './frame/stand-in';

/** "a[b][0][c]=1" becomes {a: {b: {0: {c: "1"}}}}: a list is an object of its places. */
export function nested(form: URLSearchParams): Readonly<Record<string, unknown>> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of form) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    const last = path.pop();
    if (last === undefined || path.includes('__proto__') || last === '__proto__') continue;
    let at = root;
    for (const part of path) {
      const next = at[part];
      at = (at[part] = typeof next === 'object' ? next : {}) as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
}

const typeOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  402: 'card_error',
  403: 'invalid_request_error',
  404: 'invalid_request_error',
  409: 'idempotency_error',
  429: 'invalid_request_error',
};

const codeOfStatus: Readonly<Record<number, string>> = {
  404: 'resource_missing',
  409: 'idempotency_key_in_use',
  429: 'rate_limit',
};

export function errorBody(status: number, more: Readonly<Record<string, unknown>> = {}): unknown {
  const code = codeOfStatus[status];
  return {
    error: {
      type: typeOfStatus[status] ?? 'api_error',
      message: `HTTP ${status}`,
      ...(code !== undefined && { code }),
      ...more,
    },
  };
}

/** A refusal with Stripe's word for it. */
export class StripeRefusal extends StandInRefusal {
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(status, message);
    this.code = code;
  }
}

export function refuse(error: StandInRefusal): StandInAnswer {
  const { status, message } = error;
  const code = error instanceof StripeRefusal ? { code: error.code } : {};
  return { status, body: errorBody(status, { message, ...code }) };
}

const wholeNumber = z
  .string()
  .regex(/^\d{1,12}$/, 'Invalid integer')
  .transform(Number);
const metadata = z.record(z.string().max(40), z.string().max(500)).default({});

const price = z.object({
  currency: z.string().regex(/^[a-z]{3}$/),
  unit_amount: wholeNumber,
  product_data: z.object({ name: z.string().min(1) }),
});

/** One line of one price: what a shop of tokens sells. */
export const sessionForm = z.object({
  mode: z.literal('payment'),
  line_items: z.object({ 0: z.object({ price_data: price, quantity: wholeNumber }) }),
  success_url: z.url(),
  client_reference_id: z.string().max(200).optional(),
  customer_email: z.email().optional(),
  metadata,
  payment_intent_data: z.object({ metadata }).default({ metadata: {} }),
  expires_at: wholeNumber.optional(),
});

export const refundForm = z
  .object({
    payment_intent: z.string().optional(),
    charge: z.string().optional(),
    amount: wholeNumber.optional(),
    reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    metadata,
  })
  .refine((form) => form.payment_intent !== undefined || form.charge !== undefined, {
    path: ['payment_intent'],
    error: 'One of payment_intent or charge is needed',
  });

/** The first thing wrong with a form; nothing of it is kept under its key. */
export function refuseForm({ issues: [issue] }: z.ZodError): StandInAnswer {
  const [first = '', ...rest] = issue?.path.map(String) ?? [];
  const param = `${first}${rest.map((part) => `[${part}]`).join('')}`;
  const code = issue?.code === 'invalid_type' ? 'parameter_missing' : 'parameter_invalid';
  return { status: 400, body: errorBody(400, { message: issue?.message, code, param }) };
}
