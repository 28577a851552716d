/** Plays Crypto Pay of @CryptoBot: an invoice is paid once and in full, and only that is told. */
import { createHash, createHmac } from 'node:crypto';
import { CryptobotNo, cryptobotMethods } from './cryptobot-methods';
import {
  findInvoice,
  invoiceObject,
  keepInvoice,
  openDesk,
  paidInvoice,
  payableAssets,
  type CryptobotKey,
  type Desk,
  type InvoiceRow,
  type Params,
} from './cryptobot-objects';
import { assets, coinText, coinsFor, unitsOf } from './coin-rates';
import type { PayPage } from './frame/pay-page';
import { formFields, jsonBody } from './frame/request';
import {
  defineStandIn,
  StandInRefusal,
  type ActionBody,
  type StandInAnswer,
  type StandInCall,
} from './frame/stand-in';

const no = (code: number, name: string): StandInAnswer => ({
  status: code,
  body: { ok: false, error: { code, name } },
});

/** Query, JSON or form: the API takes all of them. */
function paramsOf(call: StandInCall): Params {
  const isJson = call.headers['content-type']?.startsWith('application/json') === true;
  const json = isJson ? (jsonBody(call) ?? {}) : {};
  const texts = Object.entries(json).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value)
      ? [[name, String(value as string | number | boolean)] as const]
      : [],
  );
  return { ...formFields(call), ...Object.fromEntries(texts) };
}

function answer(desk: Desk, call: StandInCall): StandInAnswer {
  const { keys, transact } = desk.site;
  if (call.headers['crypto-pay-api-token'] !== keys.CRYPTOBOT_TOKEN) return no(401, 'UNAUTHORIZED');
  const name = /^\/api\/(\w+)$/.exec(call.path)?.[1] ?? '';
  const method = Object.hasOwn(cryptobotMethods, name) ? cryptobotMethods[name] : undefined;
  if (method === undefined) return no(405, 'METHOD_NOT_FOUND');
  try {
    const result = transact(() => method(desk, paramsOf(call)));
    return { status: 200, body: { ok: true, result } };
  } catch (error) {
    if (error instanceof CryptobotNo) return no(error.code, error.message);
    throw error;
  }
}

function invoiceOf(desk: Desk, id: string): InvoiceRow {
  const row = findInvoice(desk, id);
  if (row === undefined) throw new StandInRefusal(404, 'no such invoice');
  return row;
}

function pay(desk: Desk, id: string, body: ActionBody): object {
  const { site } = desk;
  const row = invoiceOf(desk, id);
  if (row.status !== 'active') throw new StandInRefusal(409, `the invoice is ${row.status}`);
  const payable = payableAssets(row, assets);
  const asset = typeof body['asset'] === 'string' ? body['asset'] : (payable[0] ?? '');
  if (!payable.includes(asset)) throw new StandInRefusal(409, 'this coin is not accepted');
  const paid = paidInvoice(desk, row, asset);
  keepInvoice(desk, paid);
  const update = {
    update_id: site.next('updates'),
    update_type: 'invoice_paid',
    request_date: site.now().toISOString(),
    payload: invoiceObject(desk, paid),
  };
  site.notify({ event: 'invoice_paid', body: JSON.stringify(update) });
  return { id: row.invoice_id, status: 'paid' };
}

function expire(desk: Desk, row: InvoiceRow): void {
  if (row.status !== 'active') throw new StandInRefusal(409, `the invoice is ${row.status}`);
  keepInvoice(desk, { ...row, status: 'expired' });
}

/** Nobody is told when an invoice expires. */
function sweep(desk: Desk): void {
  const now = desk.site.now().toISOString();
  for (const id of desk.active.values()) {
    const row = desk.invoices.get(id);
    const isOver = row?.expiration_date !== undefined && row.expiration_date <= now;
    if (isOver) expire(desk, row);
  }
}

const stateOf = { active: 'open', paid: 'paid', expired: 'closed' } as const;

function linesOf(row: InvoiceRow): NonNullable<PayPage['lines']> {
  const asset = payableAssets(row, assets)[0] ?? 'USDT';
  const units = unitsOf(row.amount) ?? 0n;
  const coins = row.fiat === undefined ? units : coinsFor(units, asset, row.fiat);
  const sum = { label: { en: 'To pay', ru: 'К оплате' }, value: `${coinText(coins)} ${asset}` };
  const { payload } = row;
  if (payload === undefined) return [sum];
  return [sum, { label: { en: 'Order', ru: 'Заказ' }, value: payload }];
}

function page(desk: Desk, id: string): PayPage | undefined {
  const row = findInvoice(desk, id);
  if (row === undefined) return undefined;
  const { description, paid_btn_url: returnUrl } = row.more;
  return {
    amount: `${row.amount} ${row.fiat ?? row.asset ?? ''}`,
    description: typeof description === 'string' ? description : '',
    state: stateOf[row.status],
    buttons: row.status === 'active' ? ['pay', 'expire'] : [],
    lines: linesOf(row),
    ...(typeof returnUrl === 'string' && { returnUrl }),
  };
}

const hour = 3600;

export const cryptobotStandIn = defineStandIn<CryptobotKey>({
  id: 'cryptobot',
  title: { en: 'CryptoBot', ru: 'CryptoBot' },
  keys: {
    CRYPTOBOT_TOKEN: '12345:AAsandboxCryptoPayToken0123456789',
    // Off for every new app, until its owner allows it.
    CRYPTOBOT_SANDBOX_TRANSFERS: 'off',
  },
  webhooks: {
    // 17 attempts over three days, then they are switched off.
    nextInSeconds: (attempt) =>
      attempt < 17 ? Math.min(60 * 2 ** (attempt - 1), 9 * hour) : undefined,
    isTaken: (status) => status === 200,
    switchesOff: true,
  },
  create(site) {
    const desk = openDesk(site);
    return {
      answer: (call) => answer(desk, call),
      page: (id) => page(desk, id),
      actions: {
        pay: (id, body) => pay(desk, id, body),
        expire: (id) => expire(desk, invoiceOf(desk, id)),
        // {"id": "on"} or {"id": "off"}
        transfers: (id) => desk.switches.set('transfers', id),
        // {"id": "<Telegram id>"}: nothing can be sent to them.
        stranger: (id) => desk.strangers.set(id, true),
      },
      signWebhook: (body) => {
        const key = createHash('sha256').update(site.keys.CRYPTOBOT_TOKEN).digest();
        const signature = createHmac('sha256', key).update(body).digest('hex');
        return { 'content-type': 'application/json', 'crypto-pay-api-signature': signature };
      },
      sweep: () => sweep(desk),
      faultBody: (code) => ({ ok: false, error: { code, name: 'SANDBOX_FAULT' } }),
    };
  },
});
