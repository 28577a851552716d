import { judge, type Snapshot } from './judge';
import type { BookedCharge } from './judge-money';
import type { TillCharge } from './tills';

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
  payments: [{ id: 'p', status: 'paid', hasMoney: true, staysOpen: false }],
  refunds: [{ id: 'p:1', status: 'settled' }],
  ledger: { sound: true, sumOfDeltas: 0n, broken: [] },
  tills: [till('1', 500n), till('2', 0n)],
  outside: [booked('1', 500n), booked('2', 0n)],
  byHand: [
    { id: 'p:2', status: 'settled' },
    { id: 'p:3', status: 'put_back' },
  ],
  toldByHand: new Map([
    ['p:2', true],
    ['p:3', false],
  ]),
  forgedTaken: [],
  workflows: ['generation:a', 'generation:b', 'generation:c', 'generation:d', 'payment:p'].map(
    (id) => ({ id, status: 'COMPLETED' }),
  ),
};

function till(id: string, refunded: bigint): TillCharge {
  return { system: 'stripe', id, paymentId: 'p', currency: 'USD', paid: 1000n, refunded };
}

function booked(id: string, refunded: bigint, more: Partial<BookedCharge> = {}): BookedCharge {
  const { paymentId: _none, ...charge } = till(id, refunded);
  return { ...charge, credits: 1, isNobodys: false, ...more };
}

const waiting = (staysOpen: boolean): Partial<Snapshot> => ({
  payments: [{ id: 'p', status: staysOpen ? 'invoiced' : 'expired', hasMoney: false, staysOpen }],
  workflows: calm.workflows.map((workflow) =>
    workflow.id === 'payment:p' ? { ...workflow, status: 'RUNNING' } : workflow,
  ),
});

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

test('a payment may wait for money as long as its system takes it, and no longer', () => {
  expect(judge({ ...calm, ...waiting(true) })).toEqual([]);
  expect(judge({ ...calm, ...waiting(false) })).toHaveLength(1);
});

test('a charge an admin dismissed is nobody’s, and its payment has no other end', () => {
  const payments = [{ id: 'p', status: 'invoiced', hasMoney: true, staysOpen: false }];
  const outside = [booked('1', 500n, { credits: 0, isNobodys: true }), booked('2', 0n)];
  expect(judge({ ...calm, payments, outside })).toEqual([]);
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
  [
    'an invoice without an end',
    { payments: [{ id: 'p', status: 'invoiced', hasMoney: false, staysOpen: false }] },
  ],
  ['money a system took and nobody recorded', { outside: calm.outside.slice(1) }],
  ['money no system took', { tills: calm.tills.slice(1) }],
  ['another amount', { outside: [booked('1', 500n, { paid: 999n }), booked('2', 0n)] }],
  ['another currency', { outside: [booked('1', 500n, { currency: 'EUR' }), booked('2', 0n)] }],
  ['a refund nobody booked', { outside: [booked('1', 0n), booked('2', 0n)] }],
  ['a refund booked twice', { outside: [booked('1', 1000n), booked('2', 0n)] }],
  ['a refund booked for another charge', { outside: [booked('1', 0n), booked('2', 500n)] }],
  [
    'money outside that is credited twice',
    { outside: [booked('1', 500n, { credits: 2 }), booked('2', 0n)] },
  ],
  [
    'money outside that is never credited',
    { outside: [booked('1', 500n, { credits: 0 }), booked('2', 0n)] },
  ],
  [
    'dismissed money that is credited',
    { outside: [booked('1', 500n, { isNobodys: true }), booked('2', 0n)] },
  ],
  ['a return by hand nobody made', { toldByHand: new Map([['p:3', false]]) }],
  [
    'a return by hand that was forgotten',
    { byHand: [{ id: 'p:2', status: 'put_back' }, ...calm.byHand.slice(1)] },
  ],
  ['a forged webhook that was taken', { forgedTaken: ['stripe p'] }],
  ['a refund half way', { refunds: [{ id: 'p:1', status: 'clawed_back' }] }],
  ['an unsound ledger', { ledger: { sound: false, sumOfDeltas: 0n, broken: ['I5'] } }],
  ['tokens out of nothing', { ledger: { sound: true, sumOfDeltas: 1n, broken: [] } }],
  ['an order without a workflow', { workflows: calm.workflows.slice(1) }],
  [
    'a workflow that is open',
    { workflows: calm.workflows.map((workflow) => ({ ...workflow, status: 'RUNNING' })) },
  ],
])('%s is noticed', (_what, wrong) => {
  expect(judge({ ...calm, ...wrong }).length).toBeGreaterThan(0);
});
