import { createStars } from '../../src/payments/stars';
import type { SystemTransaction } from '../../src/payments/payment-system';
import { createTelegramClient } from '../../src/telegram/create-client';
import { startFakeBotApi, token, type FakeBotApi } from '../telegram/fake-bot-api';

let server: FakeBotApi;

beforeEach(async () => {
  server = await startFakeBotApi();
});
afterEach(() => server.close());

/** The offsets Telegram was asked for, and all that was listed. */
async function listed(since: Date): Promise<{ offsets: unknown[]; all: SystemTransaction[] }> {
  const client = createTelegramClient({ token, apiRoot: server.apiRoot, messagesPerSecond: 1000 });
  const { listSince } = createStars(client);
  const all: SystemTransaction[] = [];
  let cursor: string | undefined;
  do {
    const page = await listSince?.(since, cursor);
    all.push(...(page?.transactions ?? []));
    cursor = page?.cursor;
  } while (cursor !== undefined);
  return { all, offsets: server.calls.map(({ params }) => params['offset']) };
}

const user = { type: 'user', transaction_type: 'invoice_payment', user: { id: 7 } };
const charge = (id: string, date: number) => ({
  id,
  amount: 35,
  date,
  source: { ...user, invoice_payload: `payment_${id}` },
});
const page = (...transactions: unknown[]) => ({ result: { transactions } });

test('Stars are listed to the end, whatever else moved in between', async () => {
  const early = Array.from({ length: 99 }, (_, at) => charge(`early_${at}`, 1000 + at));
  const withdrawal = { id: 'w', amount: 900, date: 1100, receiver: { type: 'fragment' } };
  server.reply(
    'getStarTransactions',
    // Where does it begin?
    page(),
    page(...early, withdrawal),
    page(charge('late', 2000), { id: 'late', amount: 35, date: 2001, receiver: user }),
  );
  const { all, offsets } = await listed(new Date(2_000_000));
  expect(offsets).toEqual([100, 0, 100]);
  expect(all).toMatchObject([
    { kind: 'charge', paymentId: 'payment_late', charge: { chargeId: 'late' } },
    { kind: 'refund', refund: { chargeId: 'late', systemRefundId: 'late' } },
  ]);
});

test('of many thousand Stars only those are read that moved since', async () => {
  const moved = Array.from({ length: 30_000 }, (_, at) => charge(`c_${at}`, 1000 + at));
  server.replyBy('getStarTransactions', ({ offset, limit }) => {
    const from = Number(offset);
    return page(...moved.slice(from, from + Number(limit)));
  });
  // To the second as Telegram tells it, and in the middle of one.
  for (const [since, first] of [
    [30_950_000, 'c_29950'],
    [30_950_500, 'c_29951'],
  ] as const) {
    server.calls.length = 0;
    const { all, offsets } = await listed(new Date(since));
    expect(all[0]).toMatchObject({ charge: { chargeId: first } });
    expect(all.at(-1)).toMatchObject({ charge: { chargeId: 'c_29999' } });
    expect(offsets.length).toBeLessThan(25);
  }
});
