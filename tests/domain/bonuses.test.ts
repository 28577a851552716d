import fc from 'fast-check';
import { rewardOf, streakOn, untilNextDay } from '../../src/domain/daily-reward';
import { bonusToReturn } from '../../src/domain/deposit-bonus';
import { customPrice, pricePerToken, seededShelves, type Pack } from '../../src/domain/packs';
import { discounted, promoCodeOf, promoRefusal, shareOf } from '../../src/domain/promo';
import { referralCodeIn, referralPayload, referralVerdict } from '../../src/domain/referral';
import { tokens } from '../../src/domain/tokens';

const now = new Date('2026-11-21T12:00:00Z');

describe('a promo code', () => {
  test('is read in any case and refused when it can be none', () => {
    expect(promoCodeOf(' spring-26 ')).toBe('SPRING-26');
    for (const wrong of ['', 'ab', 'a red fox', 'код', 'x'.repeat(33), "a'--"]) {
      expect(promoCodeOf(wrong)).toBeUndefined();
    }
  });

  test('says why it cannot be used, the reason of the person before that of everybody', () => {
    const promo = {
      code: 'X',
      kind: 'tokens' as const,
      value: 5n,
      limitOverall: 2,
      limitPerPerson: 1,
      expiresAt: new Date(now.getTime() + 1),
      active: true,
    };
    const unused = { overall: 0, byPerson: 0, unpaidByPerson: 0 };
    expect(promoRefusal(promo, unused, now)).toBeNull();
    expect(promoRefusal({ ...promo, active: false }, unused, now)).toBe('PROMO_UNKNOWN');
    expect(promoRefusal({ ...promo, expiresAt: now }, unused, now)).toBe('PROMO_EXPIRED');
    expect(promoRefusal(promo, { ...unused, overall: 2 }, now)).toBe('PROMO_EXHAUSTED');
    expect(promoRefusal(promo, { overall: 2, byPerson: 1, unpaidByPerson: 0 }, now)).toBe(
      'PROMO_USED',
    );
    expect(promoRefusal(promo, { overall: 2, byPerson: 1, unpaidByPerson: 1 }, now)).toBe(
      'PROMO_PENDING',
    );
  });

  test('never makes a purchase free, nor gives more than it promised', () => {
    const price = { amountMinor: 1n, currency: 'XTR' as const };
    expect(discounted(price, 90n).amountMinor).toBe(1n);
    expect(discounted({ ...price, amountMinor: 35n }, 20n).amountMinor).toBe(28n);
    expect(discounted({ ...price, amountMinor: 19_999n }, 15n).amountMinor).toBe(17_000n);
    expect(shareOf(tokens(25n), 10n)).toBe(2n);
  });
});

describe('a referral', () => {
  const minute = 60_000;
  const ago = (minutes: number) => new Date(now.getTime() - minutes * minute);
  const facts = {
    friend: { id: 'friend', createdAt: ago(1) },
    referrer: { id: 'referrer', createdAt: ago(1000) },
    now,
    isReferred: false,
    isCustomer: false,
  };

  test('counts for new people only, once, and not for oneself', () => {
    expect(referralVerdict(facts)).toBe('referred');
    expect(referralVerdict({ ...facts, referrer: facts.friend })).toBe('self');
    expect(referralVerdict({ ...facts, isReferred: true })).toBe('again');
    expect(referralVerdict({ ...facts, isCustomer: true })).toBe('not_new');
    const old = { id: 'friend', createdAt: ago(61) };
    expect(referralVerdict({ ...facts, friend: old })).toBe('not_new');
  });

  test('never goes in a circle: the referrer is the older one', () => {
    const younger = { id: 'referrer', createdAt: facts.friend.createdAt };
    expect(referralVerdict({ ...facts, referrer: younger })).toBe('not_new');
  });

  test('link is a payload Telegram takes and is read back', () => {
    const payload = referralPayload('aB3_-xyz');
    expect(payload).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(referralCodeIn(payload)).toBe('aB3_-xyz');
    for (const other of ['', 'ref_', 'ref_ab', 'promo_SPRING', "ref_'; drop"]) {
      expect(referralCodeIn(other)).toBeUndefined();
    }
  });
});

describe('the daily reward', () => {
  test('grows for a week of days in a row, then begins anew, as after a missed day', () => {
    expect(streakOn(100, undefined)).toBe(1);
    expect(streakOn(101, { day: 100, streak: 1 })).toBe(2);
    expect(streakOn(101, { day: 100, streak: 7 })).toBe(1);
    expect(streakOn(102, { day: 100, streak: 3 })).toBe(1);
  });

  test('is given once a day, also by a clock that goes back', () => {
    expect(streakOn(100, { day: 100, streak: 3 })).toBeUndefined();
    expect(streakOn(99, { day: 100, streak: 3 })).toBeUndefined();
  });

  test('repeats the last reward of a short table and is off without one', () => {
    expect(rewardOf([1n, 4n], 7)).toBe(4n);
    expect(rewardOf([], 1)).toBeUndefined();
    expect(untilNextDay(now)).toBe(12 * 3_600_000);
  });
});

test('the parts taken back of a bonus add up to it when all the money goes back, and never exceed it', () => {
  const parts = fc.array(fc.bigInt({ min: 1n, max: 100_000n }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10_000n }), parts, (given, refunds) => {
      const chargedMinor = refunds.reduce((sum, part) => sum + part, 0n);
      let taken = 0n;
      for (const amountMinor of refunds) {
        taken += bonusToReturn({ tokens: given, taken }, { amountMinor, chargedMinor });
        expect(taken <= given).toBe(true);
      }
      expect(taken).toBe(given);
    }),
  );
});

describe('prices', () => {
  const stars = seededShelves.find(({ system }) => system === 'stars');
  const packs: Pack[] = (stars?.packs ?? []).map(([packTokens, amountMinor]) => ({
    packTokens: tokens(packTokens),
    price: { amountMinor, currency: 'XTR' },
  }));
  const bounds = { leastTokens: tokens(10n), mostTokens: tokens(5000n) };
  const priceOf = (amount: bigint) => customPrice(packs, bounds, tokens(amount))?.amountMinor;

  test('of a named amount follow the packs', () => {
    expect(priceOf(10n)).toBe(15n);
    expect(priceOf(200n)).toBe(220n);
    expect(priceOf(137n)).toBe(165n);
    // By the rate of the pack of 50 it would be 129, more than the pack of 100.
    expect(priceOf(99n)).toBe(120n);
    expect(priceOf(9n)).toBeUndefined();
    expect(priceOf(5001n)).toBeUndefined();
    expect(customPrice([], bounds, tokens(10n))).toBeUndefined();
  });

  test('of more tokens are never lower', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n, max: 4999n }), (amount) => {
        expect((priceOf(amount) ?? 0n) <= (priceOf(amount + 1n) ?? 0n)).toBe(true);
      }),
    );
  });

  test('per token are told to a hundredth of the minor unit', () => {
    const of = (amount: bigint, amountMinor: bigint): Pack => ({
      packTokens: tokens(amount),
      price: { amountMinor, currency: 'USD' },
    });
    expect(pricePerToken(of(100n, 249n), 2)).toBe('0.0249');
    expect(pricePerToken(of(10n, 15n), 0)).toBe('1.50');
  });

  test('on the seeded shelves get better with size', () => {
    for (const { packs: shelf } of seededShelves) {
      const rates = shelf.map(([amount, minor]) => (minor * 1_000_000n) / amount);
      expect([...rates].sort((a, b) => (a > b ? -1 : 1))).toEqual(rates);
    }
  });
});
