import { budgetMarks, markReached, microsOf, usdOf } from '../../src/domain/budget';
import { variantFor } from '../../src/domain/experiment';
import { nextInChain, optionsToServe, type Ability, type Demand } from '../../src/domain/fallback';
import {
  failureBehaviours,
  mayFallBack,
  submitDelayMs,
  type ProviderFailureClass,
} from '../../src/domain/provider-failure';

const ordered = {
  aspect: ['16:9', '9:16'],
  duration: ['4', '8'],
  resolution: ['720p', '1080p'],
  quality: ['standard', 'high'],
};
const demand: Demand = {
  kind: 'video',
  mode: 'photo',
  inputs: 1,
  options: {
    aspect: '16:9',
    duration: '8',
    resolution: '720p',
    quality: 'standard',
    variation: '3',
  },
};
const like = (options: Ability['options'], more: Partial<Ability> = {}): Ability => ({
  kind: 'video',
  modes: ['text', 'photo'],
  inputsMax: 1,
  options,
  ...more,
});

describe('a stand-in', () => {
  test('gives each chosen option or more of it, in its own words', () => {
    const model = like({
      duration: ['5', '10'],
      resolution: ['480p', '1080p'],
      audio: ['off', 'on'],
    });
    expect(optionsToServe(model, demand, ordered)).toEqual({
      duration: '10',
      resolution: '1080p',
      audio: 'off',
      variation: '3',
    });
  });

  test.each([
    ['makes something else', like({ duration: ['8'] }, { kind: 'image' })],
    ['takes no photos', like({ duration: ['8'] }, { modes: ['text'] })],
    ['makes shorter clips', like({ duration: ['4', '6'] })],
    ['says nothing of the length', like({ resolution: ['720p'] })],
    ['has coarser pictures only', like({ duration: ['8'], resolution: ['480p'] })],
    ['has another shape only', like({ duration: ['8'], aspect: ['1:1'] })],
  ])('that %s is none', (_what, model) => {
    expect(optionsToServe(model, demand, ordered)).toBeUndefined();
  });

  test('must know what the person picked beyond the default', () => {
    const upright = { ...demand, options: { ...demand.options, aspect: '9:16' } };
    expect(optionsToServe(like({ duration: ['8'] }), upright, ordered)).toBeUndefined();
    expect(optionsToServe(like({ duration: ['8'] }), demand, ordered)).toMatchObject({
      duration: '8',
    });
  });

  test('takes as many photos as were sent', () => {
    const remix = { ...demand, inputs: 3 };
    expect(optionsToServe(like({ duration: ['8'] }), remix, ordered)).toBeUndefined();
    const able = like({ duration: ['8'] }, { inputsMax: 4 });
    expect(optionsToServe(able, remix, ordered)).toBeDefined();
  });

  test("has sizes in its own words, of which the default serves another's default", () => {
    const still = { kind: 'image', mode: 'text', inputs: 0 } as const;
    const sized = like({ size: ['1024x1024'] }, { kind: 'image' });
    const small = { ...still, options: { size: '1K' } };
    expect(optionsToServe(sized, small, { size: ['1K', '4K'] })).toEqual({ size: '1024x1024' });
    const large = { ...still, options: { size: '4K' } };
    expect(optionsToServe(sized, large, { size: ['1K', '4K'] })).toBeUndefined();
  });

  test('is the first of the chain that is on, was not tried and takes jobs', () => {
    const model = (slug: string, provider: string, active = true) => ({
      ...like({ duration: ['8'] }),
      slug,
      provider,
      active,
    });
    const models = [
      model('tried', 'a'),
      model('off', 'a', false),
      model('resting', 'b'),
      { ...model('unable', 'a'), kind: 'image' as const },
      model('good', 'a'),
      model('second', 'a'),
    ];
    const chain = { models, tried: ['tried'], demand, ordered };
    const takesJobs = (provider: string) => provider === 'a';
    expect(nextInChain({ ...chain, takesJobs })?.model.slug).toBe('good');
    expect(nextInChain({ ...chain, takesJobs: () => false })).toBeUndefined();
  });
});

