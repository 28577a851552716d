import type { PaymentMethod } from '../../src/bot/methods';
import { ben, olga, Stage, starsMethod } from './stage';

const card: PaymentMethod = {
  id: 'card',
  currencies: ['RUB', 'USD'],
  invoiceMs: 72 * 3_600_000,
  wantsEmail: false,
};
const rita = { id: 900008, name: 'Rita', language: 'en' };

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open({ methods: [starsMethod, card] });
  const adminIds = [String(olga.id), String(rita.id)];
  stage.restart({ settings: { ...stage.deps.settings, adminIds } });
  await stage.text(olga, '/start');
});

afterEach(async () => {
  await stage.close();
});

const last = () => stage.telegram.last();
const toldTo = (person: { id: number }) =>
  stage.telegram.said.filter(({ chatId }) => chatId === BigInt(person.id));

/** A transfer asked for; the payment's id and its reference. */
async function ordered(person = ben): Promise<{ id: string; reference: string }> {
  await stage.text(person, '/start');
  await stage.press(person, { type: 'buy:offer', offer: 'card.USD.100' });
  const id = [...stage.engine.payments.keys()].at(-1) ?? '';
  await stage.deps.payments.invoiceSent(id, 9n);
  return { id, reference: id.toUpperCase() };
}

describe('a bank transfer', () => {
  test('goes from the receipt over the admin to the charge, once', async () => {
    const { id, reference } = await ordered();
    await stage.press(ben, { type: 'pay:check', paymentId: id });
    expect(last().text).toContain('Send the receipt');
    await stage.photo(ben, { caption: 'paid <today>' });
    const [words, photo] = toldTo(olga).slice(-2);
    expect(words?.text).toContain('$2.49');
    expect(words?.text).toContain('paid &lt;today&gt;');
    expect(words?.actions.map(({ type }) => type)).toEqual([
      ...['card:confirm', 'card:reject', 'card:say'],
    ]);
    expect(photo).toMatchObject({ method: 'sendPhoto', file: { fileId: expect.any(String) } });
    const update = await stage.text(olga, `/card confirm ${reference} 2.49 tr-778`);
    await stage.deliver(update);
    await stage.text(olga, `/card confirm ${reference} 2,49 TR-778`);
    expect(stage.engine.charges).toContain('TR-778');
    const charges = await stage.database.charge.findMany();
    expect(charges).toMatchObject([
      { system: 'card', chargeId: 'TR-778', paymentId: id, amountMinor: 249n, currency: 'USD' },
    ]);
  });

  test('is talked about in both directions', async () => {
    const { id, reference } = await ordered();
    await stage.text(olga, `/card say ${reference} which <bank>?`);
    const asked = toldTo(ben).at(-1);
    expect(asked?.text).toContain('which &lt;bank&gt;?');
    expect(asked?.actions).toContainEqual({ type: 'pay:check', paymentId: id });
    await stage.press(ben, { type: 'pay:check', paymentId: id });
    await stage.text(ben, 'the green one');
    expect(toldTo(olga).at(-1)?.text).toContain('the green one');
    await stage.text(ben, 'a red fox');
    expect(stage.confirmButton().type).toBe('confirm');
  });

  test('is rejected with a reason the person reads', async () => {
    const { id, reference } = await ordered();
    await stage.text(olga, `/card reject ${reference} no such money`);
    expect(toldTo(ben).at(-1)?.text).toContain('no such money');
    expect((await stage.deps.payments.get(id)).status).toBe('expired');
    await stage.text(olga, '/card');
    expect(last().text).toContain('nothing at the moment');
  });

  test('of an admin is confirmed by another one', async () => {
    const { reference } = await ordered(olga);
    await stage.text(olga, `/card confirm ${reference} 2.49 TR-1`);
    expect(last().text).toContain('your own payment');
    await stage.text(rita, `/card confirm ${reference} 2.49 TR-1`);
    expect(stage.engine.charges).toEqual(['TR-1']);
  });

  test('is told again to the workflow when Temporal was down in between', async () => {
    const { reference } = await ordered();
    const update = stage.messageUpdate(olga, { text: `/card confirm ${reference} 2.49 TR-2` });
    stage.engine.down = true;
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    stage.engine.down = false;
    await stage.deliver(update);
    expect(stage.engine.charges).toEqual(['TR-2']);
  });

  test.each(['confirm X', 'confirm X 0.00 TR-1', 'confirm X 2.499 TR-1', 'reject X', 'pay X 1 2'])(
    'is not decided by half a command: %s',
    async (words) => {
      const { reference } = await ordered();
      await stage.text(olga, `/card ${words.replace('X', reference)}`);
      expect(last().text).toContain('Usage');
      expect(await stage.database.charge.count()).toBe(0);
    },
  );

  test('is confirmed by a button and what the admin types then, once', async () => {
    const { id, reference } = await ordered();
    await stage.text(olga, '/card');
    const open = last().actions.find(({ type }) => type === 'card');
    await stage.press(olga, open ?? { type: 'noop' });
    expect(last().text).toContain(reference);
    await stage.press(olga, { type: 'card:confirm', reference });
    expect(last().text).toContain('the number of the transfer');
    await stage.text(olga, '2.499 TR-9');
    await stage.text(olga, '2');
    expect(last().text).toContain('cannot be read');
    const update = stage.messageUpdate(olga, { text: '2,49 tr-9' });
    stage.engine.down = true;
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    stage.engine.down = false;
    await stage.deliver(update);
    expect(stage.engine.charges).toEqual(['TR-9']);
    expect(await stage.database.charge.findMany()).toMatchObject([
      { paymentId: id, chargeId: 'TR-9', amountMinor: 249n },
    ]);
    await stage.press(rita, { type: 'card:confirm', reference }, 5n);
    await stage.text(rita, '2.49 TR-10');
    expect(last().text).toContain('decided');
    expect(await stage.database.charge.count()).toBe(1);
    expect(await stage.database.auditEntry.count({ where: { outcome: 'confirmed' } })).toBe(1);
  });

  test('is rejected, or asked about, by a button and words', async () => {
    const { id, reference } = await ordered();
    await stage.press(olga, { type: 'card:say', reference }, 5n);
    await stage.text(olga, 'which <bank>?');
    expect(toldTo(ben).at(-1)?.text).toContain('which &lt;bank&gt;?');
    await stage.press(olga, { type: 'card:reject', reference }, 5n);
    await stage.text(olga, 'no such money');
    expect(toldTo(ben).at(-1)?.text).toContain('no such money');
    expect((await stage.deps.payments.get(id)).status).toBe('expired');
    const audited = { actor: String(olga.id), reason: 'no such money', outcome: 'rejected' };
    expect(await stage.database.auditEntry.findMany()).toMatchObject([audited]);
  });

  test('is nobody’s to decide but an admin’s, also by its buttons', async () => {
    const { reference } = await ordered();
    for (const type of ['card:confirm', 'card:reject', 'card:say', 'card'] as const) {
      await stage.press(ben, { type, reference }, 5n);
      expect(stage.telegram.notices.at(-1)).toContain('old message');
    }
    await stage.press(olga, { type: 'card:reject', reference }, 5n);
    stage.restart({ settings: { ...stage.deps.settings, adminIds: [] } });
    await stage.text(olga, 'no such money');
    expect(stage.confirmButton().type).toBe('confirm');
  });

  test('of somebody else takes no receipt', async () => {
    const { id } = await ordered();
    await stage.press(rita, { type: 'pay:check', paymentId: id }, 5n);
    expect(await stage.database.question.count()).toBe(0);
  });
});

