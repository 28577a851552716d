/**
 * How fast the webhook of a payment system is answered: its signature is checked, the event stored
 * and the payment's workflow told, before the answer. Open payments, none of which is looked up
 * meanwhile: the workers are not part of an answer.
 */
import { createHash, createHmac } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { parseSettings } from '../src/config/settings';
import { createLogger } from '../src/observability/logger';
import { createParts, type Parts } from '../src/roles/parts';
import { load, openLine, type LoadTimes } from './load';
import { inFlight, percentile, round, type Figures } from './measure';
import { makePeople } from './people';

const ratesPerSecond = [50, 200];
const seconds = 15;
/** Each is told of many events: some systems tell of every change. */
const openPayments = 200;
const warmUps = 500;

export async function paymentWebhook(env: Record<string, string>): Promise<Figures> {
  const parts = createParts(parseSettings(env), createLogger('error'));
  const line = openLine(env['API_PORT']);
  try {
    const ids = await invoiced(parts);
    let last = 1_000_000;
    const post = async (i: number): Promise<boolean> => {
      last += 1;
      const body = eventOf(last, ids[i % ids.length] ?? '');
      const headers = signed(body, env['CRYPTOBOT_TOKEN'] ?? '');
      return (await line.call({ path: '/webhooks/cryptobot', headers, body })) === 200;
    };
    await inFlight([...Array(warmUps).keys()], 4, post);
    const figures: Figures = {};
    for (const perSecond of ratesPerSecond) {
      const name = `payment_webhook_${perSecond}_per_second`;
      Object.assign(figures, figuresOf(name, await load(post, { perSecond, seconds })));
    }
    const stored = await parts.database.paymentEvent.count({
      where: { invoiceId: { gte: '1000001' }, paymentId: { in: ids } },
    });
    figures['payment_webhooks_not_stored'] = {
      value: last - 1_000_000 - stored,
      unit: 'events',
      target: '0',
    };
    return figures;
  } finally {
    line.close();
    await parts.close();
  }
}

async function invoiced(parts: Parts): Promise<string[]> {
  const [person] = await makePeople(parts, 1);
  const { packs } = await parts.payments.shelf({ system: 'cryptobot', currency: 'USD' });
  const [pack] = packs;
  if (person === undefined || pack === undefined) throw new Error('Nobody or nothing there');
  const ids = Array.from({ length: openPayments }, (_, i) => `p-webhook-${i}`);
  await inFlight(ids, 4, async (id) => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const chatId = person.telegramId;
    const wish = {
      id,
      person,
      chatId,
      language: 'en',
      pack,
      system: 'cryptobot',
      expiresAt,
    } as const;
    await parts.payments.create(wish);
    await parts.payments.invoiceSent(id);
  });
  return ids;
}

function eventOf(invoiceId: number, paymentId: string): string {
  return JSON.stringify({
    update_id: invoiceId,
    update_type: 'invoice_paid',
    request_date: new Date().toISOString(),
    payload: { invoice_id: invoiceId, status: 'paid', payload: paymentId },
  });
}

function signed(body: string, token: string): OutgoingHttpHeaders {
  const key = createHash('sha256').update(token).digest();
  const signature = createHmac('sha256', key).update(body).digest('hex');
  return { 'content-type': 'application/json', 'crypto-pay-api-signature': signature };
}

function figuresOf(name: string, { times, refused }: LoadTimes): Figures {
  return {
    [`${name}_p50`]: { value: round(percentile(times, 0.5)), unit: 'ms' },
    [`${name}_p99`]: { value: round(percentile(times, 0.99)), unit: 'ms' },
    [`${name}_not_200`]: { value: refused, unit: 'answers', target: '0' },
  };
}
