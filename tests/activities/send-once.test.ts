import { sendOnce } from '../../src/activities/send-once';
import { AppError } from '../../src/domain/errors';
import { openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A message under a key of its own that a person gets `received()` times. */
function message(key: string, ...troubles: (Error | undefined)[]) {
  let received = 0;
  const outgoing = {
    key,
    chatId: 5n,
    send: async () => {
      const trouble = troubles.shift();
      if (trouble instanceof AppError && trouble.code === 'TELEGRAM_BUSY') throw trouble;
      received += 1;
      if (trouble !== undefined) throw trouble;
      return { messageId: BigInt(received) };
    },
  };
  return {
    received: () => received,
    send: () => sendOnce(stage.deliveries, outgoing).catch((error: unknown) => error),
  };
}

test('a message that went out is never sent again', async () => {
  const { send, received } = message('once');
  for (let time = 0; time < 3; time += 1) expect(await send()).toBeUndefined();
  expect(received()).toBe(1);
});

test('a message that clearly did not go out is sent by the next attempt', async () => {
  const { send, received } = message('refused', new AppError('TELEGRAM_BUSY', '429'));
  expect(await send()).toBeInstanceOf(AppError);
  expect(received()).toBe(0);
  expect(await send()).toBeUndefined();
  expect(received()).toBe(1);
});

test('each lost answer costs one more copy at most, and the first answer ends it', async () => {
  const { send, received } = message('lost', new AppError('OUTCOME_UNKNOWN', 'the line broke'));
  await send();
  for (let time = 0; time < 3; time += 1) expect(await send()).toBeUndefined();
  expect(received()).toBe(2);
});

test('an error nobody expected counts as a lost answer, not as a refusal', async () => {
  const { send } = message('odd', new TypeError('a bug'));
  await send();
  expect(await stage.deliveries.start('odd', 5n)).toEqual({ status: 'unknown' });
});
