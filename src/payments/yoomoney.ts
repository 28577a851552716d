/**
 * YooMoney: payments to a personal wallet by its form. There is no invoice at YooMoney, only a link
 * with our label; the payer may use it twice, so what counts is each operation. Nothing can be
 * returned by the API: an admin sends it back by hand.
 *
 * A client of our own: the one package (`yoomoney-sdk`) knows only the old signature and reads money
 * as floats.
 */
import { z } from 'zod';
import type { SystemCharge } from '../domain/charge';
import { decimalOf, moneyOf, type Money } from '../domain/money';
import {
  definePaymentSystem,
  PaymentSystemError,
  type InvoiceOrder,
  type PaymentReference,
  type PaymentReport,
  type PaymentSystem,
  type PaymentSystemDeps,
  type SystemPage,
  type SystemTransaction,
} from './payment-system';
import { listWindow } from './windows';
import { readHistory, type YoomoneyOperation } from './yoomoney-history';
import { readYoomoneyNotice } from './yoomoney-notice';

const settingsSchema = z.object({
  YOOMONEY_WALLET: z
    .string()
    .regex(/^41001\d{6,20}$/, 'must be a wallet number, 41001...')
    .describe('Number of the wallet that receives.'),
  YOOMONEY_NOTIFICATION_SECRET: z.string().min(8).describe("Secret of the wallet's HTTP notices."),
  YOOMONEY_ACCESS_TOKEN: z
    .string()
    .min(8)
    .optional()
    .describe(
      'Token with the right operation-history; without it a lost notice is a lost payment.',
    ),
  YOOMONEY_PAYMENT_TYPE: z
    .enum(['AC', 'PC'])
    .default('AC')
    .describe('How people pay: AC by bank card, PC from a YooMoney wallet.'),
  YOOMONEY_FEE_PERCENT_MAX: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a whole number of percent')
    .default('3')
    .describe('The most YooMoney keeps of a payment; the history shows only what is left.'),
  YOOMONEY_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://yoomoney.ru')
    .describe('Root of YooMoney.'),
});

type Settings = z.infer<typeof settingsSchema>;

function payUrl(settings: Settings, { paymentId, price, returnUrl }: InvoiceOrder): string {
  const form = new URLSearchParams({
    receiver: settings.YOOMONEY_WALLET,
    'quickpay-form': 'button',
    paymentType: settings.YOOMONEY_PAYMENT_TYPE,
    sum: decimalOf(price),
    label: paymentId,
    ...(returnUrl === undefined ? {} : { successURL: returnUrl }),
  });
  return new URL(`/quickpay/confirm?${form.toString()}`, settings.YOOMONEY_URL).toString();
}

/** What came to the wallet by one operation. */
function netOf(operation: YoomoneyOperation): Money {
  const net = moneyOf(operation.amount, 'RUB');
  if (net) return net;
  throw new PaymentSystemError('transient', 'an amount of the history cannot be read');
}

function netChargeOf(operation: YoomoneyOperation): SystemCharge {
  const { operation_id: chargeId, datetime: at } = operation;
  return { chargeId, paid: netOf(operation), isNet: true, at };
}

/**
 * The history tells what was left after the fee. The form's sum was the price, so what is below it by
 * no more than the fee can be was a payment of the price; anything else is told as it came.
 */
function chargeOf(operation: YoomoneyOperation, price: Money, feePercentMax: bigint): SystemCharge {
  const net = netOf(operation).amountMinor;
  const least = (price.amountMinor * (100n - feePercentMax)) / 100n;
  if (net < least || net > price.amountMinor) return netChargeOf(operation);
  const fee = { ...price, amountMinor: price.amountMinor - net };
  return { chargeId: operation.operation_id, paid: price, fee, at: operation.datetime };
}

type Wallet = Parameters<typeof readHistory>[0];

async function fetchStatus(
  wallet: Wallet,
  { paymentId, price }: PaymentReference,
  feePercentMax: bigint,
): Promise<PaymentReport> {
  const found = await readHistory(wallet, { label: paymentId });
  const ours = found.filter(({ label }) => label === paymentId);
  const charges = ours
    .filter(({ status }) => status === 'success')
    .map((operation) => chargeOf(operation, price, feePercentMax));
  const isComing = ours.some(({ status }) => status === 'in_progress');
  const open = charges.length > 0 ? 'closed' : 'open';
  return { state: isComing ? 'processing' : open, charges, refunds: [] };
}

function listSince(
  wallet: Wallet,
  asked: { readonly since: Date; readonly cursor: string | undefined; readonly now: Date },
): Promise<SystemPage> {
  return listWindow(asked, async (window) => {
    const found = await readHistory(wallet, window);
    return found
      .toReversed()
      .filter(({ status }) => status === 'success')
      .map((operation): SystemTransaction => {
        const { label = '' } = operation;
        const named = label === '' ? {} : { paymentId: label };
        return { kind: 'charge', ...named, charge: netChargeOf(operation) };
      });
  });
}

function create(settings: Settings, { http, now }: PaymentSystemDeps): PaymentSystem {
  const { YOOMONEY_ACCESS_TOKEN: token, YOOMONEY_NOTIFICATION_SECRET: secret } = settings;
  const wallet = token === undefined ? undefined : { base: settings.YOOMONEY_URL, token, http };
  const feePercentMax = BigInt(settings.YOOMONEY_FEE_PERCENT_MAX);
  const system: PaymentSystem = {
    id: 'yoomoney',
    openInvoice: (order) => Promise.resolve({ payUrl: payUrl(settings, order) }),
    readWebhook: ({ rawBody }) =>
      readYoomoneyNotice(rawBody, { secret, canAsk: wallet !== undefined }),
    refund: () => Promise.resolve({ status: 'manual' }),
  };
  if (wallet === undefined) return system;
  return {
    ...system,
    fetchStatus: (payment) => fetchStatus(wallet, payment, feePercentMax),
    listSince: (since, cursor) => listSince(wallet, { since, cursor, now: now() }),
  };
}

export const yoomoney = definePaymentSystem({
  id: 'yoomoney',
  settings: settingsSchema,
  secrets: ['YOOMONEY_NOTIFICATION_SECRET', 'YOOMONEY_ACCESS_TOKEN'],
  currencies: ['RUB'],
  refunds: 'manual',
  // A link works for ever; Easel stops waiting for it.
  invoiceSeconds: { least: 60, most: 30 * 24 * 3600 },
  // The third and last try of a notice comes after an hour.
  graceSeconds: 2 * 3600,
  pollMs: 30_000,
  create,
});
