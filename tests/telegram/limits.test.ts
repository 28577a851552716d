import { createTelegramClient } from '../../src/telegram/create-client';
import { createLimits } from '../../src/telegram/limits';
import { message, startFakeBotApi, token } from './fake-bot-api';

test('all chats together get no more than the rate', async () => {
  const limits = createLimits({ messagesPerSecond: 20 });
  const start = Date.now();
  const chats = Array.from({ length: 24 }, (_, at) => BigInt(at));
  const turns = await Promise.all(chats.map((chat) => limits.turn(chat)));
  expect(turns).toEqual(chats.map(() => 'go'));
  // Four at once and four more every 200 ms: the last of 24 comes after five slices.
  expect(Date.now() - start).toBeGreaterThanOrEqual(900);
});

test('one chat gets a burst, then one a second', async () => {
  const limits = createLimits({ messagesPerSecond: 1000 });
  const start = Date.now();
  for (let sent = 0; sent < 11; sent += 1) await limits.turn(1n);
  await limits.turn(1n);
  expect(Date.now() - start).toBeGreaterThanOrEqual(900);
});

test('a chat that waits does not hold up another', async () => {
  const limits = createLimits({ messagesPerSecond: 1000 });
  await limits.rest(1n, 60_000);
  await expect(limits.turn(2n)).resolves.toBe('go');
});

test('a wait too long for its message is refused with its length', async () => {
  const limits = createLimits({ messagesPerSecond: 1000 });
  await limits.rest(1n, 60_000);
  const refusal: unknown = await limits.turn(1n).catch((reason: unknown) => reason);
  expect(refusal).toMatchObject({ code: 'TELEGRAM_BUSY' });
  const { retryAfterMs } = refusal as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('edits of progress leave the burst to messages', async () => {
  const limits = createLimits({ messagesPerSecond: 1000 });
  const edits = Array.from({ length: 20 }, () => limits.turn(1n, { droppable: true }));
  const start = Date.now();
  for (let sent = 0; sent < 10; sent += 1) await limits.turn(1n);
  // Without the burst they would have taken ten seconds.
  expect(Date.now() - start).toBeLessThan(5000);
  expect(await Promise.all(edits)).toContain('dropped');
});

test('edits of progress are dropped instead of queueing up', async () => {
  const server = await startFakeBotApi();
  try {
    server.reply('editMessageText', message());
    const client = createTelegramClient({
      token,
      apiRoot: server.apiRoot,
      messagesPerSecond: 1000,
    });
    const edits = Array.from({ length: 40 }, (_, at) =>
      client.editProgress(5n, 1n, { text: `${at}%` }),
    );
    const outcomes = await Promise.all(edits);
    expect(new Set(outcomes)).toEqual(new Set(['edited', 'same']));
    expect(server.calls.length).toBeLessThan(12);
  } finally {
    await server.close();
  }
});
