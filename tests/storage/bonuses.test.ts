import { randomUUID } from 'node:crypto';
import type { PromoTerms } from '../../src/domain/promo';
import { tokens } from '../../src/domain/tokens';
import { createAuditStore } from '../../src/storage/audit-store';
import { createDailyRewardStore } from '../../src/storage/daily-reward-store';
import {
  grantDepositBonuses,
  putBackDepositBonuses,
  takeBackDepositBonuses,
} from '../../src/storage/deposit-bonuses';
import { createLedgerStore } from '../../src/storage/ledger-store';
import { createPaymentStore } from '../../src/storage/payment-store';
import { createPromoStore } from '../../src/storage/promo-store';
import { createReferralStore } from '../../src/storage/referral-store';
import { codeOf, createWorld, later, together, type World } from './store-world';

const TAPS = 50;
const rewards = [1n, 1n, 2n, 2n, 3n, 3n, 5n];
const rules = { firstDepositPercent: 10n, referralPercent: 20n };

let world: World;
let promos: ReturnType<typeof createPromoStore>;
let referrals: ReturnType<typeof createReferralStore>;
let daily: ReturnType<typeof createDailyRewardStore>;
beforeAll(async () => {
  world = await createWorld();
  promos = createPromoStore(world.db);
  referrals = createReferralStore(world.db);
  daily = createDailyRewardStore(world.db);
});
afterAll(() => world.close());
// The charges here are made by hand, without the credit that I8 wants for each.
afterEach(() => world.assertSound(['I8']));

type Buyer = Awaited<ReturnType<World['person']>>;
const available = async (buyer: Buyer) => (await world.ledger.balance(buyer.id)).available;

async function promo(terms: Partial<PromoTerms> = {}): Promise<string> {
  const code = `P${randomUUID().slice(0, 8).toUpperCase()}`;
  const usual = { kind: 'tokens' as const, value: 5n, limitOverall: null, limitPerPerson: 1 };
  const decided = { actor: '900009', reason: 'spring' };
  await promos.create({ code, ...usual, expiresAt: null, ...terms, ...decided });
  return code;
}

const enter = (code: string, buyer: Buyer, requestId: string = randomUUID()) =>
  promos.enter({ code, personId: buyer.id, requestId, now: new Date() });

