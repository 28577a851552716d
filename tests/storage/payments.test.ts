import { randomUUID } from 'node:crypto';
import { tokens } from '../../src/domain/tokens';
import type { PaymentReport } from '../../src/domain/charge';
import type { RefundRequest } from '../../src/domain/refund';
import type { Payment } from '../../src/storage/payment-store';
import { codeOf, createWorld, later, together, type World } from './store-world';

const admins = ['900009'];

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());
afterEach(() => world.assertSound());

type Buyer = Awaited<ReturnType<World['person']>>;

/** A pack of 10 tokens for 15 Stars, on offer. */
async function offer(buyer: Buyer, expiresAt = later()): Promise<Payment> {
  return world.payments.create({
    id: `p-${randomUUID()}`,
    person: buyer,
    chatId: 5n,
    language: 'en',
    system: 'stars',
    pack: { packTokens: tokens(10n), price: { amountMinor: 15n, currency: 'XTR' } },
    expiresAt,
  });
}

async function charge(payment: Payment, buyer: Buyer, amountMinor = 15n): Promise<string> {
  const chargeId = `c-${randomUUID()}`;
  await world.payments.recordCharge({
    system: 'stars',
    chargeId,
    paymentId: payment.id,
    telegramId: buyer.telegramId,
    currency: 'XTR',
    amountMinor,
  });
  return chargeId;
}

/** A buyer with a paid and credited pack. */
async function paid(available = 0n) {
  const buyer = await world.person(available);
  const payment = await offer(buyer);
  const chargeId = await charge(payment, buyer);
  await world.payments.credit('stars', chargeId);
  return { buyer, payment, chargeId };
}

function refund(payment: Payment, request: Partial<RefundRequest> = {}) {
  return world.payments.requestRefund({
    paymentId: payment.id,
    request: { id: 'r1', actor: '900009', reason: 'asked for it', ...request },
    admins,
  });
}

async function spend(buyer: Buyer, amount: bigint) {
  const movement = { personId: buyer.id, amount: tokens(amount), key: randomUUID() };
  await world.ledger.debit({ ...movement, operation: 'debit', reference: 'spree' });
}

const balance = (buyer: Buyer) => world.ledger.balance(buyer.id);

describe('pre-checkout', () => {
  test('says yes only to the right person, price and moment', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    const asked = {
      paymentId: payment.id,
      telegramId: buyer.telegramId,
      currency: 'XTR',
      amountMinor: 15n,
    };
    const ask = (change: Partial<typeof asked> = {}) =>
      world.payments.checkForPreCheckout({ ...asked, ...change });
    expect(await ask()).toBe('ok');
    expect(await ask({ paymentId: 'nothing' })).toBe('NOT_FOUND');
    expect(await ask({ telegramId: buyer.telegramId + 1n })).toBe('PAYMENT_MISMATCH');
    expect(await ask({ amountMinor: 14n })).toBe('PAYMENT_MISMATCH');
    expect(await ask({ currency: 'USD' })).toBe('PAYMENT_MISMATCH');
    await world.persons.ban(buyer.id, 'abuse');
    expect(await ask()).toBe('BANNED');
    await world.persons.unban(buyer.id);
    await world.payments.expire(payment.id);
    expect(await ask()).toBe('PAYMENT_EXPIRED');
    const late = await offer(buyer, new Date(Date.now() - 1));
    expect(await ask({ paymentId: late.id })).toBe('PAYMENT_EXPIRED');
  });

  test('says no to a second payment of one order, also while the first is being credited', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    const { price, id: paymentId } = payment;
    const ask = () =>
      world.payments.checkForPreCheckout({ paymentId, telegramId: buyer.telegramId, ...price });
    const first = await charge(payment, buyer);
    expect(await ask()).toBe('PAYMENT_PAID_ALREADY');
    await world.payments.credit('stars', first);
    expect(await ask()).toBe('PAYMENT_PAID_ALREADY');
    // Two questions at once are both answered with yes: the money of the second is good as well.
    const second = await charge(payment, buyer);
    await world.payments.credit('stars', second);
    expect(await balance(buyer)).toMatchObject({ available: 20n });
  });

  test('says that the invoice is over, not that its tokens are there, once it was refunded', async () => {
    const { buyer, payment } = await paid();
    await refund(payment);
    await world.payments.settleRefund(`${payment.id}:r1`);
    const asked = { paymentId: payment.id, telegramId: buyer.telegramId, ...payment.price };
    expect(await world.payments.checkForPreCheckout(asked)).toBe('PAYMENT_EXPIRED');
  });
});

