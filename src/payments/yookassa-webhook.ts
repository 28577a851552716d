/**
 * YooKassa does not sign its webhooks. Where they come from is a first filter; what they say is only
 * a reason to look the payment up.
 */
import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { jsonOf } from '../http/exchange';
import type { WebhookReading, WebhookRequest } from './payment-system';

/** Where YooKassa sends its webhooks from, as its documentation lists it. */
export const yookassaNetworks = [
  '185.71.76.0/27',
  '185.71.77.0/27',
  '77.75.153.0/25',
  '77.75.156.11',
  '77.75.156.35',
  '77.75.154.128/25',
  '2a02:5180::/32',
].join(',');

const idSchema = z.string().regex(/^[\w-]{1,100}$/);
const paymentEvents = z.enum([
  'payment.waiting_for_capture',
  'payment.succeeded',
  'payment.canceled',
]);
const paymentNotice = z.object({
  event: paymentEvents,
  object: z.object({
    id: idSchema,
    metadata: z.object({ payment_id: z.string().optional() }).optional(),
  }),
});
// There is none for a refund that was canceled.
const refundEvents = z.literal('refund.succeeded');
const refundNotice = z.object({
  event: refundEvents,
  object: z.object({ id: idSchema, payment_id: idSchema }),
});
const noticeSchema = z.object({ type: z.literal('notification'), event: z.string().max(100) });

const knownEvents: ReadonlySet<string> = new Set([
  ...paymentEvents.options,
  ...refundEvents.values,
]);

const paymentIdForm = /^[A-Za-z0-9_-]{1,64}$/;

/** A filter from "77.75.156.11,185.71.76.0/27"; undefined when an entry is no address or network. */
export function networksOf(text: string): BlockList | undefined {
  const list = new BlockList();
  for (const entry of text.split(',').map((one) => one.trim())) {
    const [address = '', bits] = entry.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    if (version === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > most) return undefined;
    list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** An IPv4 address can arrive in the clothes of IPv6. */
function isFrom(networks: BlockList, ip: string): boolean {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(plain);
  return version !== 0 && networks.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}

function readNotice(body: unknown): WebhookReading {
  const payment = paymentNotice.safeParse(body);
  if (payment.success) {
    const { event, object } = payment.data;
    const paymentId = object.metadata?.payment_id ?? '';
    const named = paymentIdForm.test(paymentId) ? { paymentId } : {};
    const eventId = `${event}:${object.id}`;
    return { verdict: 'news', eventId, event, invoiceId: object.id, ...named };
  }
  const refund = refundNotice.safeParse(body);
  if (refund.success) {
    const { event, object } = refund.data;
    return {
      verdict: 'news',
      eventId: `${event}:${object.id}`,
      event,
      invoiceId: object.payment_id,
    };
  }
  const notice = noticeSchema.safeParse(body);
  return notice.success && !knownEvents.has(notice.data.event)
    ? { verdict: 'ignored', reason: notice.data.event }
    : { verdict: 'malformed', reason: 'no notification' };
}

export function readYookassaWebhook(networks: BlockList, request: WebhookRequest): WebhookReading {
  return isFrom(networks, request.ip)
    ? readNotice(jsonOf({ body: request.rawBody }))
    : { verdict: 'refused', reason: 'the address is none of YooKassa' };
}
