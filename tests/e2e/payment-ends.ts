/**
 * The rest of the matrix, by `npm run walk`: what takes longer than a test may, on an Easel with a short
 * patience. An invoice waits for a minute, a paid payment stays open for half of one.
 */
/* eslint-disable jest/no-export -- a part of payment-systems.test.ts, which runs it by command */
import { waitUntil } from '../../src/local/waiting';
import { patienceMs, type ChatRoom } from './chat-room';
import { PayPage } from './pay-page';
import { afterFirstPack, atFirst, income, PaymentWalk, ways, type Way } from './payment-walk';

const settings = { INVOICE_EXPIRY_SECONDS: '60', REFUND_WINDOW_SECONDS: '30' };

export function describePaymentEnds(): void {
  describe('by command', () => {
    let walk: PaymentWalk;

    beforeAll(async () => {
      walk = await PaymentWalk.begin(settings);
    });

    afterEach(() => walk.rest());

    afterAll(() => walk.end());

    describeTakenBack(
      () => walk,
      () => {
        describeLate(() => walk);
        describeOdd(() => walk);
      },
    );
  });
}

/** The reconciliation leaves young money to its payment for ten minutes; the other tests fill them. */
const leftAloneMs = 10.5 * 60_000;

function describeTakenBack(walkOf: () => PaymentWalk, meanwhile: () => void): void {
  let buyer: ChatRoom;
  let takenAt: number;

  test('stars: taken back by a shop, and nobody says so', async () => {
    const walk = walkOf();
    buyer = await walk.newcomer({ name: 'Tom', language: 'en', stars: 500 });
    await buyer.buy(/^10 tokens/);
    await buyer.hears('the payment has arrived');
    await walk.takeStarsBack(buyer);
    takenAt = performance.now();
    await buyer.walletShows(500);
    const sold = { tokens: 21n, money: { clearing: 15n, revenue: -15n } };
    expect(await walk.ledger(buyer, sold)).toEqual(sold);
  });

  meanwhile();

  test('stars: that they are gone stands in the list, so the tokens go too', async () => {
    const walk = walkOf();
    await new Promise((resolve) => setTimeout(resolve, takenAt + leftAloneMs - performance.now()));
    await walk.reconcile();
    await walk.adminReads(buyer, 'Возврат сделан в самой платёжной системе');
    const returned = { tokens: atFirst, money: { revenue: -15n, refunds: 15n } };
    expect(await walk.ledger(buyer, returned)).toEqual(returned);
  }, 900_000);
}

function describeLate(walkOf: () => PaymentWalk): void {
  test('yoomoney: not paid in time it is over; paid after that it is credited', async () => {
    const walk = walkOf();
    const { buyer, page } = await walk.shop('Lea', 'yoomoney');
    await over(buyer);
    expect(await walk.ledger(buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });

    await page.press('pay');
    await buyer.hears('the payment has arrived');
    const money = income('yoomoney', ways.yoomoney.price);
    const late = { tokens: afterFirstPack, money };
    expect(await walk.ledger(buyer, late)).toEqual(late);
  });

  test('cryptobot: not paid in time it is over, at its own page too', async () => {
    const walk = walkOf();
    const { buyer, page } = await walk.shop('Max', 'cryptobot');
    await over(buyer);
    // Easel took the invoice back, and CryptoBot forgets such a one.
    await page.page.reload();
    expect(await page.page.locator('main').innerText()).toContain('There is no such payment');
    expect(await walk.ledger(buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });
  });

  test('heleket: called off it is over', async () => {
    const walk = walkOf();
    const { buyer, page } = await walk.shop('Ned', 'heleket');
    await page.press('expire');
    await over(buyer);
    expect(await walk.ledger(buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });
  });

  test.each(['yookassa', 'cryptobot', 'heleket', 'stripe'] as const)(
    '%s: a refund after the window starts the payment again',
    async (way) => {
      const walk = walkOf();
      const { buyer, page } = await walk.sold('Oda', way);
      const operator = await walk.operator(buyer);
      const hasEnded = async () => (await operator.status()) === 'COMPLETED';
      expect(await waitUntil(hasEnded, 2 * patienceMs)).toBe(true);

      await walk.admin.say(`/refund ${await walk.paymentOf(buyer)} all months later`);
      await buyer.hears('Your payment was refunded');
      if (way !== 'cryptobot') await page.shows('refunded');
      const { price } = ways[way];
      const returned = { tokens: atFirst, money: income(way, price, price) };
      expect(await walk.ledger(buyer, returned)).toEqual(returned);
    },
  );
}

function describeOdd(walkOf: () => PaymentWalk): void {
  test.each(['cryptobot', 'heleket'] as const)(
    '%s: paid in two tabs is one payment',
    async (way) => {
      const walk = walkOf();
      const { buyer, page } = await walk.shop('Pia', way);
      const second = await PayPage.open(buyer);
      await page.press('pay');
      await second.press('pay');
      expect(await second.refusal()).toContain('cannot be done now');
      await buyer.hears('the payment has arrived');
      expect(await walk.ledger(buyer, paidOnce(way))).toEqual(paidOnce(way));
    },
  );

  test.each(['yoomoney', 'heleket'] as const)(
    '%s: paid over is held, and credited',
    async (way) => {
      const walk = walkOf();
      const { buyer, page } = await walk.shop('Ray', way);
      await page.press('overpay');
      await buyer.hears('Your payment is being checked');
      await walk.adminDecides(buyer, /Зачислить весь заказ/);
      await buyer.hears('the payment has arrived');
      const paid = (ways[way].price * 3n) / 2n;
      const credited = { tokens: afterFirstPack, money: income(way, paid) };
      expect(await walk.ledger(buyer, credited)).toEqual(credited);
    },
  );

  test('card: what stands at the bank is less, so it is credited in part', async () => {
    const walk = walkOf();
    const { buyer, reference } = await walk.transfer('Sam');
    await walk.confirms(reference, '1.25 BANK-2');
    await buyer.hears('Your payment is being checked');
    await walk.adminDecides(buyer, /Зачислить на то, что оплачено/);
    await buyer.hears('the payment has arrived');
    const part = { tokens: 65n, money: income('card', 125n) };
    expect(await walk.ledger(buyer, part)).toEqual(part);
  });

  test('card: a transfer that never came is refused with its reason', async () => {
    const walk = walkOf();
    const { buyer, reference } = await walk.transfer('Una');
    await walk.admin.say(`/card reject ${reference} nothing at the bank`);
    expect(await (await buyer.hears('was not confirmed')).innerText()).toContain(
      'nothing at the bank',
    );
    expect(await walk.ledger(buyer, { tokens: atFirst })).toEqual({ tokens: atFirst });
  });
}

const paidOnce = (way: Way) => ({ tokens: afterFirstPack, money: income(way, ways[way].price) });

async function over(buyer: ChatRoom): Promise<void> {
  const told = buyer.messages('The invoice has expired');
  await told.waitFor({ timeout: 2 * patienceMs });
}
