/**
 * Heleket's signature stands inside the JSON it signs: it is made over the bytes without it, as PHP
 * wrote them (`/` as `\/`). So it is cut out of the bytes as they came; only a body that carries it at
 * an unusual place is encoded again as PHP does. MD5 is weak and nothing is dated, which is why a
 * webhook is only a reason to look the payment up.
 */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { jsonOf } from '../http/exchange';
import { heleketSign, heleketStatuses } from './heleket-api';
import type { WebhookReading, WebhookRequest } from './payment-system';

const noticeSchema = z.object({
  type: z.string(),
  uuid: z.string().regex(/^[\w-]{1,100}$/),
  order_id: z.string().nullish(),
  status: z.enum(heleketStatuses),
  payment_amount: z.string().max(60).nullish(),
});

const paymentIdForm = /^[A-Za-z0-9_-]{1,64}$/;
const signForm = /,"sign":"([0-9a-f]{32})"|"sign":"([0-9a-f]{32})",/;

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** As PHP's json_encode with JSON_UNESCAPED_UNICODE writes it. */
function asPhp(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Cut out byte for byte: latin1 changes nothing on the way there and back. */
function isSignedAsSent(rawBody: Buffer, key: string): boolean {
  const text = rawBody.toString('latin1');
  const [member, last, first] = signForm.exec(text) ?? [];
  const sign = last ?? first;
  if (member === undefined || sign === undefined) return false;
  return isSame(sign, heleketSign(Buffer.from(text.replace(member, ''), 'latin1'), key));
}

function isSignedAsPhp(said: unknown, key: string): boolean {
  if (typeof said !== 'object' || said === null || !('sign' in said)) return false;
  const { sign, ...rest } = said;
  return typeof sign === 'string' && isSame(sign, heleketSign(asPhp(rest), key));
}

export function readHeleketWebhook({ rawBody }: WebhookRequest, key: string): WebhookReading {
  const said = jsonOf({ body: rawBody });
  if (said === undefined) return { verdict: 'malformed', reason: 'no JSON' };
  if (!isSignedAsSent(rawBody, key) && !isSignedAsPhp(said, key)) {
    return { verdict: 'refused', reason: 'the signature is wrong' };
  }
  const parsed = noticeSchema.safeParse(said);
  if (!parsed.success) return { verdict: 'malformed', reason: 'no payment notice' };
  const { type, uuid, order_id: paymentId, status, payment_amount: arrived } = parsed.data;
  if (type !== 'payment') return { verdict: 'ignored', reason: type };
  return {
    verdict: 'news',
    // A top-up can bring the same status again with more money.
    eventId: `${uuid}:${status}:${arrived ?? ''}`,
    event: status,
    invoiceId: uuid,
    ...(paymentId && paymentIdForm.test(paymentId) ? { paymentId } : {}),
  };
}