describe('a charge', () => {
  test('announced and credited a hundred times at once is credited once', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    const announced = { system: 'stars', chargeId: `c-${randomUUID()}` };
    const answers = await together(100, async () => {
      const { isNew } = await world.payments.recordCharge({
        ...announced,
        paymentId: payment.id,
        telegramId: buyer.telegramId,
        currency: 'XTR',
        amountMinor: 15n,
      });
      return { isNew, ...(await world.payments.credit('stars', announced.chargeId)) };
    });
    expect(answers.filter((answer) => answer.isNew)).toHaveLength(1);
    expect(answers.filter((answer) => answer.credited)).toHaveLength(1);
    expect(await balance(buyer)).toMatchObject({ available: 10n });
    expect((await world.payments.get(payment.id)).status).toBe('paid');
  });

  test('that is the second on one invoice is credited too', async () => {
    const { buyer, payment } = await paid();
    const second = await charge(payment, buyer);
    expect(await world.payments.credit('stars', second)).toMatchObject({ balance: 20n });
  });

  test('that comes after the payment expired is credited all the same', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    expect(await world.payments.expire(payment.id)).toBe(true);
    const chargeId = await charge(payment, buyer);
    expect(await world.payments.credit('stars', chargeId)).toMatchObject({ credited: true });
    expect((await world.payments.get(payment.id)).status).toBe('paid');
  });

  test('stored before the expiry stops the expiry', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    await charge(payment, buyer);
    expect(await world.payments.expire(payment.id)).toBe(false);
  });

  test('of another amount is held: stored, reported, credited to nobody', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    const chargeId = await charge(payment, buyer, 14n);
    expect(await codeOf(world.payments.credit('stars', chargeId))).toBe('PAYMENT_MISMATCH');
    expect(await balance(buyer)).toMatchObject({ available: 0n });
    const open = await world.payments.uncreditedCharges(100, later());
    expect(open.map((found) => found.chargeId)).not.toContain(chargeId);
  });

  test('for a payment nobody knows is stored and held', async () => {
    const chargeId = `c-${randomUUID()}`;
    const stranger = { telegramId: 1n, currency: 'XTR', amountMinor: 15n };
    const named = { system: 'stars', chargeId, paymentId: 'lost', ...stranger };
    expect(await world.payments.recordCharge(named)).toEqual({ isNew: true });
    expect(await codeOf(world.payments.credit('stars', chargeId))).toBe('PAYMENT_MISMATCH');
  });

  test('whose signal got lost is found until it is credited', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    const chargeId = await charge(payment, buyer);
    const find = async (before?: Date) =>
      (await world.payments.uncreditedCharges(100, before)).filter(
        (found) => found.chargeId === chargeId,
      );
    expect(await find(later())).toMatchObject([{ payment: { id: payment.id } }]);
    // Its own signal is still on the way.
    expect(await find()).toEqual([]);
    await world.payments.credit('stars', chargeId);
    expect(await find(later())).toEqual([]);
  });
});

