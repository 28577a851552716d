/**
 * The payment systems of the town: what can be done there past Easel, what goes wrong there, and what
 * their own books say. Read as they keep them, so that no adapter of ours stands in between.
 */
import { moneyOf, isCurrency } from '../../src/domain/money';
import { pause } from '../../src/local/waiting';
import type { Chance } from './chance';

export const tillIds = ['yookassa', 'yoomoney', 'cryptobot', 'heleket', 'stripe'] as const;
export type TillId = (typeof tillIds)[number];
export type TillUrls = Readonly<Record<TillId, string>>;

/** One charge as its system sees it. Amounts in minor units; `refunded` of what went back there. */
export interface TillCharge {
  readonly system: string;
  readonly id: string;
  readonly paymentId: string;
  readonly currency: string;
  readonly paid: bigint;
  readonly refunded: bigint;
}

const patienceMs = 30_000;

/** Done once it is answered, by whatever; a payment system that was killed is waited for. */
export async function atTill(url: string, path: string, body?: object): Promise<unknown> {
  const endsAt = Date.now() + patienceMs;
  for (;;) {
    try {
      const answer = await fetch(`${url}/__admin/${path}`, {
        signal: AbortSignal.timeout(10_000),
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      });
      return await answer.json();
    } catch (error) {
      if (Date.now() > endsAt) throw error;
      await pause(300);
    }
  }
}

/** The rows of one of its tables. */
async function rows<Row>(url: string, table: string): Promise<Row[]> {
  const found = await atTill(url, `tables/${table}`);
  if (!Array.isArray(found)) throw new Error(`${url} has no ${table}`);
  return found as Row[];
}

const apiFaults = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'latency', seconds: 2 },
  { kind: 'close-socket' },
  { kind: 'lose-answer' },
  { kind: 'hang-after-commit' },
  { kind: 'malformed' },
] as const;
const webhookFaults = [
  { kind: 'drop' },
  { kind: 'delay', seconds: 5 },
  { kind: 'duplicate' },
  { kind: 'reorder', seconds: 8 },
  { kind: 'corrupt' },
] as const;

/** One of the systems gets into trouble, with its API or with its webhooks. */
export async function troubleTill(tills: TillUrls, chance: Chance): Promise<void> {
  const till = chance.pick(tillIds) ?? 'stripe';
  const fault = chance.is(0.5)
    ? { at: 'api', ...chance.pick(apiFaults) }
    : { at: 'webhook', ...chance.pick(webhookFaults) };
  await fetch(`${tills[till]}/__admin/faults`, {
    method: 'POST',
    body: JSON.stringify({ ...fault, times: chance.is(0.3) ? 3 : 1 }),
    signal: AbortSignal.timeout(3_000),
  }).catch(() => undefined);
}

/** The trouble is over, and nobody can begin to pay any more. Money under way still arrives. */
export async function closeTills(tills: TillUrls): Promise<void> {
  for (const till of tillIds) {
    await fetch(`${tills[till]}/__admin/faults`, { method: 'DELETE' });
    for (const { id, deed } of await unended(tills[till], till)) {
      await atTill(tills[till], deed, { id });
    }
  }
}

interface Unended {
  readonly id: string;
  readonly deed: string;
}

interface Row {
  readonly id: string;
  readonly uuid: string;
  readonly status: string;
  readonly invoice_id: number;
  readonly linkId: string;
  readonly payment_status: string;
  readonly payment: Row;
}

/** What nobody ended; a form of YooMoney has no end. */
async function unended(url: string, till: TillId): Promise<Unended[]> {
  const ending = (ids: (string | number)[], deed: string): Unended[] =>
    ids.map((id) => ({ id: String(id), deed }));
  if (till === 'yookassa') {
    const open = (await rows<Row>(url, 'payments')).map(({ payment }) => payment);
    const ids = open.filter(({ status }) => status === 'pending').map(({ id }) => id);
    return ending(ids, 'expire');
  }
  if (till === 'cryptobot') {
    const open = (await rows<Row>(url, 'invoices')).filter(({ status }) => status === 'active');
    return ending(
      open.map((row) => row.invoice_id),
      'expire',
    );
  }
  if (till === 'yoomoney') {
    const open = (await rows<Row>(url, 'operations')).filter((row) => row.status === 'in_progress');
    return ending(
      open.map(({ linkId }) => linkId),
      'unlock',
    );
  }
  if (till === 'heleket') {
    const deeds: Readonly<Record<string, string>> = {
      check: 'expire',
      confirm_check: 'confirm',
      locked: 'unlock',
    };
    return (await rows<Row>(url, 'invoices')).flatMap(({ uuid, status }) =>
      ending([uuid], deeds[status] ?? '').filter(({ deed }) => deed !== ''),
    );
  }
  const sessions = await rows<Row>(url, 'sessions');
  const isLate = (row: Row) => row.status === 'complete' && row.payment_status === 'unpaid';
  return [
    ...ending(
      sessions.filter(({ status }) => status === 'open').map(({ id }) => id),
      'expire',
    ),
    ...ending(
      sessions.filter(isLate).map(({ id }) => id),
      'confirm',
    ),
  ];
}

