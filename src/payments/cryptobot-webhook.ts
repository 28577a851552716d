/** Crypto Pay signs the very bytes it sends: HMAC-SHA256 with the SHA-256 of the token as key. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { jsonOf } from '../http/exchange';
import type { WebhookReading, WebhookRequest } from './payment-system';

// It tries for three days, and nobody says whether a repeat is dated anew.
const ageMsMax = 4 * 24 * 3_600_000;
const aheadMsMax = 10 * 60_000;

const kindSchema = z.object({ update_type: z.string().max(100) });
const paidSchema = z.object({
  request_date: z.string().pipe(z.coerce.date()),
  payload: z.object({
    invoice_id: z.number().int().positive(),
    payload: z.string().optional(),
  }),
});

const paymentIdForm = /^[A-Za-z0-9_-]{1,64}$/;

function isSigned({ rawBody, headers }: WebhookRequest, token: string): boolean {
  const key = createHash('sha256').update(token).digest();
  const expected = createHmac('sha256', key).update(rawBody).digest();
  const given = Buffer.from(headers['crypto-pay-api-signature'] ?? '', 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function readCryptobotWebhook(
  request: WebhookRequest,
  { token, now }: { readonly token: string; readonly now: Date },
): WebhookReading {
  if (!isSigned(request, token)) return { verdict: 'refused', reason: 'the signature is wrong' };
  const update = jsonOf({ body: request.rawBody });
  const kind = kindSchema.safeParse(update);
  if (!kind.success) return { verdict: 'malformed', reason: 'no update' };
  const event = kind.data.update_type;
  // Only what is taken keeps the webhooks on, and of another kind nobody knows what it holds.
  if (event !== 'invoice_paid') return { verdict: 'ignored', reason: event };
  const parsed = paidSchema.safeParse(update);
  if (!parsed.success) return { verdict: 'malformed', reason: 'no paid invoice' };
  const { request_date: sentAt, payload: invoice } = parsed.data;
  const age = now.getTime() - sentAt.getTime();
  if (age > ageMsMax || age < -aheadMsMax) return { verdict: 'refused', reason: 'it is too old' };
  const paymentId = invoice.payload;
  return {
    verdict: 'news',
    // The update's own id is not unique; an invoice is paid once.
    eventId: `${event}:${invoice.invoice_id}`,
    event,
    invoiceId: String(invoice.invoice_id),
    ...(paymentId !== undefined && paymentIdForm.test(paymentId) && { paymentId }),
  };
}