describe('a refund', () => {
  test('of unspent tokens takes them back and is settled once the money is back', async () => {
    const { buyer, payment, chargeId } = await paid(3n);
    const refundId = `${payment.id}:r1`;
    expect(await refund(payment)).toEqual({
      outcome: 'clawed_back',
      refundId,
      system: 'stars',
      chargeId,
      telegramId: buyer.telegramId,
      tokens: 10n,
      debtTokens: 0n,
    });
    expect(await balance(buyer)).toMatchObject({ available: 3n, debt: 0n });
    await together(5, () => world.payments.settleRefund(refundId));
    expect(await refund(payment)).toMatchObject({ outcome: 'settled' });
    expect(await world.payments.getRefund(refundId)).toMatchObject({ status: 'settled' });
    const audit = await world.db.auditEntry.findMany({
      where: { target: `payment:${payment.id}` },
      orderBy: { id: 'asc' },
    });
    expect(audit).toMatchObject([
      { actor: '900009', action: 'refund_payment', outcome: 'clawed_back' },
      { actor: '900009', action: 'refund_payment', outcome: 'settled' },
    ]);
  });

  test('of spent tokens is refused unless forced, and then the rest is debt', async () => {
    const { buyer, payment } = await paid();
    await spend(buyer, 7n);
    const refused = { outcome: 'refused', code: 'REFUND_TOKENS_SPENT' };
    expect(await refund(payment)).toMatchObject(refused);
    expect(await balance(buyer)).toEqual({ available: 3n, held: 0n, debt: 0n });
    // The same id keeps its first answer; a new one may be forced.
    expect(await refund(payment, { force: true })).toMatchObject(refused);
    expect(await refund(payment, { id: 'r2', force: true })).toMatchObject({
      outcome: 'clawed_back',
      tokens: 3n,
      debtTokens: 7n,
    });
    expect(await balance(buyer)).toEqual({ available: 0n, held: 0n, debt: 7n });
  });

  test('that the payment system refuses is put back as it was, once', async () => {
    const { buyer, payment } = await paid();
    await spend(buyer, 7n);
    await refund(payment, { force: true });
    await together(8, () => world.payments.putBackRefund(`${payment.id}:r1`));
    expect(await balance(buyer)).toEqual({ available: 3n, held: 0n, debt: 0n });
    expect(await refund(payment)).toMatchObject({ outcome: 'put_back' });
    expect(await refund(payment, { id: 'r2', force: true })).toMatchObject({
      outcome: 'clawed_back',
    });
  });

  test.each([
    ['an actor who is no admin', { actor: '1' }, 'REFUND_ACTOR_UNKNOWN'],
    ['a part of the Stars', { amount: '14' }, 'REFUND_AMOUNT_INVALID'],
    ['more than was paid', { amount: '16' }, 'REFUND_AMOUNT_INVALID'],
    ['a charge that is not there', { chargeId: 'other' }, 'NOT_FOUND'],
  ])('asked with %s is refused, kept and audited', async (_, request, code) => {
    const { buyer, payment } = await paid();
    const refused = { outcome: 'refused', code, refundId: `${payment.id}:r1` };
    expect(await refund(payment, request)).toEqual(refused);
    expect(await refund(payment)).toEqual(refused);
    expect(await balance(buyer)).toMatchObject({ available: 10n });
    const kept = await world.db.refund.findUniqueOrThrow({ where: { id: refused.refundId } });
    expect(kept).toMatchObject({ status: 'refused', failureCode: code });
    expect(
      await world.db.auditEntry.findMany({ where: { target: `payment:${payment.id}` } }),
    ).toMatchObject([{ outcome: code }]);
  });

  test('of a payment without money is refused', async () => {
    const payment = await offer(await world.person());
    expect(await refund(payment)).toMatchObject({ code: 'REFUND_NOTHING_PAID' });
  });

  test('of one charge by twenty racing requests happens once', async () => {
    const { buyer, payment, chargeId } = await paid(10n);
    const answers = await together(20, (index) => refund(payment, { id: `r${index}`, chargeId }));
    expect(answers.filter((answer) => answer.outcome === 'clawed_back')).toHaveLength(1);
    const codes = answers.flatMap((answer) => ('code' in answer ? [answer.code] : []));
    expect(codes).toEqual(Array(19).fill('REFUND_ALREADY_DONE'));
    expect(await balance(buyer)).toMatchObject({ available: 10n });
  });

  test('sent twenty times with one id happens once', async () => {
    const { buyer, payment } = await paid(10n);
    const answers = await together(20, () => refund(payment));
    expect(new Set(answers.map((answer) => answer.outcome))).toEqual(new Set(['clawed_back']));
    expect(await balance(buyer)).toMatchObject({ available: 10n });
  });

  test('without a charge id takes the oldest charge not refunded yet', async () => {
    const { buyer, payment, chargeId } = await paid();
    const second = await charge(payment, buyer);
    await world.payments.credit('stars', second);
    expect(await refund(payment)).toMatchObject({ chargeId });
    expect(await refund(payment, { id: 'r2' })).toMatchObject({ chargeId: second });
    expect(await refund(payment, { id: 'r3' })).toMatchObject({ code: 'REFUND_ALREADY_DONE' });
    expect(await balance(buyer)).toMatchObject({ available: 0n });
  });

  test('that comes before the credit leaves nothing to credit', async () => {
    const buyer = await world.person();
    const payment = await offer(buyer);
    const chargeId = await charge(payment, buyer);
    expect(await refund(payment)).toMatchObject({ outcome: 'clawed_back', tokens: 0n });
    expect(await world.payments.credit('stars', chargeId)).toMatchObject({ credited: false });
    expect(await balance(buyer)).toMatchObject({ available: 0n });
  });

  test('and a credit racing for one charge never leave both tokens and money', async () => {
    for (let round = 0; round < 10; round += 1) {
      const buyer = await world.person();
      const payment = await offer(buyer);
      const chargeId = await charge(payment, buyer);
      await Promise.all([world.payments.credit('stars', chargeId), refund(payment)]);
      expect(await balance(buyer)).toEqual({ available: 0n, held: 0n, debt: 0n });
    }
  });
});

