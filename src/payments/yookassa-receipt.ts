/** The fiscal receipt of 54-FZ that YooKassa passes on to the cash register. */
import { z } from 'zod';
import type { Money } from '../domain/money';
import { PaymentSystemError } from './payment-system';
import { yookassaAmount } from './yookassa-api';

const itemLengthMax = 128;

/** Settings of receipts; a part of YooKassa's. */
export const receiptSettings = {
  YOOKASSA_RECEIPTS: z
    .enum(['on', 'off'])
    .default('off')
    .describe('Whether payments and refunds carry a receipt (54-FZ).'),
  YOOKASSA_RECEIPT_EMAIL: z
    .email()
    .optional()
    .describe("Where receipts go when the payer gave no address; the shop's own."),
  YOOKASSA_VAT_CODE: z
    .string()
    .regex(/^([1-9]|1[0-2])$/, 'must be 1-12')
    .default('1')
    .describe("YooKassa's code of the VAT rate; 1 is without VAT."),
  YOOKASSA_TAX_SYSTEM: z
    .string()
    .regex(/^[1-6]$/, 'must be 1-6')
    .optional()
    .describe("YooKassa's code of the tax system; needed with a cash register of one's own."),
  YOOKASSA_PAYMENT_SUBJECT: z
    .string()
    .regex(/^[a-z_]{1,40}$/)
    .default('service')
    .describe('What is sold, as receipts name it.'),
  YOOKASSA_PAYMENT_MODE: z
    .enum(['full_payment', 'full_prepayment'])
    .default('full_payment')
    .describe('How it is paid, as receipts name it.'),
};

export type ReceiptSettings = z.infer<z.ZodObject<typeof receiptSettings>>;

/** What one receipt is about: tokens sold or taken back, always one item. */
export interface ReceiptSubject {
  readonly description: string;
  readonly amount: Money;
  readonly email?: string;
}

/** The mark of money that moved while the cash register refused its receipt. */
export function receiptMark({
  receipt_registration: registration,
}: {
  readonly receipt_registration?: string | undefined;
}): { readonly lacksReceipt?: true } {
  return registration === 'canceled' ? { lacksReceipt: true } : {};
}

/** The `receipt` of a request; undefined when receipts are off. Throws `invalid` without an address. */
export function receiptOf(
  settings: ReceiptSettings,
  { description, amount, email = settings.YOOKASSA_RECEIPT_EMAIL }: ReceiptSubject,
): Readonly<Record<string, unknown>> | undefined {
  if (settings.YOOKASSA_RECEIPTS === 'off') return undefined;
  if (email === undefined) {
    throw new PaymentSystemError('invalid', 'a receipt needs an e-mail and none was given');
  }
  const taxSystem = settings.YOOKASSA_TAX_SYSTEM;
  return {
    customer: { email },
    items: [
      {
        description: description.slice(0, itemLengthMax),
        quantity: '1.00',
        amount: yookassaAmount(amount),
        vat_code: Number(settings.YOOKASSA_VAT_CODE),
        payment_mode: settings.YOOKASSA_PAYMENT_MODE,
        payment_subject: settings.YOOKASSA_PAYMENT_SUBJECT,
      },
    ],
    ...(taxSystem !== undefined && { tax_system_code: Number(taxSystem) }),
  };
}
