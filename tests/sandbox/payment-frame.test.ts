import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStandIn, type StandIn } from '../../src/sandbox/payments/frame/server';
import { defineStandIn, StandInRefusal } from '../../src/sandbox/payments/frame/stand-in';
import { startCallbackReceiver, until, type CallbackReceiver } from '../provider/stand-in';

interface Bill {
  readonly id: string;
  readonly isPaid: boolean;
}

/** The smallest system there can be: POST /bills makes one, its page pays it. */
const toy = defineStandIn({
  id: 'toy',
  title: { en: 'Toy <Pay>', ru: 'Игрушка' },
  keys: { TOY_KEY: 'toy-key' },
  webhooks: {
    nextInSeconds: (attempt) => (attempt < 3 ? 600 : undefined),
    isTaken: (status) => status === 200,
    switchesOff: true,
  },
  create(site) {
    const bills = site.table<Bill>('bills');
    const pay = (id: string): Bill => {
      const bill = bills.get(id);
      if (!bill) throw new StandInRefusal(404, 'no such bill');
      if (bill.isPaid) throw new StandInRefusal(409, 'it is paid');
      const paid = { ...bill, isPaid: true };
      bills.set(id, paid);
      site.notify({ event: 'paid', body: JSON.stringify({ paid: id }) });
      return paid;
    };
    return {
      answer(call) {
        if (call.headers['authorization'] !== site.keys.TOY_KEY) return { status: 401 };
        const bill = { id: `b${site.next('bills')}`, isPaid: false };
        bills.set(bill.id, bill);
        return { status: 200, body: { ...bill, page: `${site.url}/pay/${bill.id}` } };
      },
      page: (id) => {
        const bill = bills.get(id);
        return bill === undefined
          ? undefined
          : {
              amount: '5.00 USD',
              description: '<b>tokens</b>',
              state: bill.isPaid ? 'paid' : 'open',
              buttons: ['pay', 'cancel'],
              returnUrl: 'https://shop.example/?a=1&b="2"',
            };
      },
      actions: { pay },
      signWebhook: (body) => ({ 'content-type': 'application/json', 'x-sign': `s${body.length}` }),
      faultBody: (status) => ({ toyError: status }),
    };
  },
});

