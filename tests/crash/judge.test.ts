import { judge, type Snapshot } from './judge';

const calm: Snapshot = {
  generations: [
    { id: 'a', status: 'delivered', reserve: 'committed' },
    { id: 'b', status: 'released', reserve: 'released' },
    { id: 'c', status: 'refused', reserve: null },
    { id: 'd', status: 'refunded', reserve: 'committed' },
  ],
  accepted: new Map([
    ['a', 1],
    ['d', 1],
  ]),
  results: new Map([
    ['a', [{ at: 10_000, answered: true }]],
    ['d', [{ at: 20_000, answered: true }]],
  ]),
  deaths: [],
  charged: [
    { id: 'x', refunded: false },
    { id: 'y', refunded: true },
  ],
  booked: [
    { id: 'x', credits: 1, wentBack: false, refunded: false },
    { id: 'y', credits: 1, wentBack: false, refunded: true },
  ],
  payments: [{ id: 'p', status: 'paid' }],
  refunds: [{ id: 'p:1', status: 'settled' }],
  ledger: { sound: true, sumOfDeltas: 0n },
  workflows: ['generation:a', 'generation:b', 'generation:c', 'generation:d', 'payment:p'].map(
    (id) => ({ id, status: 'COMPLETED' }),
  ),
};

const twice = [
  { at: 10_000, answered: true },
  { at: 60_000, answered: true },
];

test('a world in which everything ended well is accepted', () => {
  expect(judge(calm)).toEqual([]);
});

test('a second copy is accepted after a lost answer, or when a process died in between', () => {
  const lost = twice.map((sent) => ({ ...sent, answered: false }));
  const results = new Map([...calm.results, ['a', lost] as const]);
  expect(judge({ ...calm, results })).toEqual([]);
  const died = new Map([...calm.results, ['a', twice] as const]);
  expect(judge({ ...calm, results: died, deaths: [30_000] })).toEqual([]);
  expect(judge({ ...calm, results: died, deaths: [90_000] })).toHaveLength(1);
});

test.each<[string, Partial<Snapshot>]>([
  [
    'a generation under way',
    {
      generations: [...calm.generations.slice(1), { id: 'a', status: 'working', reserve: 'open' }],
    },
  ],
  [
    'a delivered generation that was not paid',
    {
      generations: [
        ...calm.generations.slice(1),
        { id: 'a', status: 'delivered', reserve: 'released' },
      ],
    },
  ],
  ['two jobs for one order', { accepted: new Map([['a', 2]]) }],
  ['a job nobody ordered', { accepted: new Map([['z', 1]]) }],
  ['a result sent twice without need', { results: new Map([...calm.results, ['a', twice]]) }],
  ['a result that never came', { results: new Map([['d', calm.results.get('d') ?? []]]) }],
  ['a result for a released generation', { results: new Map([...calm.results, ['b', twice]]) }],
  ['a charge nobody recorded', { booked: calm.booked.slice(1) }],
  ['a charge Telegram never made', { charged: calm.charged.slice(1) }],
  [
    'a charge credited twice',
    { booked: calm.booked.map((charge) => ({ ...charge, credits: charge.id === 'x' ? 2 : 1 })) },
  ],
  [
    'Stars that went back unnoticed',
    { charged: calm.charged.map((charge) => ({ ...charge, refunded: true })) },
  ],
  ['an invoice without an end', { payments: [{ id: 'p', status: 'invoiced' }] }],
  ['a refund half way', { refunds: [{ id: 'p:1', status: 'clawed_back' }] }],
  ['an unsound ledger', { ledger: { sound: false, sumOfDeltas: 0n } }],
  ['tokens out of nothing', { ledger: { sound: true, sumOfDeltas: 1n } }],
  ['an order without a workflow', { workflows: calm.workflows.slice(1) }],
  [
    'a workflow that is open',
    { workflows: calm.workflows.map((workflow) => ({ ...workflow, status: 'RUNNING' })) },
  ],
])('%s is noticed', (_what, wrong) => {
  expect(judge({ ...calm, ...wrong }).length).toBeGreaterThan(0);
});
