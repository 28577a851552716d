/** Somebody who tells Easel that invoices were paid. They have no key and are not the systems' address. */
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { pause } from '../../src/local/waiting';
import type { Chance } from './chance';
import { query } from './chat';
import type { Deeds } from './nature';
import { tillIds, type TillId } from './tills';
import type { Town } from './town';

/** Another address than the payment systems', which are on 127.0.0.1. */
const strangersAddress = '127.0.0.2';

const unpaid = `SELECT id FROM payments WHERE system = $1 AND status = 'invoiced'
  ORDER BY created_at DESC LIMIT 1`;

export async function forge(
  town: Town,
  { chance, deeds, until }: { chance: Chance; deeds: Deeds; until: () => boolean },
): Promise<void> {
  while (!until()) {
    await pause(chance.between(300, 2_500));
    const till = chance.pick(tillIds) ?? 'stripe';
    const letter = letters[till];
    try {
      const [payment] = await query(town, unpaid, till);
      const status = await send(town, till, letter(payment?.id ?? 'p-nobody'));
      deeds.forged += 1;
      if (status === 200) deeds.forgedTaken.push(`${till} ${payment?.id ?? 'nobody'}`);
    } catch {
      // The API or the database is dead right now.
    }
  }
}

interface Letter {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const guess = (bytes: number): string => randomBytes(bytes).toString('hex');

/** As each system writes them, signed with a key that is not theirs. */
const letters: Readonly<Record<TillId, (paymentId: string) => Letter>> = {
  yookassa: (paymentId) => ({
    body: JSON.stringify({
      type: 'notification',
      event: 'payment.succeeded',
      object: { id: guess(18), status: 'succeeded', metadata: { payment_id: paymentId } },
    }),
  }),
  yoomoney: (paymentId) => {
    const fields = { operation_id: `9${Date.now()}`, amount: '1000.00', label: paymentId };
    const whole = { notification_type: 'p2p-incoming', currency: '643', ...fields };
    return { body: new URLSearchParams({ ...whole, sign: guess(32) }).toString() };
  },
  cryptobot: (paymentId) => ({
    body: JSON.stringify({
      update_id: 1,
      update_type: 'invoice_paid',
      request_date: new Date().toISOString(),
      payload: { invoice_id: 528_001, status: 'paid', payload: paymentId },
    }),
    headers: { 'crypto-pay-api-signature': guess(32) },
  }),
  heleket: (paymentId) => {
    const notice = { type: 'payment', uuid: guess(8), order_id: paymentId, status: 'paid' };
    const sign = createHash('md5').update(guess(8)).digest('hex');
    return { body: JSON.stringify({ ...notice, sign }) };
  },
  stripe: (paymentId) => {
    const session = { id: `cs_${guess(8)}`, metadata: { payment_id: paymentId } };
    const event = { id: `evt_${guess(8)}`, type: 'checkout.session.completed' };
    const at = Math.floor(Date.now() / 1000);
    return {
      body: JSON.stringify({ ...event, data: { object: session } }),
      headers: { 'stripe-signature': `t=${at},v1=${guess(32)}` },
    };
  },
};

function send({ apiUrl }: Town, till: TillId, { body, headers }: Letter) {
  return new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      `${apiUrl}/webhooks/${till}`,
      { method: 'POST', headers, localAddress: strangersAddress, timeout: 10_000 },
      (answer) => {
        answer.resume();
        answer.once('end', () => {
          resolve(answer.statusCode);
        });
      },
    );
    sent.once('error', reject);
    sent.once('timeout', () => sent.destroy(new Error('no answer')));
    sent.end(body);
  });
}