/** Refunds that wait at their system end, some well and some not. */
export async function settlePending(tills: TillUrls, chance: Chance): Promise<void> {
  const no = { yookassa: 'canceled', stripe: 'failed' } as const;
  for (const till of ['yookassa', 'stripe'] as const) {
    const waiting = (await rows<Row>(tills[till], 'refunds')).filter(
      ({ status }) => status === 'pending',
    );
    for (const { id } of waiting) {
      const status = chance.is(0.7) ? 'succeeded' : no[till];
      await atTill(tills[till], 'settle', { id, status });
    }
  }
}

/** All money that came by every system and what of it went back. */
export async function readTills(tills: TillUrls): Promise<TillCharge[]> {
  const all = await Promise.all([
    readYookassa(tills.yookassa),
    readYoomoney(tills.yoomoney),
    readCryptobot(tills.cryptobot),
    readHeleket(tills.heleket),
    readStripe(tills.stripe),
  ]);
  return all.flat();
}

const minor = (amount: string, currency: string): bigint => {
  const money = isCurrency(currency) ? moneyOf(amount, currency) : undefined;
  if (money === undefined) throw new Error(`${amount} ${currency} is no money`);
  return money.amountMinor;
};

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, one) => all + one, 0n);

interface Amount {
  readonly value: string;
  readonly currency: string;
}

async function readYookassa(url: string): Promise<TillCharge[]> {
  const payments = await rows<{
    payment: { id: string; status: string; amount: Amount; metadata: { payment_id: string } };
  }>(url, 'payments');
  const refunds = await rows<{ payment_id: string; status: string; amount: Amount }>(
    url,
    'refunds',
  );
  const paid = payments.filter(({ payment }) => payment.status === 'succeeded');
  return paid.map(({ payment: { id, amount, metadata } }) => ({
    system: 'yookassa',
    id,
    paymentId: metadata.payment_id,
    currency: amount.currency,
    paid: minor(amount.value, amount.currency),
    refunded: sum(
      refunds
        .filter((one) => one.payment_id === id && one.status === 'succeeded')
        .map((one) => minor(one.amount.value, amount.currency)),
    ),
  }));
}

async function readYoomoney(url: string): Promise<TillCharge[]> {
  const operations = await rows<{ id: string; label: string; gross: string; status: string }>(
    url,
    'operations',
  );
  return operations
    .filter(({ status }) => status === 'success')
    .map(({ id, label, gross }) => ({
      system: 'yoomoney',
      id,
      paymentId: label,
      currency: 'RUB',
      paid: minor(gross, 'RUB'),
      refunded: 0n,
    }));
}

/** Coins of a transfer are that share of the price which they are of the coins that were paid. */
async function readCryptobot(url: string): Promise<TillCharge[]> {
  const invoices = await rows<{
    invoice_id: number;
    status: string;
    amount: string;
    fiat: string;
    payload: string;
    more: { paid_amount: string };
  }>(url, 'invoices');
  const transfers = await rows<{ amount: string; comment?: string }>(url, 'transfers');
  return invoices
    .filter(({ status }) => status === 'paid')
    .map(({ invoice_id: id, amount, fiat, payload, more }) => {
      const paid = minor(amount, fiat);
      const back = transfers.filter(({ comment }) => comment?.includes(`[${id}: `));
      const share = sum(back.map((one) => coins(one.amount))) * paid * 2n;
      const whole = coins(more.paid_amount) * 2n;
      const refunded = (share + whole / 2n) / whole;
      return {
        system: 'cryptobot',
        id: String(id),
        paymentId: payload,
        currency: fiat,
        paid,
        refunded,
      };
    });
}

function coins(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(`${whole}${fraction.padEnd(8, '0')}`);
}

/** Nobody here pays more or less at Heleket than is asked. */
async function readHeleket(url: string): Promise<TillCharge[]> {
  const invoices = await rows<{
    uuid: string;
    orderId: string;
    amount: string;
    currency: string;
    status: string;
  }>(url, 'invoices');
  const isPaid = /^(paid|refund_\w+)$/;
  return invoices
    .filter(({ status }) => isPaid.test(status))
    .map(({ uuid, orderId, amount, currency, status }) => {
      const paid = minor(amount, currency);
      const refunded = status === 'refund_paid' ? paid : 0n;
      return { system: 'heleket', id: uuid, paymentId: orderId, currency, paid, refunded };
    });
}

async function readStripe(url: string): Promise<TillCharge[]> {
  const charges = await rows<{
    id: string;
    payment_intent: string;
    amount: number;
    currency: string;
    metadata: { payment_id: string };
  }>(url, 'charges');
  const refunds = await rows<{ charge: string; status: string; amount: number }>(url, 'refunds');
  return charges.map(({ id, payment_intent: intent, amount, currency, metadata }) => ({
    system: 'stripe',
    // Easel knows a charge by what it was made for.
    id: intent,
    paymentId: metadata.payment_id,
    currency: currency.toUpperCase(),
    paid: BigInt(amount),
    refunded: sum(
      refunds
        .filter((one) => one.charge === id && one.status === 'succeeded')
        .map((one) => BigInt(one.amount)),
    ),
  }));
}