describe('the frame of payment stand-ins', () => {
  let dataDir: string;
  let standIn: StandIn;
  let shop: CallbackReceiver;

  const admin = async (path: string, body?: unknown, method = 'POST') => {
    const response = await fetch(`${standIn.url}/__admin/${path}`, {
      method: body === undefined ? 'GET' : method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const newBill = async (): Promise<string> => {
    const request = { method: 'POST', headers: { authorization: 'toy-key' } };
    const response = await fetch(`${standIn.url}/bills`, request);
    return ((await response.json()) as Bill).id;
  };
  const start = () => startStandIn(toy, { port: 0, dataDir, webhookUrl: shop.url });
  const bodies = () => shop.received.map(({ rawBody }) => rawBody.toString('utf8'));

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'easel-pay-frame-'));
    shop = await startCallbackReceiver();
    standIn = await start();
  });

  afterEach(async () => {
    await standIn.close();
    await shop.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('a restart goes on with what was there, webhooks and clock included', async () => {
    const id = await newBill();
    shop.answerWith(500);
    await admin('pay', { id });
    await until(() => (shop.received.length === 1 ? true : undefined));
    await until(async () =>
      (await admin('log?kind=webhook')).body['length'] === 2 ? true : undefined,
    );
    await admin('clock', { seconds: 60 });
    const before = new Date(String((await admin('clock')).body['now'])).getTime();
    await standIn.close();
    standIn = await start();
    const after = new Date(String((await admin('clock')).body['now'])).getTime();
    expect(after).toBeGreaterThanOrEqual(before);
    expect((await admin('tables/bills')).body).toEqual([{ id, isPaid: true }]);
    expect(await newBill()).toBe('b2');
    expect(shop.received).toHaveLength(1);
    await admin('clock', { seconds: 600 });
    await until(() => (shop.received.length === 2 ? true : undefined));
    expect(bodies()).toEqual([`{"paid":"${id}"}`, `{"paid":"${id}"}`]);
  });

  test('webhooks nobody takes are given up and switched off until set again', async () => {
    shop.answerWith(500, 201, 302);
    await admin('pay', { id: await newBill() });
    for (const attempts of [1, 2, 3]) {
      await until(() => (shop.received.length === attempts ? true : undefined));
      // The attempt is counted a moment after the shop has seen it.
      await until(async () => {
        const { isOff, waiting } = (await admin('webhook')).body;
        const [row] = waiting as { attempts: number }[];
        return (row?.attempts ?? 3) === attempts && (isOff === true || attempts < 3)
          ? true
          : undefined;
      });
      await admin('clock', { seconds: 600 });
    }
    expect((await admin('webhook')).body).toMatchObject({ isOff: true, waiting: [] });
    await admin('pay', { id: await newBill() });
    expect((await admin('webhook')).body['waiting']).toHaveLength(1);
    await admin('webhook', { url: shop.url }, 'PUT');
    await until(() => (shop.received.length === 4 ? true : undefined));
  });

  test('a webhook is dropped, doubled, held back, delayed or damaged when told so', async () => {
    const ids = [];
    for (let count = 0; count < 6; count += 1) ids.push(await newBill());
    const [dropped, doubled, held, next, delayed, corrupt] = ids as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const arrive = async (count: number) =>
      until(() => (shop.received.length === count ? true : undefined));
    await admin('faults', [
      { at: 'webhook', kind: 'drop' },
      { at: 'webhook', kind: 'duplicate' },
      { at: 'webhook', kind: 'reorder' },
    ]);
    await admin('pay', { id: dropped });
    await admin('pay', { id: doubled });
    await arrive(2);
    await admin('pay', { id: held });
    await admin('pay', { id: next });
    await arrive(4);
    await admin('faults', { at: 'webhook', kind: 'delay', seconds: 100 });
    await admin('pay', { id: delayed });
    await admin('faults', { at: 'webhook', kind: 'corrupt', match: 'paid' });
    await admin('pay', { id: corrupt });
    await arrive(5);
    await admin('clock', { seconds: 100 });
    await arrive(6);
    const said = bodies();
    expect(said.slice(0, 4)).toEqual(
      [doubled, doubled, next, held].map((id) => `{"paid":"${id}"}`),
    );
    expect(said[4]).not.toBe(`{"paid":"${corrupt}"}`);
    expect(said[4]).toHaveLength(`{"paid":"${corrupt}"}`.length);
    expect(said[5]).toBe(`{"paid":"${delayed}"}`);
    expect(shop.received[4]?.headers['x-sign']).toBe(`s${said[4]?.length}`);
  });

  test('calls fail as the script says, with or without their effect', async () => {
    const call = (signal?: AbortSignal) =>
      fetch(`${standIn.url}/bills`, {
        method: 'POST',
        headers: { authorization: 'toy-key' },
        ...(signal && { signal }),
      });
    const made = async () => ((await admin('tables/bills')).body as unknown as Bill[]).length;
    await admin('faults', { at: 'api', kind: 'status', status: 429, retryAfterSeconds: 7 });
    const refused = await call();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await refused.json()).toEqual({ toyError: 429 });
    await admin('faults', { at: 'api', kind: 'close-socket', match: 'POST /bills' });
    await expect(call()).rejects.toThrow('fetch failed');
    expect(await made()).toBe(0);
    await admin('faults', { at: 'api', kind: 'lose-answer' });
    await expect(call()).rejects.toThrow('fetch failed');
    expect(await made()).toBe(1);
    await admin('faults', { at: 'api', kind: 'malformed' });
    await expect((await call()).json()).rejects.toThrow('JSON');
    await admin('faults', { at: 'api', kind: 'hang-after-commit' });
    const patience = new AbortController();
    const hanging = call(patience.signal);
    await until(async () => ((await made()) === 3 ? true : undefined));
    patience.abort();
    await expect(hanging).rejects.toThrow('aborted');
  });

  test('the pay page speaks the language of the browser and takes nothing for HTML', async () => {
    const id = await newBill();
    const page = `${standIn.url}/pay/${id}`;
    const english = await fetch(page, { headers: { 'accept-language': 'en-GB' } });
    const text = await english.text();
    expect(text).toContain('&lt;b&gt;tokens&lt;/b&gt;');
    expect(text).toContain('Toy &lt;Pay&gt;');
    expect(text).toContain('href="https://shop.example/?a=1&amp;b=&quot;2&quot;"');
    expect(text).toContain('sandbox');
    expect(english.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await (await fetch(page)).text()).toContain('песочница');
    const press = (action: string) =>
      fetch(page, { method: 'POST', body: new URLSearchParams({ action }), redirect: 'manual' });
    expect((await press('pay')).status).toBe(303);
    expect(await (await fetch(page)).text()).toContain('Оплачено');
    expect((await press('pay')).status).toBe(409);
    expect((await press('nonsense')).status).toBe(409);
    expect((await fetch(`${standIn.url}/pay/none`)).status).toBe(404);
  });

  test('a control that cannot be carried out says why', async () => {
    expect(await admin('pay', { id: 'none' })).toEqual({
      status: 404,
      body: { error: 'no such bill' },
    });
    expect((await admin('pay', {})).status).toBe(400);
    expect((await admin('constructor', { id: '1' })).status).toBe(404);
    expect((await admin('faults', { at: 'api', kind: 'nonsense' })).status).toBe(400);
  });
});
