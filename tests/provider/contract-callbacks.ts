/** Callbacks are hints: they wake, they decide nothing. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each provider */
import type { ProviderError } from '../../src/providers/provider';
import { collected, jobFor, type FaultyRoom } from './contract-room';
import { startCallbackReceiver, until, type Fault, type ReceivedCallback } from './stand-in';

export function describeCallbacks(room: FaultyRoom): void {
  const unsigned = expect.objectContaining({ failure: 'auth' }) as ProviderError;

  /** Submits a job and returns what came back for it. */
  async function called(count: number, fault?: Fault) {
    const receiver = await startCallbackReceiver();
    const job = jobFor(room, { callbackUrl: receiver.url });
    // Jobs of other tests may still try to call back, so the fault is told which job it is for.
    const match = { prompt: job.reference };
    if (fault !== undefined) await room.standIn().fault({ ...fault, match });
    const submitted = await room.provider().submit(job);
    const received = await until(() =>
      receiver.received.length >= count ? [...receiver.received] : undefined,
    );
    await receiver.close();
    return { job, submitted, received, last: received.at(-1) ?? neverCalled() };
  }
  const neverCalled = (): ReceivedCallback => {
    throw new Error('no callback');
  };
  const read = async (
    rawBody: Buffer,
    headers: Record<string, string>,
    query: Record<string, string> = {},
  ) => room.provider().readCallback?.(rawBody, headers, query);

  test('a callback tells our reference', async () => {
    const { last, job } = await called(1);
    expect(await read(last.rawBody, last.headers, last.query)).toBe(job.reference);
  });

  test.each(['duplicate', 'disorder'] as const)(
    'callbacks in %s tell the same reference, and the job ends as without them',
    async (kind) => {
      const { received, job, submitted } = await called(2, { at: 'callback', kind });
      for (const { rawBody, headers, query } of received) {
        expect(await read(rawBody, headers, query)).toBe(job.reference);
      }
      expect(await collected(room.provider(), submitted)).toHaveLength(1);
      expect(await room.standIn().stats(job.reference)).toEqual({ jobs: 1, submits: 1 });
    },
  );

  test('a job whose callback never comes is collected by asking', async () => {
    await room.standIn().fault({ at: 'callback', kind: 'fail', times: 100 });
    const submitted = await room
      .provider()
      .submit(jobFor(room, { callbackUrl: 'http://127.0.0.1:9/nobody' }));
    expect(await collected(room.provider(), submitted)).toHaveLength(1);
    await room.standIn().clearFaults();
  });

  if (room.can.signsCallbacks === undefined) {
    test('a callback that makes no sense is ignored', async () => {
      expect(await read(Buffer.from('{}'), {})).toBeUndefined();
      expect(await read(Buffer.from('no json'), {})).toBeUndefined();
    });
    return;
  }

  test('a forged, changed or truncated callback is refused', async () => {
    const { last } = await called(1);
    const { rawBody, headers } = last;
    const changed = Buffer.from(rawBody);
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
    await expect(read(changed, headers)).rejects.toEqual(unsigned);
    await expect(read(rawBody.subarray(0, -1), headers)).rejects.toEqual(unsigned);
    await expect(read(Buffer.alloc(0), headers)).rejects.toEqual(unsigned);
    await expect(read(rawBody, {})).rejects.toEqual(unsigned);
    for (const name of Object.keys(headers).filter((each) => each.includes('signature'))) {
      for (const forged of ['v1=short', `v1=${'0'.repeat(64)}`, '0'.repeat(128)]) {
        await expect(read(rawBody, { ...headers, [name]: forged })).rejects.toEqual(unsigned);
      }
    }
  });

  test('a callback replayed after its time is refused', async () => {
    const { last } = await called(1);
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    try {
      await expect(read(last.rawBody, last.headers)).rejects.toEqual(unsigned);
    } finally {
      now.mockRestore();
    }
  });

  test('a callback that another signed is refused', async () => {
    const { last } = await called(1, { at: 'callback', kind: 'malformed' });
    await expect(read(last.rawBody, last.headers)).rejects.toEqual(unsigned);
  });

  if (room.can.signsCallbacks === 'with our secret') {
    test('a callback signed with another secret is refused', async () => {
      const { last } = await called(1);
      const stranger = room.connect({ env: room.wrongCredentials() });
      const asked = async () => stranger.readCallback?.(last.rawBody, last.headers);
      await expect(asked()).rejects.toEqual(unsigned);
    });
  }
}
