import request from 'supertest';
import { csvLine } from '../../src/api/csv';
import { AppError } from '../../src/domain/errors';
import type { Finding } from '../../src/domain/finding';
import type { MoneyLine, TokenLine } from '../../src/storage/statement-store';
import { adminKey, makeApi, type Fixture } from './fixture';

const get = ({ app }: Fixture, path: string) =>
  request(app).get(path).set('X-Admin-API-Key', adminKey);
const post = ({ app }: Fixture, path: string) =>
  request(app).post(path).set('X-Admin-API-Key', adminKey);

const person = '11111111-2222-4333-8444-555555555555';
const at = new Date('2026-11-21T10:00:00Z');

const finding: Finding = {
  id: 7n,
  class: 'missing_there',
  system: 'yookassa',
  subject: 'charge:c1',
  paymentId: null,
  detail: '499.00 RUB is booked, the system does not list it',
  amountMinor: 49_900n,
  currency: 'RUB',
  happenedAt: at,
  seen: 2,
  firstSeenAt: at,
  lastSeenAt: at,
};

function api(resolve: () => Promise<void> = () => Promise.resolve()) {
  const lines: TokenLine[] = [
    {
      version: 1n,
      at,
      operation: 'admin',
      tokens: 5n,
      availableAfter: 5n,
      reference: '=HYPERLINK("http://evil")',
      key: 'k,1',
    },
  ];
  const money: MoneyLine[] = [
    {
      transferId: 3n,
      at,
      operation: 'refund',
      system: 'stripe',
      chargeId: '@c',
      payoutId: null,
      paymentId: null,
      account: 'clearing:stripe',
      currency: 'USD',
      amountMinor: -500n,
    },
  ];
  const asked: unknown[] = [];
  const fixture = makeApi({
    findings: { open: () => Promise.resolve([finding]), resolve: jest.fn(resolve) },
    statements: {
      async *ofPerson(id) {
        asked.push(id);
        yield* lines;
      },
      async *ofTime(from, until) {
        asked.push([from.toISOString(), until.toISOString()]);
        yield* money;
      },
    },
  });
  return { ...fixture, asked };
}

test.each([
  ['get', '/admin/findings'],
  ['post', '/admin/findings/7/resolve'],
  ['get', `/admin/people/${person}/statement.csv`],
  ['get', '/admin/statements/2026-11-21'],
  ['get', '/admin/money'],
  ['post', '/admin/payouts'],
] as const)('%s %s needs the key', async (method, path) => {
  expect((await request(api().app)[method](path)).status).toBe(401);
});

test('the queue of findings is shown with its amounts as text', async () => {
  const { body } = (await get(api(), '/admin/findings')) as { body: unknown };
  expect(body).toEqual({
    findings: [
      {
        ...finding,
        id: '7',
        amountMinor: '49900',
        happenedAt: at.toISOString(),
        firstSeenAt: at.toISOString(),
        lastSeenAt: at.toISOString(),
      },
    ],
  });
});

test('a finding is explained by an admin with a reason, and only by one', async () => {
  const here = api();
  const by = { actor: '900009', reason: 'a test shop' };
  expect((await post(here, '/admin/findings/7/resolve').send(by)).body).toEqual({ resolved: true });
  expect(here.deps.findings.resolve).toHaveBeenCalledWith(7n, by);
  const stranger = await post(here, '/admin/findings/7/resolve').send({ ...by, actor: '1' });
  expect(stranger.body).toMatchObject({ code: 'ACTOR_UNKNOWN' });
  expect((await post(here, '/admin/findings/7/resolve').send({ actor: '900009' })).status).toBe(
    400,
  );
  const gone = api(() => Promise.reject(new AppError('NOT_FOUND', 'No open finding')));
  expect((await post(gone, '/admin/findings/7/resolve').send(by)).status).toBe(404);
});

test("a person's statement is CSV that no spreadsheet runs", async () => {
  const here = api();
  const answer = await get(here, `/admin/people/${person}/statement.csv`);
  expect(answer.headers['content-type']).toContain('text/csv');
  expect(answer.text).toBe(
    'number,at,operation,tokens,available_after,reference,key\r\n' +
      `1,2026-11-21T10:00:00.000Z,admin,5,5,"'=HYPERLINK(""http://evil"")","k,1"\r\n`,
  );
  expect(here.asked).toEqual([person]);
  expect((await get(here, '/admin/people/1/statement.csv')).status).toBe(400);
});

test("a day's statement covers the UTC day, and its numbers stay numbers", async () => {
  const here = api();
  const answer = await get(here, '/admin/statements/2026-11-21');
  expect(answer.text.split('\r\n')[1]).toBe(
    "3,2026-11-21T10:00:00.000Z,refund,stripe,'@c,,clearing:stripe,USD,-500,",
  );
  expect(here.asked).toEqual([['2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z']]);
  expect((await get(here, '/admin/statements/2026-13-01')).status).toBe(400);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx'])(
  'the text %j does not begin a cell as it is',
  (text) => {
    expect(csvLine([text])).toMatch(/^"?'/);
  },
);

test('a payout is recorded by an admin, in whole minor units', async () => {
  const here = api();
  const payout = {
    id: 'bank-7',
    system: 'stripe',
    currency: 'USD',
    amountMinor: '123456',
    actor: '900009',
    reason: 'the statement of Friday',
  };
  expect((await post(here, '/admin/payouts').send(payout)).body).toEqual({ recorded: true });
  expect(here.deps.payouts.recordPayout).toHaveBeenCalledWith({
    id: 'bank-7',
    system: 'stripe',
    amount: { currency: 'USD', amountMinor: 123_456n },
    actor: '900009',
    reason: 'the statement of Friday',
  });
  for (const amountMinor of ['0', '1.5', '1e3', 5, '']) {
    const { status } = await post(here, '/admin/payouts').send({ ...payout, amountMinor });
    expect(status).toBe(400);
  }
  const stranger = await post(here, '/admin/payouts').send({ ...payout, actor: '1' });
  expect(stranger.body).toMatchObject({ code: 'ACTOR_UNKNOWN' });
  expect(here.deps.payouts.recordPayout).toHaveBeenCalledTimes(1);
});

test('the money accounts are shown with their amounts as text', async () => {
  const account = { account: 'clearing:stripe', currency: 'USD' as const };
  const payouts = {
    recordPayout: () => Promise.resolve(),
    moneyBalances: () => Promise.resolve([{ ...account, amountMinor: -5n }]),
  };
  const { body } = (await get(makeApi({ payouts }), '/admin/money')) as { body: unknown };
  expect(body).toEqual({ accounts: [{ ...account, amountMinor: '-5' }] });
});
