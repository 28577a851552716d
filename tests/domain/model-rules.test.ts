import { problemsOf, type ModelDraft, type ModelProblem } from '../../src/domain/model-rules';
import { statusOf } from '../../src/domain/provider-standing';

const sound: ModelDraft = {
  slug: 'film',
  kind: 'video',
  modes: ['text', 'photo'],
  provider: 'maker',
  providerModel: 'film-1',
  name: { en: 'Film', ru: 'Фильм' },
  description: { en: 'Films', ru: 'Снимает' },
  options: { duration: ['4', '8'], resolution: ['720p', '1080p'], audio: ['off', 'on'] },
  rate: { base: 10n, perSecond: 5n, percent: { audio: { on: 150 } } },
  cost: { base: 0n, perSecond: 40_000n },
  inputsMax: 2,
  fallback: ['spare'],
  position: 3,
};
const spare = { ...sound, slug: 'spare', fallback: [] };
const around = {
  provider: { id: 'maker', modes: { video: ['text', 'photo'] as const }, inputsMax: 3 },
  standIns: new Map([
    ['spare', spare],
    ['short', { ...spare, options: { duration: ['2'] } }],
    ['film', sound],
  ]),
};

test('a sound model has no problems', () => {
  expect(problemsOf(sound, around)).toEqual([]);
  expect(problemsOf({ ...sound, options: {}, rate: { base: 1n }, cost: null }, around)).toEqual([]);
});

test.each<[ModelProblem, Partial<ModelDraft>]>([
  ['slug', { slug: 'Film One' }],
  ['slug', { slug: 'x'.repeat(41) }],
  ['kind', { kind: 'image' }],
  ['modes', { modes: [] }],
  ['modes', { modes: ['video'] }],
  ['modes', { modes: ['text', 'text'] }],
  ['providerModel', { providerModel: '' }],
  ['providerModel', { providerModel: 'two words' }],
  ['words', { name: { en: 'Film', ru: ' ' } }],
  ['words', { description: { en: 'x'.repeat(501), ru: 'Снимает' } }],
  ['options', { options: { ...sound.options, duration: [] } }],
  ['options', { options: { ...sound.options, duration: ['4', '4'] } }],
  ['options', { options: { ...sound.options, duration: ['4.5'] } }],
  ['options', { options: { ...sound.options, audio: ['yes', 'on'] } }],
  ['options', { options: { ...sound.options, colour: ['red'] } as ModelDraft['options'] }],
  ['price', { rate: { base: 0n } }],
  ['price', { rate: { base: -1n } }],
  ['surcharge', { rate: { base: 1n, perSecond: -1n } }],
  ['surcharge', { rate: { base: 1n, percent: { audio: { loud: 150 } } } }],
  ['surcharge', { rate: { base: 1n, percent: { quality: { high: 150 } } } }],
  ['surcharge', { rate: { base: 1n, percent: { audio: { on: 0 } } } }],
  ['surcharge', { rate: { base: 1n, percent: { audio: { on: 1.5 } } } }],
  ['surcharge', { options: { audio: ['off', 'on'] } }],
  ['surcharge', { rate: { base: 1_000_000_000_000n, percent: { audio: { on: 200 } } } }],
  ['cost', { cost: { base: -1n } }],
  ['cost', { cost: { base: 1n, percent: { audio: { loud: 150 } } } }],
  ['inputsMax', { inputsMax: 0 }],
  ['inputsMax', { inputsMax: 4 }],
  ['fallback', { fallback: ['nobody'] }],
  ['fallback', { fallback: ['film'] }],
  ['fallback', { fallback: ['spare', 'spare'] }],
  ['fallback', { fallback: ['short'] }],
  ['position', { position: -1 }],
])('%s is wrong in %j', (problem, wrong) => {
  expect(problemsOf({ ...sound, ...wrong }, around)).toContain(problem);
});

test('a provider nobody registered is said, and nothing is guessed of it', () => {
  expect(problemsOf(sound, { ...around, provider: undefined })).toEqual(['provider']);
});

test('every problem is found at once', () => {
  const wrong = { ...sound, slug: '', modes: [], fallback: [], rate: { base: 0n }, position: 1.5 };
  expect(problemsOf(wrong, around)).toEqual(['slug', 'modes', 'price', 'position']);
});

describe('how a provider stands', () => {
  const well = {
    breaker: 'closed',
    paused: false,
    spentToday: 10n,
    spentThisMonth: 50n,
    budgetDay: 100n,
    budgetMonth: null,
  } as const;

  test.each([
    ['ok', well],
    ['ok', undefined],
    ['paused', { ...well, paused: true, breaker: 'open' }],
    ['resting', { ...well, breaker: 'open' }],
    ['trial', { ...well, breaker: 'half-open' }],
    ['budget-spent', { ...well, spentToday: 100n }],
    ['budget-spent', { ...well, budgetMonth: 50n }],
  ] as const)('%s', (status, standing) => {
    expect(statusOf(standing)).toBe(status);
  });
});