test('packs are seeded once and the price an owner set stays', async () => {
  await world.payments.seedPacks();
  await world.db.pack.updateMany({ where: { packTokens: 25n }, data: { amountMinor: 30n } });
  await world.payments.seedPacks();
  const { packs } = await world.payments.shelf({ system: 'stars', currency: 'XTR' });
  expect(packs.map((pack) => pack.packTokens)).toEqual([10n, 25n, 50n, 100n, 200n]);
  expect(packs[1]?.price).toEqual({ amountMinor: 30n, currency: 'XTR' });
});

test('a payment made twice is one payment, and nobody can take over the id', async () => {
  const buyer = await world.person();
  const payment = await offer(buyer);
  const again = {
    id: payment.id,
    chatId: 5n,
    language: 'en',
    system: 'stars',
    pack: { packTokens: tokens(200n), price: { amountMinor: 1n, currency: 'XTR' } },
    expiresAt: later(),
  } as const;
  expect(await world.payments.create({ ...again, person: buyer })).toEqual(payment);
  const other = await world.person();
  expect(await codeOf(world.payments.create({ ...again, person: other }))).toBe(
    'IDEMPOTENCY_CONFLICT',
  );
});

test.each(['nameReturn', 'settleRefund'] as const)(
  'the news of a refund and its own answer do not wait for each other in a circle (%s)',
  async (step) => {
    const { payment, chargeId } = await paid();
    await refund(payment);
    const refundId = `${payment.id}:r1`;
    const amount = { amountMinor: 15n, currency: 'XTR' as const };
    const at = new Date();
    const report: PaymentReport = {
      state: 'closed',
      charges: [{ chargeId, paid: amount, at }],
      refunds: [
        { systemRefundId: chargeId, chargeId, amount, at, reference: refundId, status: 'refunded' },
      ],
    };
    const waiting = async (count: number) => {
      for (;;) {
        const [row] = await world.db.$queryRaw<{ count: bigint }[]>`
          SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        if (row?.count === BigInt(count)) return;
      }
    };
    const steps = {
      nameReturn: () => world.payments.nameReturn(refundId, chargeId),
      settleRefund: () => world.payments.settleRefund(refundId),
    };
    let both: Promise<unknown[]> = Promise.resolve([]);
    // Somebody holds the refund until both have come, so that they meet for certain.
    await world.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM refunds WHERE id = ${refundId} FOR UPDATE`;
      const first = steps[step]();
      await waiting(1);
      both = Promise.all([first, world.payments.observe(payment.id, report)]);
      both.catch(() => undefined);
      await waiting(2);
    });
    await expect(both).resolves.toHaveLength(2);
    await world.payments.settleRefund(refundId);
  },
);
