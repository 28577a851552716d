import { judge, type Facts } from './judge';

const asked = { answersAtOnce: false, findsByReference: false, dedupesSubmit: false };

const delivered: Facts = {
  moment: 'store',
  powers: asked,
  submits: 1,
  jobs: 1,
  workflow: 'COMPLETED',
  status: 'delivered',
  code: null,
  reserve: 'committed',
  results: 1,
  refusals: 0,
  before: 100n,
  after: 96n,
  price: 4n,
  places: 0,
  ledger: { sound: true, sumOfDeltas: 0n },
};

const lost: Facts = {
  ...delivered,
  moment: 'submit',
  status: 'released',
  code: 'OUTCOME_UNKNOWN',
  reserve: 'released',
  results: 0,
  refusals: 1,
  after: 100n,
};

test('a result that was paid for once, and a lost call whose tokens came back, are accepted', () => {
  expect([judge(delivered), judge(lost)]).toEqual([[], []]);
});

test('a job that can be found, or deduped, must not be given up', () => {
  const powers = { ...asked, findsByReference: true };
  expect(judge({ ...lost, powers }).length).toBeGreaterThan(0);
  expect(judge({ ...delivered, moment: 'submit', powers })).toEqual([]);
  const dedupes = { ...asked, dedupesSubmit: true };
  expect(judge({ ...delivered, moment: 'submit', powers: dedupes, submits: 2 })).toEqual([]);
});

test('only a message whose answer was lost is sent twice', () => {
  expect(judge({ ...delivered, results: 2, moment: 'deliver' })).toEqual([]);
  expect(judge({ ...delivered, results: 3, moment: 'deliver' })).toHaveLength(1);
});

test.each<[string, Partial<Facts>]>([
  ['a second paid call', { submits: 2 }],
  ['a second job', { jobs: 2 }],
  ['a provider that was never asked', { submits: 0 }],
  ['a workflow that failed', { workflow: 'FAILED' }],
  ['a result that was not sent', { results: 0 }],
  ['a result that was sent twice', { results: 2 }],
  ['a person who was told of an end', { refusals: 1 }],
  ['tokens that came back', { reserve: 'released', after: 100n }],
  ['tokens that were taken twice', { after: 92n }],
  ['a place that is still taken', { places: 1 }],
  ['an unsound ledger', { ledger: { sound: false, sumOfDeltas: 0n } }],
  ['tokens out of nothing', { ledger: { sound: true, sumOfDeltas: 1n } }],
])('%s beside a delivered result is noticed', (_what, wrong) => {
  expect(judge({ ...delivered, ...wrong }).length).toBeGreaterThan(0);
});

test.each<[string, Partial<Facts>]>([
  ['a result', { results: 1 }],
  ['another reason', { code: 'PROVIDER_TIMEOUT' }],
  ['silence', { refusals: 0 }],
  ['being told twice', { refusals: 2 }],
  ['tokens that stay away', { after: 96n }],
  ['a reserve that stays open', { reserve: 'open' }],
])('%s after a lost call is noticed', (_what, wrong) => {
  expect(judge({ ...lost, ...wrong }).length).toBeGreaterThan(0);
});
