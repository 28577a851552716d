import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput } from '@temporalio/worker';
import { createHeartbeat } from '../../src/worker/heartbeat';

const input: ActivityExecuteInput = { args: ['g1'], headers: {} };

/** A step of a worker whose clock a test moves. */
function running(heartbeatTimeoutMs: number | undefined) {
  const beats: unknown[] = [];
  const context = {
    info: { ...(heartbeatTimeoutMs === undefined ? {} : { heartbeatTimeoutMs }) },
    heartbeat: () => beats.push('beat'),
  } as unknown as Context;
  let end: (how: Promise<string>) => void = () => undefined;
  const step = new Promise<string>((resolve) => {
    end = resolve;
  });
  const ended = createHeartbeat(context).execute?.(input, () => step);
  return { beats, end, ended };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a long step beats well within its heartbeat timeout until it ends', async () => {
  const { beats, end, ended } = running(30_000);
  await jest.advanceTimersByTimeAsync(30_000);
  expect(beats.length).toBeGreaterThanOrEqual(2);
  end(Promise.resolve('done'));
  await expect(ended).resolves.toBe('done');
  const count = beats.length;
  await jest.advanceTimersByTimeAsync(120_000);
  expect(beats).toHaveLength(count);
});

test('a failed step stops beating too', async () => {
  const { beats, end, ended } = running(30_000);
  end(Promise.reject(new Error('no')));
  await expect(ended).rejects.toThrow('no');
  await jest.advanceTimersByTimeAsync(120_000);
  expect(beats).toEqual([]);
});

test.each([undefined, 0])(
  'a step without a heartbeat timeout (%s) never beats',
  async (timeout) => {
    const { beats } = running(timeout);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(beats).toEqual([]);
  },
);
