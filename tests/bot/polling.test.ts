import type { Update } from 'telegraf/types';
import { runPolling } from '../../src/bot/polling';
import { AppError } from '../../src/domain/errors';

const pauses = { whileWorkingMs: 5, firstMs: 1, longestMs: 2 };

function updateOf(id: number, chat: number): Update {
  const from = { id: chat, is_bot: false, first_name: 'A' };
  return {
    update_id: id,
    message: { message_id: id, date: 1, text: 'hi', from, chat: { id: chat, type: 'private' } },
  } as unknown as Update;
}

/** Keeps updates until a later offset is asked for, as Telegram does. */
function createTelegram(updates: Update[], failures: Error[] = []) {
  const offsets: number[] = [];
  const stop = new AbortController();
  return {
    offsets,
    stop,
    async getUpdates({ offset }: { offset: number }) {
      offsets.push(offset);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      const left = updates.filter(({ update_id }) => update_id >= offset);
      if (left.length === 0) stop.abort();
      return left;
    },
  };
}

function createLog() {
  const errors: string[] = [];
  const ignore = () => undefined;
  const error = (_details: unknown, message: string) => {
    errors.push(message);
  };
  return { errors, logger: { info: ignore, warn: ignore, error } as never };
}

describe('long polling', () => {
  test('confirms an update only after it was handled', async () => {
    const telegram = createTelegram([updateOf(1, 1), updateOf(2, 2)]);
    let slow = 0;
    let confirmedTooEarly = false;
    const handled: number[] = [];
    await runPolling(
      {
        telegram,
        logger: createLog().logger,
        pauses,
        async handleUpdate({ update_id }) {
          if (update_id === 1 && slow < 3) {
            slow += 1;
            confirmedTooEarly ||= Math.max(...telegram.offsets) > 1;
            throw new Error('database away');
          }
          handled.push(update_id);
          return 'done';
        },
      },
      telegram.stop.signal,
    );
    expect(confirmedTooEarly).toBe(false);
    expect(handled.toSorted()).toEqual([1, 2]);
    expect(telegram.offsets.at(-1)).toBe(3);
  });

  test('keeps the order of one chat and does not let chats wait for each other', async () => {
    const telegram = createTelegram([updateOf(1, 1), updateOf(2, 1), updateOf(3, 2)]);
    const handled: number[] = [];
    let attempts = 0;
    await runPolling(
      {
        telegram,
        logger: createLog().logger,
        pauses,
        async handleUpdate({ update_id }) {
          attempts += 1;
          const isBlocked = update_id === 1 && !handled.includes(3);
          if (isBlocked) throw new Error('not yet');
          handled.push(update_id);
          return 'done';
        },
      },
      telegram.stop.signal,
    );
    expect(handled).toEqual([3, 1, 2]);
    expect(attempts).toBeGreaterThan(3);
  });

  test('asks again for an update another process has in hand', async () => {
    const telegram = createTelegram([updateOf(1, 1)]);
    const answers: ('busy' | 'done')[] = ['busy', 'busy', 'done'];
    await runPolling(
      {
        telegram,
        logger: createLog().logger,
        pauses,
        handleUpdate: async () => answers.shift() ?? 'done',
      },
      telegram.stop.signal,
    );
    expect(answers).toEqual([]);
  });

  test('says once that another copy is polling, and goes on when it has stopped', async () => {
    const conflict = () =>
      new AppError('TELEGRAM_REFUSED', 'getUpdates: 409 Conflict: terminated by other getUpdates');
    const telegram = createTelegram([updateOf(1, 1)], [conflict(), conflict(), conflict()]);
    const { errors, logger } = createLog();
    const handled: number[] = [];
    await runPolling(
      {
        telegram,
        logger,
        pauses,
        async handleUpdate({ update_id }) {
          handled.push(update_id);
          return 'done';
        },
      },
      telegram.stop.signal,
    );
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('409');
    expect(handled).toEqual([1]);
  });

  test('stops without confirming what was not handled', async () => {
    const telegram = createTelegram([updateOf(1, 1)]);
    await runPolling(
      {
        telegram,
        logger: createLog().logger,
        pauses,
        handleUpdate: async () => {
          telegram.stop.abort();
          throw new Error('database away');
        },
      },
      telegram.stop.signal,
    );
    expect(Math.max(...telegram.offsets)).toBeLessThanOrEqual(1);
  });
});