describe('/held', () => {
  /** A charge of less money than agreed, held by its credit. */
  async function held(chargeId = `c-${'long'.repeat(40)}`): Promise<string> {
    const payload = await stage.invoiced(ben);
    await stage.deliver(stage.paidUpdate(ben, { payload, stars: 30, charge: chargeId }));
    await expect(stage.deps.payments.credit('stars', chargeId)).rejects.toThrow('held');
    return payload;
  }

  test('shows what waits and sends the admin’s decision to its payment', async () => {
    const payment = await held();
    await stage.text(olga, '/held');
    expect(last().labels[0]).toBe('30 Stars · ⭐ Telegram Stars · underpaid');
    const open = last().actions.find(({ type }) => type === 'held');
    if (open?.type !== 'held') throw new Error('no button');
    await stage.press(olga, open);
    expect(last().text).toContain(payment);
    expect(last().actions.map(({ type }) => type)).toEqual([
      ...['held:credit', 'held:credit_paid', 'held:return', 'held:dismiss'],
    ]);
    await stage.press(olga, { type: 'held:credit_paid', held: open.held });
    expect(last().text).toContain('Why?');
    expect(stage.engine.decisions).toEqual([]);
    await stage.text(olga, 'paid <less>');
    const [sent] = stage.engine.decisions;
    expect(sent).toMatchObject({
      target: payment,
      request: {
        decision: 'credit_paid',
        actor: String(olga.id),
        chargeId: expect.stringMatching(/^c-long/) as string,
        reason: 'paid <less>',
      },
    });
    await stage.text(olga, 'a red fox');
    expect(stage.engine.decisions).toHaveLength(1);
    expect(stage.confirmButton().type).toBe('confirm');
  });

  test('is for admins only, also by its buttons, and not for payments of their own', async () => {
    await held();
    await stage.text(olga, '/held');
    const open = last().actions.find(({ type }) => type === 'held');
    if (open?.type !== 'held') throw new Error('no button');
    await stage.press(ben, { type: 'held:credit', held: open.held });
    expect(stage.telegram.notices.at(-1)).toContain('old message');
    expect(await stage.database.question.count()).toBe(0);
    const adminIds = [String(ben.id)];
    stage.restart({ settings: { ...stage.deps.settings, adminIds } });
    await stage.press(ben, { type: 'held:credit', held: open.held });
    expect(stage.engine.decisions).toEqual([]);
    expect(stage.telegram.notices.at(-1)).toContain('your own payment');
    await stage.text(ben, 'because');
    expect(stage.engine.decisions).toEqual([]);
  });

  const button = async (type: `held:${'credit' | 'return' | 'dismiss'}`) => {
    await stage.text(olga, '/held');
    const open = last().actions.find((action) => action.type === 'held');
    if (open?.type !== 'held') throw new Error('no button');
    await stage.press(olga, { type, held: open.held });
  };

  test.each(['credit', 'return', 'dismiss'] as const)('%s waits for its reason', async (what) => {
    await held();
    await button(`held:${what}`);
    const update = stage.messageUpdate(olga, { text: 'seen at the bank' });
    stage.engine.down = true;
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    stage.engine.down = false;
    await stage.deliver(update);
    expect(stage.engine.decisions).toMatchObject([
      { request: { decision: what, reason: 'seen at the bank' } },
    ]);
  });

  test('is not decided by a message meant for something else', async () => {
    await held();
    await button('held:return');
    await stage.press(olga, { type: 'desk:cancel' });
    expect(last().text).toBe('Nothing was done.');
    await stage.text(olga, 'a red fox');
    await button('held:return');
    await stage.press(olga, { type: 'menu' });
    await stage.text(olga, 'a blue fox');
    await button('held:return');
    await stage.text(olga, '/balance');
    await stage.text(olga, 'a green fox');
    await button('held:return');
    await stage.text(olga, 'x'.repeat(501));
    expect(last().text).toContain('at most 500');
    expect(stage.engine.decisions).toEqual([]);
  });

  test('that another admin decided meanwhile says so', async () => {
    await held();
    await button('held:return');
    await stage.database.charge.updateMany({
      data: { decision: 'dismiss', decidedAt: new Date() },
    });
    await stage.text(olga, 'send it back');
    expect(stage.engine.decisions).toEqual([]);
    await stage.text(olga, 'a red fox');
    expect(stage.confirmButton().type).toBe('confirm');
  });
});

describe('/byhand', () => {
  test('lists money to return outside and tells the workflow that it is done', async () => {
    const { id, reference } = await ordered();
    await stage.text(olga, `/card confirm ${reference} 2.49 TR-3`);
    await stage.deps.payments.credit('card', 'TR-3');
    const request = { id: 'r1', actor: String(olga.id), reason: 'asked for it' };
    await stage.deps.payments.requestRefund({
      paymentId: id,
      request,
      admins: [String(olga.id)],
    });
    await stage.deps.payments.awaitHand(`${id}:r1`);
    await stage.text(olga, '/byhand');
    expect(last().text).toContain(`$2.49 · <code>${id}:r1</code>`);
    await stage.text(olga, `/byhand ${id}:r1 done transferred back`);
    expect(stage.engine.refunds.at(-1)).toMatchObject({
      target: id,
      request: { id: 'r1', done: true, reason: 'transferred back' },
    });
    await stage.text(olga, `/byhand ${id}:r1 perhaps`);
    expect(last().text).toContain('Usage');
  });
});
