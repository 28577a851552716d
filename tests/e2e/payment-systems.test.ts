/**
 * Every payment system outside the chat, used as people use it: the chat, the system's page in a second
 * tab, the admin's chat, the Temporal Web UI; and the ledger after each deed.
 */
import type { ChatRoom } from './chat-room';
import { PayPage } from './pay-page';
import { describePaymentEnds } from './payment-ends';
import { afterFirstPack, atFirst, income, PaymentWalk, ways, within } from './payment-walk';

let walk: PaymentWalk;

/** Both of the systems with all of it only by `npm run walk`: a browser takes its time for each. */
const isWhole = process.env['EASEL_WALK'] === 'all';
const whole = isWhole ? (['yookassa', 'stripe'] as const) : (['yookassa'] as const);

jest.setTimeout(240_000);

async function refundByHand(buyer: ChatRoom): Promise<string> {
  return within(await walk.adminReads(buyer, 'Верните эти деньги вручную'), /Возврат: (\S+)/);
}

describe('people, admins and operators', () => {
  beforeAll(async () => {
    walk = await PaymentWalk.begin();
  });

  afterEach(() => walk.rest());

  afterAll(() => walk.end());

  describe.each(whole)('%s', (way) => {
    const { price, fee } = ways[way];
    const paid = { tokens: afterFirstPack, money: income(way, price) };
    const returned = { tokens: atFirst, money: income(way, price, price) };

    test('paid in two tabs at once is one payment; it goes back in parts, and no further', async () => {
      const { buyer, page } = await walk.shop('Ann', way);
      expect(await walk.ledger(buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });
      const second = await PayPage.open(buyer);

      await page.press('pay');
      await second.press('pay');
      expect(await second.refusal()).toContain('cannot be done now');
      expect(await (await buyer.hears('the payment has arrived')).innerText()).toContain(
        'Balance: 120 tokens',
      );
      await buyer.press('✅ I have paid');
      await buyer.page.getByText('This payment has arrived already').waitFor();
      expect(await walk.ledger(buyer, paid)).toEqual(paid);

      const operator = await walk.operator(buyer);
      const half = price / 2n;
      const refund = (id: string, amount?: bigint) =>
        operator.signal({
          name: 'refund',
          input: walk.signalOf(id, { amount: amount?.toString() }),
        });
      await refund('half', half);
      await buyer.hears('A part of your payment was refunded');
      await page.shows('partRefunded');
      const halved = { tokens: 65n, money: income(way, price, half) };
      expect(await walk.ledger(buyer, halved)).toEqual(halved);
      await refund('much', price);
      await operator.showsDetails('much: refused REFUND_AMOUNT_INVALID');
      await refund('rest');
      await buyer.hears('payment was refunded', { times: 2 });
      await page.shows('refunded');
      await refund('again');
      await operator.showsDetails('again: refused REFUND_ALREADY_DONE');
      expect(await walk.ledger(buyer, returned)).toEqual(returned);
    });

    test('money that differs waits for the admin, who credits or returns it', async () => {
      const less = await walk.shop('Bob', way);
      await less.page.press('underpay');
      await less.buyer.hears('Your payment is being checked');
      await walk.adminReads(less.buyer, 'Заплачено меньше');
      const half = price / 2n;
      const held = {
        tokens: atFirst,
        money: { clearing: half - fee(half), fees: fee(half), held: -half },
      };
      expect(await walk.ledger(less.buyer, held)).toEqual(held);
      await walk.adminDecides(less.buyer, /Зачислить на то, что оплачено/);
      const worth = (100n * half) / price;
      expect(await (await less.buyer.hears('the payment has arrived')).innerText()).toContain(
        `Added: ${worth} tokens`,
      );
      const part = {
        tokens: atFirst + worth + worth / 10n,
        money: income(way, half),
      };
      expect(await walk.ledger(less.buyer, part)).toEqual(part);

      const more = await walk.shop('Cid', way);
      await more.page.press('overpay');
      await more.buyer.hears('Your payment is being checked');
      const chargeId = within(
        await walk.adminReads(more.buyer, 'Заплачено больше'),
        /Списание: (\S+)/,
      );
      const operator = await walk.operator(more.buyer);
      const input = walk.signalOf('d1', { chargeId, decision: 'return' });
      await operator.signal({ name: 'decide', input });
      await more.buyer.hears('Your payment was refunded');
      await more.page.shows('refunded');
      const fees = fee((price * 3n) / 2n);
      const sentBack = { tokens: atFirst, money: { clearing: -fees, fees } };
      expect(await walk.ledger(more.buyer, sentBack)).toEqual(sentBack);
    });

    test('never paid is over; a slow payment is credited once its money came', async () => {
      const never = await walk.shop('Dan', way);
      await never.page.press('expire');
      await never.buyer.hears('The invoice has expired');
      await never.page.shows('closed');
      expect(await never.page.isIdle()).toBe(true);
      expect(await walk.ledger(never.buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });

      const slow = await walk.shop('Eli', way);
      await slow.page.press(way === 'stripe' ? 'payLater' : 'secure');
      await slow.page.shows('processing');
      expect(await walk.ledger(slow.buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });
      await slow.page.press(way === 'stripe' ? 'confirm' : 'enterCode');
      await slow.buyer.hears('the payment has arrived');
      expect(await walk.ledger(slow.buyer, paid)).toEqual(paid);
    });

    test('a refund in the cabinet is noticed and booked', async () => {
      const { buyer, page } = await walk.sold('Eve', way);
      await page.press('refund');
      await buyer.hears('Your payment was refunded');
      await walk.adminReads(buyer, 'Возврат сделан в самой платёжной системе');
      expect(await walk.ledger(buyer, returned)).toEqual(returned);
    });
  });

  test('cryptobot: paid in coins, returned in parts by the admin in the chat', async () => {
    const { buyer, page } = await walk.sold('Fay', 'cryptobot');
    const { price } = ways.cryptobot;
    await page.shows('paid');
    const whole = { tokens: afterFirstPack, money: income('cryptobot', price) };
    expect(await walk.ledger(buyer, whole)).toEqual(whole);
    const id = await walk.paymentOf(buyer);

    await walk.admin.say(`/refund ${id} 100 half of it was of no use`);
    await buyer.hears('A part of your payment was refunded');
    await walk.admin.say(`/refund ${id} all the rest, too`);
    await buyer.hears('payment was refunded', { times: 2 });
    await walk.admin.say(`/refund ${id} all once more`);
    await walk.adminReads(buyer, 'Всё это уже возвращено');
    const returned = { tokens: atFirst, money: income('cryptobot', price, price) };
    expect(await walk.ledger(buyer, returned)).toEqual(returned);
  });

  test('heleket: money short of the price waits; good money goes back whole or not at all', async () => {
    const short = await walk.shop('Gil', 'heleket');
    await short.page.press('underpay');
    await short.page.press('expire');
    await short.buyer.hears('Your payment is being checked');

    const { buyer, page } = await walk.sold('Hal', 'heleket');
    const { price } = ways.heleket;
    await walk.admin.say(`/refund ${await walk.paymentOf(buyer)} 100 a part`);
    await walk.adminReads(buyer, 'возвращается только целиком');
    const whole = { tokens: afterFirstPack, money: income('heleket', price) };
    expect(await walk.ledger(buyer, whole)).toEqual(whole);
    await page.press('refund');
    await buyer.hears('Your payment was refunded');
    await walk.adminReads(buyer, 'Возврат сделан в самой платёжной системе');
    const returned = { tokens: atFirst, money: income('heleket', price, price) };
    expect(await walk.ledger(buyer, returned)).toEqual(returned);
  });

  test('yoomoney: paid twice by one link is credited twice; the admin returns it by hand', async () => {
    const { buyer, page } = await walk.sold('Jan', 'yoomoney');
    const { price } = ways.yoomoney;
    await page.press('payTwice');
    await buyer.hears('the payment has arrived', { times: 2 });
    const twice = { tokens: 220n, money: income('yoomoney', 2n * price) };
    expect(await walk.ledger(buyer, twice)).toEqual(twice);

    const id = await walk.paymentOf(buyer);
    await walk.admin.say(`/refund ${id} all one was enough`);
    await walk.admin.say(`/byhand ${await refundByHand(buyer)} done sent back in the wallet`);
    await buyer.hears('Your payment was refunded');
    const once = { tokens: 110n, money: income('yoomoney', 2n * price, price) };
    expect(await walk.ledger(buyer, once)).toEqual(once);
  });

  test('a bank transfer: the receipt goes to the admin, whose word credits it once', async () => {
    const { buyer, reference } = await walk.transfer('Kay');
    expect(await walk.ledger(buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });

    const { price } = ways.card;
    await walk.confirms(reference, '2.49 BANK-1');
    await buyer.hears('the payment has arrived');
    await walk.admin.say(`/card confirm ${reference} 2.49 BANK-1`);
    const whole = { tokens: afterFirstPack, money: income('card', price) };
    expect(await walk.ledger(buyer, whole)).toEqual(whole);

    const id = await walk.paymentOf(buyer);
    await walk.admin.say(`/refund ${id} all changed their mind`);
    await walk.admin.say(`/byhand ${await refundByHand(buyer)} done sent back from the bank`);
    await buyer.hears('Your payment was refunded');
    const returned = { tokens: atFirst, money: income('card', price, price) };
    expect(await walk.ledger(buyer, returned)).toEqual(returned);
  });
});

if (isWhole) describePaymentEnds();