describe('the table of failures', () => {
  const classes = Object.keys(failureBehaviours) as ProviderFailureClass[];

  test.each(['blocked', 'invalid', 'no-output', 'unknown'] as const)(
    '%s never falls back',
    (failure) => {
      expect(mayFallBack(failureBehaviours[failure].code)).toBe(false);
    },
  );

  test.each(['auth', 'quota', 'rate-limited', 'retired', 'transient'] as const)(
    '%s may fall back',
    (failure) => {
      expect(mayFallBack(failureBehaviours[failure].code)).toBe(true);
    },
  );

  test('what the owner must mend alerts the owner, and nothing else does', () => {
    const alerting = classes.filter((failure) => failureBehaviours[failure].alertsOwner);
    expect(alerting.sort()).toEqual(['auth', 'quota', 'retired']);
  });

  test('what only concerns one request does not count against the provider', () => {
    const outages = classes.filter((failure) => failureBehaviours[failure].isOutage);
    expect(outages.sort()).toEqual(['auth', 'quota', 'transient', 'unknown']);
  });

  test('refusals are waited out for 10, 30 and 60 seconds, or longer if asked, then it is over', () => {
    expect([1, 2, 3, 4].map((refusals) => submitDelayMs(refusals))).toEqual([
      10_000,
      30_000,
      60_000,
      undefined,
    ]);
    expect(submitDelayMs(1, 25_000)).toBe(25_000);
    expect(submitDelayMs(4, 25_000)).toBeUndefined();
  });
});

describe('the variant of a person', () => {
  const variants = [
    { slug: 'a', weight: 70 },
    { slug: 'b', weight: 30 },
  ];
  const people = Array.from({ length: 10_000 }, (_, at) => `0192-person-${at}`);

  test('is the same every time', () => {
    for (const person of people.slice(0, 100)) {
      expect(variantFor('e1', person, variants)).toBe(variantFor('e1', person, variants));
    }
  });

  test('follows the weights', () => {
    const inA = people.filter((person) => variantFor('e1', person, variants)?.slug === 'a').length;
    // Five standard deviations of 10,000 draws are 230.
    expect(Math.abs(inA - 7_000)).toBeLessThan(230);
  });

  test('in one experiment says nothing of that in another', () => {
    const inA = (experiment: string) => (person: string) =>
      variantFor(experiment, person, variants)?.slug === 'a';
    const both = people.filter(inA('e1')).filter(inA('e2')).length;
    expect(Math.abs(both - 4_900)).toBeLessThan(250);
  });

  test('needs variants with a weight', () => {
    expect(variantFor('e1', 'p', [])).toBeUndefined();
    expect(variantFor('e1', 'p', [{ slug: 'a', weight: 0 }])).toBeUndefined();
  });
});

describe('a budget', () => {
  test('is marked at a half, four fifths and all of it', () => {
    const marks = [0n, 49n, 50n, 79n, 80n, 99n, 100n, 500n].map((micros) =>
      markReached({ micros, budgetMicros: 100n }),
    );
    expect(marks).toEqual([undefined, undefined, 50, 50, 80, 80, 100, 100]);
    expect(budgetMarks).toEqual([50, 80, 100]);
  });

  test('of nothing is used up at once, and no budget never', () => {
    expect(markReached({ micros: 0n, budgetMicros: 0n })).toBe(100);
    expect(markReached({ micros: 10n ** 15n, budgetMicros: null })).toBeUndefined();
  });

  test.each([
    ['0', 0n, '0.00'],
    ['12.5', 12_500_000n, '12.50'],
    ['0.039', 39_000n, '0.039'],
    ['999999999.999999', 999_999_999_999_999n, '999999999.999999'],
  ])('of %s dollars is exact', (typed, micros, shown) => {
    expect(microsOf(typed)).toBe(micros);
    expect(usdOf(micros)).toBe(shown);
  });

  test.each(['', '-1', '1,5', '1e3', '0.0000001', '01', ' 1'])('is not written as %j', (typed) => {
    expect(microsOf(typed)).toBeUndefined();
  });
});
