/** What YooKassa takes as a request to pay or to refund, and what it answers to anything else. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { decimalOf, moneyOf } from '../../domain/money';
import type { StandInAnswer } from './frame/stand-in';
import type { WireAmount } from './yookassa-objects';

const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'invalid_credentials',
  403: 'forbidden',
  404: 'not_found',
  429: 'too_many_requests',
};

/** An error in YooKassa's form; 202 is its "still working on it". */
export function refusalBody(status: number, description?: string, parameter?: string): unknown {
  if (status === 202) return { type: 'processing', description: 'in work', retry_after: 1800 };
  return {
    type: 'error',
    id: randomUUID(),
    code: codeOfStatus[status] ?? 'internal_server_error',
    description: description ?? `HTTP ${status}`,
    ...(parameter !== undefined && { parameter }),
  };
}

export function refuse(status: number, description?: string, parameter?: string): StandInAnswer {
  return { status, body: refusalBody(status, description, parameter) };
}

/** Kopecks; the wire's amounts always have two decimals here. */
export const kopecks = ({ value }: WireAmount): bigint => moneyOf(value, 'RUB')?.amountMinor ?? 0n;

export const rubles = (amountMinor: bigint): WireAmount => ({
  value: decimalOf({ amountMinor, currency: 'RUB' }),
  currency: 'RUB',
});

const amountSchema = z.object({
  value: z
    .string()
    .regex(/^\d{1,9}\.\d{2}$/, 'must look like 100.00')
    .refine((value) => kopecks({ value, currency: 'RUB' }) >= 100n, 'is too small'),
  currency: z.literal('RUB'),
});

const metadataSchema = z
  .record(z.string().min(1).max(32), z.string().max(512))
  .refine((metadata) => Object.keys(metadata).length <= 16, 'has too many keys');

const receiptSchema = z.object({
  customer: z
    .object({ email: z.email().optional(), phone: z.string().optional() })
    .refine(({ email, phone }) => email !== undefined || phone !== undefined, 'needs an e-mail'),
  items: z
    .array(
      z.object({
        description: z.string().min(1).max(128),
        quantity: z
          .union([z.string(), z.number()])
          .transform(String)
          .pipe(z.string().regex(/^1(\.0+)?$/)),
        amount: amountSchema,
        vat_code: z.number().int().min(1).max(12),
        payment_mode: z.string().optional(),
        payment_subject: z.string().optional(),
      }),
    )
    .min(1)
    .max(100),
});

type Receipt = z.infer<typeof receiptSchema>;

function isAddedUp({ amount, receipt }: { amount: WireAmount; receipt?: Receipt | undefined }) {
  const items = receipt?.items.map((item) => kopecks(item.amount));
  return items === undefined || items.reduce((sum, one) => sum + one, 0n) === kopecks(amount);
}

const methodSchema = z.looseObject({
  type: z.enum(['bank_card', 'sbp', 'yoo_money', 'sberbank', 'tinkoff_bank']),
});

const confirmationSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('redirect'), return_url: z.url().max(2048) }),
  z.object({ type: z.literal('embedded') }),
  z.object({ type: z.literal('qr') }),
]);

export const paymentRequestSchema = z
  .object({
    amount: amountSchema,
    capture: z.boolean().default(false),
    description: z.string().max(128).optional(),
    confirmation: confirmationSchema,
    payment_method_data: methodSchema.optional(),
    metadata: metadataSchema.default({}),
    receipt: receiptSchema.optional(),
  })
  .refine(isAddedUp, { path: ['receipt'], error: 'the items do not add up to the amount' });

export const refundRequestSchema = z
  .object({
    payment_id: z.string().min(1),
    amount: amountSchema,
    description: z.string().max(250).optional(),
    metadata: metadataSchema.optional(),
    receipt: receiptSchema.optional(),
  })
  .refine(isAddedUp, { path: ['receipt'], error: 'the items do not add up to the amount' });

export const captureRequestSchema = z.object({ amount: amountSchema.optional() });

/** The first thing wrong with a request, said as YooKassa says it. */
export function refuseFields({ issues: [issue] }: z.ZodError): StandInAnswer {
  return refuse(400, issue?.message, issue?.path.join('.'));
}
