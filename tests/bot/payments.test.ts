import { AppError } from '../../src/domain/errors';
import { anna, ben, olga, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

describe('buying', () => {
  test('offers the packs of the database and starts one payment per press', async () => {
    await stage.text(ben, '/buy');
    expect(stage.telegram.last().labels).toContain('25 tokens · ⭐ 35');
    const update = stage.pressUpdate(ben, { type: 'buy:pack', packTokens: '25' });
    await stage.deliver(update);
    await stage.deliver(update);
    const [[id, input] = []] = [...stage.engine.payments];
    expect(stage.engine.payments.size).toBe(1);
    expect(input).toMatchObject({ system: 'stars', packTokens: '25', expiryMs: 900_000 });
    const payment = await stage.deps.payments.get(id ?? '');
    expect(payment.price).toEqual({ amountMinor: 35n, currency: 'XTR' });
    expect(payment.personId).toBe(await stage.personId(ben));
  });

  test('completes once when Temporal was down in between', async () => {
    await stage.text(ben, '/buy');
    const update = stage.pressUpdate(ben, { type: 'buy:pack', packTokens: '10' });
    stage.engine.down = true;
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    stage.engine.down = false;
    await stage.deliver(update);
    expect(stage.engine.payments.size).toBe(1);
    expect(await stage.database.payment.count()).toBe(1);
  });

  test('shows the packs again when the pressed one is no longer sold', async () => {
    await stage.press(ben, { type: 'buy:pack', packTokens: '7' }, 5n);
    expect(stage.engine.payments.size).toBe(0);
    expect(stage.telegram.last().labels).toContain('10 tokens · ⭐ 15');
  });
});

describe('"I have paid"', () => {
  test('makes the payment look at its system, for its own buyer only', async () => {
    const paymentId = await stage.invoiced(ben);
    await stage.press(ben, { type: 'pay:check', paymentId }, 5n);
    expect(stage.engine.news).toEqual([paymentId]);
    await stage.text(anna, '/start');
    await stage.press(anna, { type: 'pay:check', paymentId }, 5n);
    await stage.press(ben, { type: 'pay:check', paymentId: 'p1-abc' }, 5n);
    expect(stage.engine.news).toEqual([paymentId]);
  });
});

describe('the question before the payment', () => {
  test('is answered with yes from the database while Temporal is down', async () => {
    const payload = await stage.invoiced(ben);
    stage.engine.down = true;
    await stage.deliver(stage.checkoutUpdate(ben, { payload, stars: 35 }));
    expect(stage.telegram.checkouts).toEqual([{ ok: true }]);
  });

  test.each([
    ['a wrong amount', { stars: 34 }, 'does not match'],
    ['another currency', { stars: 35, currency: 'EUR' }, 'does not match'],
    ['an unknown order', { stars: 35, payload: 'p1-abc' }, 'could not find'],
  ])('is answered with no for %s', async (_what, wrong, reason) => {
    const payload = await stage.invoiced(ben);
    await stage.deliver(stage.checkoutUpdate(ben, { payload, ...wrong }));
    const [answer] = stage.telegram.checkouts;
    expect(answer).toMatchObject({ ok: false });
    expect(JSON.stringify(answer)).toContain(reason);
  });

  test("is answered with no for somebody else's invoice, in the payer's language", async () => {
    const payload = await stage.invoiced(ben);
    await stage.deliver(stage.checkoutUpdate(anna, { payload, stars: 35 }));
    expect(JSON.stringify(stage.telegram.checkouts)).toContain('Платёж не совпадает');
  });

  test('is answered with no once the invoice has expired', async () => {
    const payload = await stage.invoiced(ben);
    await stage.deps.payments.expire(payload);
    await stage.deliver(stage.checkoutUpdate(ben, { payload, stars: 35 }));
    expect(JSON.stringify(stage.telegram.checkouts)).toContain('expired');
  });

  test.each([
    [
      ben,
      'This order is already paid, so nothing was charged again. Its tokens are on your balance',
    ],
    [anna, 'Этот заказ уже оплачен, второй раз ничего не списано. Токены уже на вашем балансе'],
  ])('is answered with no once the order is paid: nobody pays twice', async (payer, words) => {
    const payload = await stage.invoiced(payer);
    await stage.deliver(stage.paidUpdate(payer, { payload, stars: 35, charge: 'c1' }));
    await stage.deliver(stage.checkoutUpdate(payer, { payload, stars: 35 }));
    const [answer] = stage.telegram.checkouts;
    expect(answer).toMatchObject({ ok: false });
    expect(JSON.stringify(answer)).toContain(words);
    expect(JSON.stringify(answer)).toContain('/buy');
  });

  test.each(['expired', 'open'])(
    'that was answered too late is over, also for an %s invoice: no money moved',
    async (state) => {
      const payload = await stage.invoiced(ben);
      if (state === 'expired') await stage.deps.payments.expire(payload);
      const tooLate = new AppError('TELEGRAM_REFUSED', '400 Bad Request: query is too old');
      stage.telegram.failures.set('answerPreCheckout', [tooLate]);
      const update = stage.checkoutUpdate(ben, { payload, stars: 35 });
      expect(await stage.handle(update)).toBe('done');
      expect(stage.telegram.checkouts).toEqual([]);
    },
  );

  test('is answered with no for a banned person, and without counting against limits', async () => {
    const payload = await stage.invoiced(ben);
    const { settings } = stage.deps;
    stage.restart({
      settings: { ...settings, limits: { ...settings.limits, requestsPerMinute: 1 } },
    });
    for (let times = 0; times < 3; times += 1) {
      await stage.deliver(stage.checkoutUpdate(ben, { payload, stars: 35 }));
    }
    expect(stage.telegram.checkouts).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    await stage.deps.persons.ban(await stage.personId(ben), 'spam');
    await stage.deliver(stage.checkoutUpdate(ben, { payload, stars: 35 }));
    expect(stage.telegram.checkouts.at(-1)).toMatchObject({ ok: false });
  });
});

describe('money that came', () => {
  test('is stored once and told to its payment, however often the update comes', async () => {
    const payload = await stage.invoiced(ben);
    const update = stage.paidUpdate(ben, { payload, stars: 35, charge: 'c1' });
    await stage.deliver(update);
    await stage.deliver(update);
    const again = stage.paidUpdate(ben, { payload, stars: 35, charge: 'c1' });
    await stage.deliver(again);
    expect(await stage.database.charge.count()).toBe(1);
    expect(new Set(stage.engine.charges)).toEqual(new Set(['c1']));
    const [charge] = await stage.database.charge.findMany();
    expect(charge).toMatchObject({
      paymentId: payload,
      telegramId: BigInt(ben.id),
      amountMinor: 35n,
    });
  });

  test('is a second charge when an invoice is paid twice', async () => {
    const payload = await stage.invoiced(ben);
    await stage.deliver(stage.paidUpdate(ben, { payload, stars: 35, charge: 'c1' }));
    await stage.deliver(stage.paidUpdate(ben, { payload, stars: 35, charge: 'c2' }));
    expect(await stage.database.charge.count()).toBe(2);
    expect(stage.engine.charges).toEqual(['c1', 'c2']);
  });

  test('is stored before Temporal is asked, and told once it is back', async () => {
    const payload = await stage.invoiced(ben);
    const update = stage.paidUpdate(ben, { payload, stars: 35, charge: 'c1' });
    stage.engine.down = true;
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    expect(await stage.database.charge.count()).toBe(1);
    stage.engine.down = false;
    await stage.deliver(update);
    expect(stage.engine.charges).toEqual(['c1']);
  });

  test('is taken from banned people too', async () => {
    const payload = await stage.invoiced(ben);
    await stage.deps.persons.ban(await stage.personId(ben), 'spam');
    await stage.deliver(stage.paidUpdate(ben, { payload, stars: 35, charge: 'c1' }));
    expect(stage.engine.charges).toEqual(['c1']);
  });

  test('is kept and reported to the admins when it matches no order', async () => {
    await stage.text(olga, '/start');
    await stage.deliver(stage.paidUpdate(ben, { payload: 'lost', stars: 35, charge: 'c9' }));
    expect(await stage.database.charge.count()).toBe(1);
    const told = stage.telegram.said.find(
      ({ chatId, text }) => chatId === BigInt(olga.id) && text.includes('c9'),
    );
    expect(told?.text).toContain('matches no order');
    expect(stage.telegram.last().text).toContain('Your money is safe');
  });

  test('is never given up on, even when handling it is our own mistake', async () => {
    const payload = await stage.invoiced(ben);
    const broken = { recordCharge: () => Promise.reject(new RangeError('a mistake')) };
    stage.restart({ payments: { ...stage.deps.payments, ...broken } });
    const update = stage.paidUpdate(ben, { payload, stars: 35, charge: 'c1' });
    await expect(stage.handle(update)).rejects.toThrow('a mistake');
    stage.restart();
    await stage.deliver(update);
    expect(stage.engine.charges).toEqual(['c1']);
  });

  test('acknowledges the note about a refund without doing anything', async () => {
    const refunded = {
      refunded_payment: {
        currency: 'XTR',
        total_amount: 35,
        invoice_payload: 'x',
        telegram_payment_charge_id: 'c1',
      },
    };
    await stage.deliver(stage.messageUpdate(ben, refunded));
    expect(stage.telegram.said).toHaveLength(0);
  });
});

describe('questions about payments', () => {
  test('are explained, and passed on to the admins with what is known', async () => {
    await stage.text(olga, '/start');
    await stage.text(ben, '/paysupport');
    expect(stage.telegram.last().text).toContain('none yet');
    await stage.text(ben, '/paysupport where are my <tokens>?');
    const told = stage.telegram.said.find(
      ({ chatId, text }) => chatId === BigInt(olga.id) && text.includes('question'),
    );
    expect(told?.text).toContain('where are my &lt;tokens&gt;?');
    expect(told?.text).toContain(String(ben.id));
  });
});