describe('a promo code for tokens', () => {
  test(`tapped ${TAPS} times at once gives its tokens once`, async () => {
    const buyer = await world.person();
    const code = await promo();
    const answers = await together(TAPS, () => codeOf(enter(code, buyer)));
    expect(answers.filter((answer) => answer !== 'PROMO_USED')).toHaveLength(1);
    expect(await available(buyer)).toBe(5n);
  });

  test('is one use for one request, however often that is repeated', async () => {
    const buyer = await world.person();
    const code = await promo({ limitPerPerson: 3 });
    await together(TAPS, () => enter(code, buyer, `same-${code}`));
    expect(await available(buyer)).toBe(5n);
    await enter(code, buyer);
    expect(await available(buyer)).toBe(10n);
  });

  test(`with 7 left goes to 7 of ${TAPS} people who take it at once`, async () => {
    const people = await together(TAPS, () => world.person());
    const code = await promo({ limitOverall: 7 });
    const answers = await Promise.all(people.map((person) => codeOf(enter(code, person))));
    expect(answers.filter((answer) => answer === 'PROMO_EXHAUSTED')).toHaveLength(TAPS - 7);
    const balances = await Promise.all(people.map(available));
    expect(balances.filter((balance) => balance === 5n)).toHaveLength(7);
  });

  test('is refused when it is unknown, over or switched off, and audited when changed', async () => {
    const buyer = await world.person();
    expect(await codeOf(enter('NOSUCH', buyer))).toBe('PROMO_UNKNOWN');
    const over = await promo({ expiresAt: new Date(Date.now() - 1) });
    expect(await codeOf(enter(over, buyer))).toBe('PROMO_EXPIRED');
    const code = await promo();
    const decided = { code, actor: '900009', reason: 'leaked' };
    await promos.setActive({ ...decided, active: false });
    await promos.setActive({ ...decided, active: false });
    expect(await codeOf(enter(code, buyer))).toBe('PROMO_UNKNOWN');
    const trail = await createAuditStore(world.db).list({ target: `promo:${code}`, limit: 9 });
    expect(trail.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'switch_promo inactive',
      'create_promo tokens 5',
    ]);
  });

  test('with other terms than before is a conflict, with the same ones a repeat', async () => {
    const code = await promo();
    const wish = { code, kind: 'tokens' as const, limitOverall: null, limitPerPerson: 1 };
    const again = { ...wish, expiresAt: null, actor: '900009', reason: 'again' };
    expect(await promos.create({ ...again, value: 5n })).toMatchObject({ code });
    expect(await codeOf(promos.create({ ...again, value: 6n }))).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('a percent code', () => {
  test('waits for the next purchase and is forgotten when it can no longer be used', async () => {
    const buyer = await world.person();
    const code = await promo({ kind: 'percent_off', value: 20n });
    await together(TAPS, () => enter(code, buyer));
    const chosen = { kind: 'percent_off', code, percent: 20n };
    expect(await promos.selected(buyer.id, new Date())).toEqual(chosen);
    await promos.setActive({ code, active: false, actor: '900009', reason: 'over' });
    expect(await promos.selected(buyer.id, new Date())).toBeUndefined();
    expect(await available(buyer)).toBe(0n);
  });
});

describe('a referral', () => {
  test(`followed ${TAPS} times at once counts once, for the first link`, async () => {
    const [referrer, other] = [await world.person(), await world.person()];
    const codes = [await referrals.codeOf(referrer.id), await referrals.codeOf(other.id)];
    const friend = await world.person();
    const answers = await together(TAPS, (index) =>
      referrals.refer({ code: codes[index % 2] ?? '', friendId: friend.id, now: new Date() }),
    );
    expect(answers.filter(({ verdict }) => verdict === 'referred')).toHaveLength(1);
    const summaries = await Promise.all([referrer, other].map(({ id }) => referrals.summary(id)));
    expect(summaries.map(({ friends }) => friends).sort()).toEqual([0, 1]);
  });

  test('has one code a person, made once', async () => {
    const person = await world.person();
    const codes = await together(TAPS, () => referrals.codeOf(person.id));
    expect(new Set(codes).size).toBe(1);
  });

  test('is refused for oneself, for a stranger to the database and for old people', async () => {
    const [old, referrer] = [await world.person(), await world.person()];
    const code = await referrals.codeOf(referrer.id);
    const refer = (friendId: string, now = new Date(), by = code) =>
      referrals.refer({ code: by, friendId, now });
    expect(await refer(referrer.id)).toEqual({ verdict: 'self' });
    expect(await refer(old.id)).toEqual({ verdict: 'not_new' });
    const friend = await world.person();
    expect(await refer(friend.id, new Date(), 'unknown-code')).toEqual({ verdict: 'unknown' });
    const nextDay = new Date(Date.now() + 86_400_000);
    expect(await refer(friend.id, nextDay)).toEqual({ verdict: 'not_new' });
    await world.order(friend);
    expect(await refer(friend.id)).toEqual({ verdict: 'not_new' });
  });
});

describe('the daily reward', () => {
  test(`tapped ${TAPS} times at once is given once`, async () => {
    const person = await world.person();
    const wish = { personId: person.id, now: new Date(), rewards };
    const answers = await together(TAPS, () => daily.claim(wish));
    expect(answers.filter((answer) => answer?.isNew)).toHaveLength(1);
    expect(await available(person)).toBe(1n);
  });

  test('follows the table for a week, begins anew, and again after a missed day', async () => {
    const person = await world.person();
    const first = Date.parse('2026-03-01T23:59:59Z');
    const given: (bigint | undefined)[] = [];
    for (const day of [0, 1, 2, 3, 4, 5, 6, 7, 8, 10]) {
      const now = new Date(first + day * 86_400_000);
      given.push((await daily.claim({ personId: person.id, now, rewards }))?.tokens);
    }
    expect(given).toEqual([1n, 1n, 2n, 2n, 3n, 3n, 5n, 1n, 1n, 1n]);
    expect(await daily.claim({ personId: person.id, now: later(), rewards: [] })).toBeUndefined();
  });
});

describe('bonuses on a paid charge', () => {
  /** A credited charge for 100 tokens, as the payment's store makes it. */
  async function deposit(buyer: Buyer) {
    const paymentId = `p-${randomUUID()}`;
    const chargeId = `c-${randomUUID()}`;
    const price = { amountMinor: 120n, currency: 'XTR' as const };
    await world.payments.create({
      id: paymentId,
      person: buyer,
      chatId: 5n,
      language: 'en',
      system: 'stars',
      pack: { packTokens: tokens(100n), price },
      expiresAt: later(),
    });
    await world.db.charge.create({
      data: {
        ...price,
        ...{ system: 'stars', chargeId, paymentId, reference: paymentId },
        telegramId: buyer.telegramId,
        ...{ creditedAt: new Date(), creditedTokens: 100n },
      },
    });
    const charge = { system: 'stars', chargeId };
    const given = { paymentId, personId: buyer.id, tokens: tokens(100n), ...charge };
    const grant = () =>
      world.db.$transaction(async (tx) => {
        await createLedgerStore(tx).lock(buyer.id);
        await grantDepositBonuses(tx, given, rules);
      });
    return { charge, grant };
  }

  async function withReferrer() {
    const referrer = await world.person();
    const buyer = await world.person();
    // Both may have come in the same millisecond, and a referrer is older than the friend.
    const createdAt = new Date(Date.now() - 60_000);
    await world.db.person.update({ where: { id: referrer.id }, data: { createdAt } });
    const code = await referrals.codeOf(referrer.id);
    await referrals.refer({ code, friendId: buyer.id, now: new Date() });
    return { referrer, buyer };
  }

  const takeBack = (
    charge: { system: string; chargeId: string },
    refundId: string,
    amountMinor: bigint,
  ) =>
    world.db.$transaction((tx) =>
      takeBackDepositBonuses(tx, { ...charge, refundId, amountMinor, chargedMinor: 120n }),
    );

  test('reward the first purchase once and the referrer every time', async () => {
    const { referrer, buyer } = await withReferrer();
    await (await deposit(buyer)).grant();
    await (await deposit(buyer)).grant();
    expect(await available(buyer)).toBe(10n);
    expect(await available(referrer)).toBe(40n);
    expect(await referrals.summary(referrer.id)).toEqual({ friends: 1, earned: 40n });
  });

  test('go back in the part of the money, spent ones as debt, and come back when that fails', async () => {
    const { referrer, buyer } = await withReferrer();
    const { charge, grant } = await deposit(buyer);
    await grant();
    await world.ledger.debit({
      ...{ personId: referrer.id, amount: tokens(15n), key: randomUUID() },
      ...{ operation: 'debit', reference: 'spree' },
    });
    await together(10, () => codeOf(takeBack(charge, `${charge.chargeId}:r1`, 60n)).catch(() => 0));
    expect(await available(buyer)).toBe(5n);
    expect(await world.ledger.balance(referrer.id)).toMatchObject({ available: 0n, debt: 5n });
    await takeBack(charge, `${charge.chargeId}:r2`, 60n);
    expect(await available(buyer)).toBe(0n);
    expect(await referrals.summary(referrer.id)).toMatchObject({ earned: 0n });
    const putBack = () =>
      world.db.$transaction((tx) => putBackDepositBonuses(tx, `${charge.chargeId}:r2`));
    await putBack();
    await putBack();
    expect(await available(buyer)).toBe(5n);
    expect(await world.ledger.balance(referrer.id)).toMatchObject({ available: 0n, debt: 5n });
  });

  test('go back with the last part of the money, also when no bought token is left to take', async () => {
    const payments = createPaymentStore(world.db, {
      firstDepositPercent: 500n,
      referralPercent: 0n,
    });
    const buyer = await world.person();
    const [paymentId, chargeId] = [`p-${randomUUID()}`, `c-${randomUUID()}`];
    const price = { amountMinor: 1_000n, currency: 'RUB' as const };
    await payments.create({
      ...{ id: paymentId, person: buyer, chatId: 5n, language: 'en', system: 'yookassa' },
      pack: { packTokens: tokens(10n), price },
      expiresAt: later(),
    });
    await payments.recordCharge({ system: 'yookassa', chargeId, paymentId, ...price });
    await payments.credit('yookassa', chargeId);
    expect(await available(buyer)).toBe(60n);
    const refund = (id: string, amount: string) => {
      const request = { id, amount, actor: '900009', reason: 'a mistake' };
      return payments.requestRefund({ paymentId, request, admins: ['900009'], inParts: true });
    };
    await refund('r1', '950');
    expect(await available(buyer)).toBe(2n);
    await refund('r2', '50');
    expect(await available(buyer)).toBe(0n);
    await payments.putBackRefund(`${paymentId}:r2`);
    expect(await available(buyer)).toBe(2n);
  });

  test('of many buyers of one referrer at once are all given, and nobody waits in a circle', async () => {
    const referrer = await world.person();
    const code = await referrals.codeOf(referrer.id);
    const buyers = await together(TAPS, () => world.person());
    for (const { id } of buyers) await referrals.refer({ code, friendId: id, now: new Date() });
    const deposits = await Promise.all(buyers.map(deposit));
    await Promise.all(deposits.map(({ grant }) => grant()));
    expect(await available(referrer)).toBe(BigInt(TAPS) * 20n);
  });

  test('bring a banned referrer nothing', async () => {
    const { referrer, buyer } = await withReferrer();
    await world.persons.ban(referrer.id, 'abuse');
    await (await deposit(buyer)).grant();
    expect(await available(referrer)).toBe(0n);
  });
});
