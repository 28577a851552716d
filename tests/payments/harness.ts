import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Money } from '../../src/domain/money';
import type { HttpClient } from '../../src/http/exchange';
import {
  PaymentSystemError,
  type InvoiceOrder,
  type PaymentReference,
  type PaymentSystem,
  type PaymentSystemDefinition,
  type RefundOrder,
  type WebhookReading,
} from '../../src/payments/payment-system';
import { startStandIn } from '../../src/sandbox/payments/frame/server';
import type { StandInDefinition } from '../../src/sandbox/payments/frame/stand-in';
import {
  startCallbackReceiver,
  type CallbackReceiver,
  type ReceivedCallback,
} from '../provider/stand-in';

/** A stand-in with an adapter that talks to it and a receiver of its webhooks. */
export interface PaymentHouse {
  readonly url: string;
  readonly system: PaymentSystem;
  readonly hooks: CallbackReceiver;
  /** The adapter with other settings or another HTTP client. */
  connect(env?: Readonly<Record<string, string>>, http?: HttpClient): PaymentSystem;
  admin<T = unknown>(path: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

export interface HouseParts {
  readonly definition: PaymentSystemDefinition;
  readonly standIn: StandInDefinition;
  env(url: string): Readonly<Record<string, string>>;
}

/** The stand-in's own clock can be put forward; the adapter's follows it. */
export async function openPaymentHouse(parts: HouseParts): Promise<PaymentHouse> {
  const dataDir = mkdtempSync(join(tmpdir(), 'easel-payments-'));
  const hooks = await startCallbackReceiver();
  const standIn = await startStandIn(parts.standIn, { port: 0, dataDir, webhookUrl: hooks.url });
  let aheadMs = 0;
  const connect: PaymentHouse['connect'] = (env = {}, http = fetch) =>
    parts.definition.create(
      parts.definition.settings.parse({ ...parts.env(standIn.url), ...env }),
      { http, now: () => new Date(Date.now() + aheadMs) },
    );
  return {
    url: standIn.url,
    system: connect(),
    hooks,
    connect,
    async admin<T>(path: string, body?: unknown): Promise<T> {
      if (path === 'clock') aheadMs += (body as { seconds: number }).seconds * 1000;
      const response = await fetch(`${standIn.url}/__admin/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${text}`);
      return JSON.parse(text) as T;
    },
    async close() {
      await standIn.close();
      await hooks.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

let count = 0;

export function invoiceOrder(price: Money, given: Partial<InvoiceOrder> = {}): InvoiceOrder {
  count += 1;
  return {
    paymentId: `pay_${count}`,
    telegramId: 7n,
    price,
    language: 'ru',
    title: '1000 токенов',
    description: '1000 токенов для Easel',
    priceLabel: '1000 токенов',
    expiresAt: new Date(Date.now() + 3_600_000),
    returnUrl: 'https://t.me/easel_bot',
    ...given,
  };
}

export function referenceOf(order: InvoiceOrder, invoiceId?: string): PaymentReference {
  return {
    paymentId: order.paymentId,
    price: order.price,
    createdAt: new Date(),
    ...(invoiceId !== undefined && { invoiceId }),
  };
}

export function refundOrder(
  order: InvoiceOrder,
  chargeId: string,
  given: Partial<RefundOrder> = {},
): RefundOrder {
  count += 1;
  return {
    refundId: `refund:${order.paymentId}:${count}`,
    paymentId: order.paymentId,
    chargeId,
    telegramId: order.telegramId,
    amount: order.price,
    charged: order.price,
    description: 'Возврат за токены',
    sold: order.description,
    ...given,
  };
}

/** The error an adapter threw; fails when it threw none or another kind. */
export async function failureOf(work: Promise<unknown>): Promise<PaymentSystemError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PaymentSystemError);
  return error as PaymentSystemError;
}

/** What an adapter makes of a webhook that came from `ip`. */
export function read(
  system: PaymentSystem,
  { rawBody, headers }: ReceivedCallback,
  ip = '127.0.0.1',
): WebhookReading {
  const reading = system.readWebhook?.({ rawBody, headers, ip });
  if (reading === undefined) throw new Error(`${system.id} reads no webhooks`);
  return reading;
}
