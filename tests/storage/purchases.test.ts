import { randomUUID } from 'node:crypto';
import { tokens } from '../../src/domain/tokens';
import { createPaymentStore } from '../../src/storage/payment-store';
import { createPromoStore } from '../../src/storage/promo-store';
import { createReferralStore } from '../../src/storage/referral-store';
import { codeOf, createWorld, later, together, type World } from './store-world';

let world: World;
let promos: ReturnType<typeof createPromoStore>;
let payments: ReturnType<typeof createPaymentStore>;
beforeAll(async () => {
  world = await createWorld();
  promos = createPromoStore(world.db);
  payments = createPaymentStore(world.db, { firstDepositPercent: 10n, referralPercent: 20n });
  await payments.seedPacks();
});
afterAll(() => world.close());
afterEach(() => world.assertSound());

type Buyer = Awaited<ReturnType<World['person']>>;

async function order(buyer: Buyer, id = `p-${randomUUID()}`, amount = 100n) {
  const shelf = { system: 'stars', currency: 'XTR' as const };
  const dates = { now: new Date(), expiresAt: later() };
  const wish = { ...shelf, ...dates, id, person: buyer, chatId: 5n, language: 'en' as const };
  return payments.order({ ...wish, amount: tokens(amount) });
}

async function choose(buyer: Buyer, kind: 'percent_off' | 'percent_extra', value = 50n) {
  const code = `P${randomUUID().slice(0, 8).toUpperCase()}`;
  const terms = { code, kind, value, limitOverall: 3, limitPerPerson: 1, expiresAt: null };
  await promos.create({ ...terms, actor: '900009', reason: 'spring' });
  await enter(buyer, code);
  return code;
}

const enter = (buyer: Buyer, code: string) =>
  promos.enter({ code, personId: buyer.id, requestId: randomUUID(), now: new Date() });

/** Pays it as Telegram would tell, and credits it. */
async function pay(buyer: Buyer, payment: Awaited<ReturnType<typeof order>>): Promise<string> {
  const chargeId = `c-${randomUUID()}`;
  await payments.recordCharge({
    ...payment.price,
    ...{ system: 'stars', chargeId, paymentId: payment.id, telegramId: buyer.telegramId },
  });
  await together(10, () => payments.credit('stars', chargeId));
  return chargeId;
}

const balance = (buyer: Buyer) => world.ledger.balance(buyer.id);

describe('an order', () => {
  test('made 50 times at once by one tap is one payment and one use of its code', async () => {
    const buyer = await world.person();
    await choose(buyer, 'percent_off');
    const id = `p-${randomUUID()}`;
    const made = await together(50, () => order(buyer, id));
    expect(new Set(made.map(({ price }) => price.amountMinor))).toEqual(new Set([60n]));
    expect(await world.db.promoRedemption.count({ where: { personId: buyer.id } })).toBe(1);
  });

  test('of two taps at once gives the code to one of them', async () => {
    const buyer = await world.person();
    await choose(buyer, 'percent_off');
    const made = await together(10, () => order(buyer));
    const prices = made.map(({ price }) => price.amountMinor).sort();
    expect(prices.filter((price) => price === 60n)).toHaveLength(1);
    expect(prices.filter((price) => price === 120n)).toHaveLength(9);
  });

  test('by a code with 3 uses left is cheaper for 3 of 20 people at once', async () => {
    const people = await together(20, () => world.person());
    const [first] = people;
    if (first === undefined) throw new Error('nobody');
    const code = await choose(first, 'percent_off');
    await Promise.all(people.map((person) => enter(person, code)));
    const made = await Promise.all(people.map((person) => order(person)));
    expect(made.filter(({ price }) => price.amountMinor === 60n)).toHaveLength(3);
  });

  test('frees its code when it expires unpaid, and holds it once it is paid', async () => {
    const buyer = await world.person();
    const code = await choose(buyer, 'percent_off');
    const dropped = await order(buyer);
    expect(await codeOf(enter(buyer, code))).toBe('PROMO_PENDING');
    await payments.expire(dropped.id);
    await enter(buyer, code);
    await pay(buyer, await order(buyer));
    expect(await codeOf(enter(buyer, code))).toBe('PROMO_USED');
  });

  test('paid after its code went to somebody else keeps its price, and counts beside the limit', async () => {
    const [late, other] = [await world.person(), await world.person()];
    const code = await choose(late, 'percent_off');
    await world.db.promoCode.update({ where: { code }, data: { limitOverall: 1 } });
    const dropped = await order(late);
    await payments.expire(dropped.id);
    await enter(other, code);
    await pay(other, await order(other));
    await pay(late, dropped);
    expect(await payments.get(dropped.id)).toMatchObject({
      status: 'paid',
      price: { amountMinor: 60n },
    });
    expect(await codeOf(enter(await world.person(), code))).toBe('PROMO_EXHAUSTED');
    expect(await codeOf(enter(late, code))).toBe('PROMO_USED');
  });

  test('of what is not on sale is refused, and nobody can take over its id', async () => {
    const buyer = await world.person();
    expect(await codeOf(order(buyer, 'p-odd', 7n))).toBe('NOT_FOUND');
    const { id } = await order(buyer);
    expect(await codeOf(order(await world.person(), id))).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('a credited charge', () => {
  async function referred() {
    const referrals = createReferralStore(world.db);
    const referrer = await world.person();
    const buyer = await world.person();
    const code = await referrals.codeOf(referrer.id);
    await referrals.refer({ code, friendId: buyer.id, now: new Date() });
    return { referrer, buyer };
  }

  test('brings the bonuses of its buyer and of who referred the buyer, once', async () => {
    const { referrer, buyer } = await referred();
    await choose(buyer, 'percent_extra');
    await pay(buyer, await order(buyer));
    // 100 bought, 10 for the first purchase, 50 by the code.
    expect(await balance(buyer)).toMatchObject({ available: 160n });
    expect(await balance(referrer)).toMatchObject({ available: 20n });
    await pay(buyer, await order(buyer));
    expect(await balance(buyer)).toMatchObject({ available: 260n });
    expect(await balance(referrer)).toMatchObject({ available: 40n });
  });

  test('takes its bonuses with it when it is refunded, and gives them back when that fails', async () => {
    const { referrer, buyer } = await referred();
    const payment = await order(buyer);
    await pay(buyer, payment);
    const refund = (id: string, amount?: string) =>
      payments.requestRefund({
        paymentId: payment.id,
        request: { id, actor: '900009', reason: 'asked', ...(amount && { amount }) },
        admins: ['900009'],
        inParts: true,
      });
    await together(10, () => refund('half', '60'));
    expect(await balance(buyer)).toMatchObject({ available: 55n });
    expect(await balance(referrer)).toMatchObject({ available: 10n });
    await refund('rest');
    expect(await balance(buyer)).toMatchObject({ available: 0n, debt: 0n });
    expect(await balance(referrer)).toMatchObject({ available: 0n });
    await payments.putBackRefund(`${payment.id}:rest`);
    await payments.putBackRefund(`${payment.id}:rest`);
    expect(await balance(buyer)).toMatchObject({ available: 55n });
    expect(await balance(referrer)).toMatchObject({ available: 10n });
  });
});
