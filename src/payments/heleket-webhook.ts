/**
 * Heleket's signature stands inside the JSON it signs: it is made over the bytes without it, as PHP
 * wrote them (`/` as `\/`, letters as they are). So it is cut out of the bytes as they came, and
 * nothing is encoded again. MD5 is weak and nothing is dated, which is why a webhook is only a reason
 * to look the payment up.
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
  is_final: z.boolean().nullish(),
});

const paymentIdForm = /^[A-Za-z0-9_-]{1,64}$/;
const signForm = /,"sign":"([0-9a-f]{32})"|"sign":"([0-9a-f]{32})",/;

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** PHP may write letters beyond ASCII as \uXXXX on the wire, but signs them as they are. */
function withLetters(text: string): string {
  return text.replace(/\\\\|\\u([0-9a-f]{4})/gi, (escape, hex: string | undefined) => {
    const code = hex === undefined ? 0 : Number.parseInt(hex, 16);
    return code < 0x80 ? escape : String.fromCharCode(code);
  });
}

function isSigned(rawBody: Buffer, key: string): boolean {
  // Byte for byte: latin1 changes nothing on the way there and back.
  const text = rawBody.toString('latin1');
  const [member, last, first] = signForm.exec(text) ?? [];
  const sign = last ?? first;
  if (member === undefined || sign === undefined) return false;
  const rest = Buffer.from(text.replace(member, ''), 'latin1');
  return (
    isSame(sign, heleketSign(rest, key)) ||
    isSame(sign, heleketSign(withLetters(rest.toString('utf8')), key))
  );
}

export function readHeleketWebhook({ rawBody }: WebhookRequest, key: string): WebhookReading {
  const said = jsonOf({ body: rawBody });
  if (said === undefined) return { verdict: 'malformed', reason: 'no JSON' };
  if (!isSigned(rawBody, key)) return { verdict: 'refused', reason: 'the signature is wrong' };
  const parsed = noticeSchema.safeParse(said);
  if (!parsed.success) return { verdict: 'malformed', reason: 'no payment notice' };
  const { type, uuid, order_id: paymentId, status, payment_amount: arrived } = parsed.data;
  const provisional = parsed.data.is_final === false ? ':provisional' : '';
  if (type !== 'payment') return { verdict: 'ignored', reason: type };
  return {
    verdict: 'news',
    // A top-up can bring the same status again with more money, and so can the end of a check.
    eventId: `${uuid}:${status}:${arrived ?? ''}${provisional}`,
    event: status,
    invoiceId: uuid,
    ...(paymentId && paymentIdForm.test(paymentId) ? { paymentId } : {}),
  };
}
