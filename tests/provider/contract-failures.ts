/** The promises for the day something breaks; only a stand-in breaks on demand. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each provider */
import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { collected, failureOf, jobFor, outputsOf, type FaultyRoom } from './contract-room';
import { until, type Fault } from './stand-in';

/** Work of other tests may still go on, so the fault is told which job it is for. */
function strikeWork(
  room: FaultyRoom,
  { reference }: ProviderJob,
  fault: Omit<Fault, 'at'>,
): Promise<void> {
  return room.standIn().fault({ ...fault, at: 'work', match: { prompt: reference } });
}

export function describeSubmits(room: FaultyRoom): void {
  const { definition, can } = room;
  const submit = (change: Partial<ProviderJob> = {}) =>
    room.provider().submit(jobFor(room, change));

  test('a lost answer to a submit is unknown, and what was paid for is not paid again', async () => {
    const lost = jobFor(room);
    await room.standIn().fault({ at: 'submit', kind: 'lose-answer' });
    expect((await failureOf(room.provider().submit(lost))).failure).toBe('unknown');
    expect(await room.standIn().stats(lost.reference)).toEqual({ jobs: 1, submits: 1 });
  });

  if (can.finds === true) {
    test('a job whose answer was lost is found by its reference', async () => {
      const lost = jobFor(room);
      await room.standIn().fault({ at: 'submit', kind: 'lose-answer' });
      await failureOf(room.provider().submit(lost));
      const found = await room.provider().findByReference?.(lost.reference);
      if (found === undefined) throw new Error('not found');
      expect(await collected(room.provider(), found)).toHaveLength(1);
      expect(await room.standIn().stats(lost.reference)).toEqual({ jobs: 1, submits: 1 });
    });

    test('nobody has the job of a reference that was never submitted', async () => {
      const { reference } = jobFor(room);
      expect(await room.provider().findByReference?.(reference)).toBeUndefined();
    });
  } else {
    test('a provider that cannot look a job up does not pretend to', () => {
      expect(room.provider().findByReference).toBeUndefined();
    });
  }

  if (definition.dedupesSubmit) {
    test('a second submit of one reference gives the first job', async () => {
      const same = jobFor(room);
      const { provider } = room;
      const [first, second] = await Promise.all([provider().submit(same), provider().submit(same)]);
      expect(second).toEqual(first);
      expect(await room.standIn().stats(same.reference)).toEqual({ jobs: 1, submits: 2 });
    });
  }

  test('a malformed or unexplained answer to a submit is unknown', async () => {
    await room.standIn().fault({ at: 'submit', kind: 'malformed' });
    expect((await failureOf(submit())).failure).toBe('unknown');
    await room.standIn().fault({ at: 'submit', kind: 'status', status: 502 });
    expect((await failureOf(submit())).failure).toBe('unknown');
  });

  test('a submit that timed out is unknown', async () => {
    // Signing in, where there is such a call, is not the submit.
    const neverAnswers: HttpClient = (url, init) => {
      if (String(url).endsWith('/token')) return fetch(url, init);
      expect(init?.signal).toBeInstanceOf(AbortSignal);
      return Promise.reject(new DOMException('timed out', 'TimeoutError'));
    };
    const slow = room.connect({ http: neverAnswers });
    expect((await failureOf(slow.submit(jobFor(room)))).failure).toBe('unknown');
  });

  test('a provider that is not there was never asked, so trying again is safe', async () => {
    const away: HttpClient = () =>
      Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
    const refused = room.connect({ http: away });
    expect((await failureOf(refused.submit(jobFor(room)))).failure).toBe('transient');
  });

  test('a slow first byte is waited for, and asked for once', async () => {
    const patient = jobFor(room);
    await room.standIn().fault({ at: 'submit', kind: 'slow', ms: 1_500 });
    expect(await outputsOf(room.provider(), patient)).toHaveLength(1);
    expect(await room.standIn().stats(patient.reference)).toEqual({ jobs: 1, submits: 1 });
  });

  test.each([
    [{ at: 'submit', kind: 'refuse' }, 'blocked'],
    [{ at: 'submit', kind: 'status', status: 400 }, 'invalid'],
    [{ at: 'submit', kind: 'status', status: 401 }, 'auth'],
    [{ at: 'submit', kind: 'billing' }, 'quota'],
    [{ at: 'submit', kind: 'retired' }, 'retired'],
    [{ at: 'submit', kind: 'status', status: 503 }, 'transient'],
  ] as const)('a submit answered with %j is %s and makes no job', async (fault, failure) => {
    const refused = jobFor(room);
    await room.standIn().fault(fault);
    expect((await failureOf(room.provider().submit(refused))).failure).toBe(failure);
    expect((await room.standIn().stats(refused.reference)).jobs).toBe(0);
  });

  test('a submit told to wait says how long', async () => {
    await room.standIn().fault({ at: 'submit', kind: 'retry-after', ms: 7_000 });
    const error = await failureOf(submit());
    expect([error.failure, error.retryAfterMs]).toEqual(['rate-limited', 7_000]);
  });

  test.each([
    { at: 'submit', kind: 'status', status: 502 },
    { at: 'submit', kind: 'status', status: 503 },
    { at: 'submit', kind: 'fail' },
    { at: 'submit', kind: 'retry-after', ms: 1 },
    { at: 'submit', kind: 'lose-answer' },
    { at: 'submit', kind: 'malformed' },
  ] as const)('nothing below the workflow repeats a submit after %j', async (fault) => {
    const once = jobFor(room);
    await room.standIn().fault({ ...fault, times: 5 });
    await failureOf(room.provider().submit(once));
    expect((await room.standIn().stats(once.reference)).submits).toBe(1);
    await room.standIn().clearFaults();
  });

  test.each([
    ['fail', 'no-output'],
    ['refuse', 'blocked'],
    ['malformed', 'no-output'],
  ] as const)('a job whose work ends with %s is %s', async (kind, failure) => {
    const ended = jobFor(room);
    await strikeWork(room, ended, { kind });
    expect((await failureOf(outputsOf(room.provider(), ended))).failure).toBe(failure);
  });

  test('no failure tells a secret or the prompt', async () => {
    const prompt = 'a very private wish';
    for (const fault of [
      { at: 'submit', kind: 'status', status: 401 },
      { at: 'submit', kind: 'refuse' },
      { at: 'submit', kind: 'malformed' },
    ] as const) {
      await room.standIn().fault(fault);
      const { message } = await failureOf(submit({ prompt }));
      for (const secret of [prompt, ...Object.values(room.env())]) {
        expect(message).not.toContain(secret);
      }
    }
  });
}

/** For providers that work while we ask how it goes. */
export function describeAsking(room: FaultyRoom): void {
  const { can } = room;
  const finished = async () => {
    const submitted = await room.provider().submit(jobFor(room));
    await collected(room.provider(), submitted);
    return submitted.providerJobId;
  };
  const links: Fault[] = [
    { at: 'output', kind: 'lose-answer' },
    { at: 'output', kind: 'malformed' },
    { at: 'output', kind: 'fail' },
  ];
  const faults: Fault[] = [
    { at: 'status', kind: 'lose-answer' },
    { at: 'status', kind: 'malformed' },
    { at: 'status', kind: 'status', status: 502 },
    { at: 'status', kind: 'status', status: 503 },
    ...(can.linksOutputs === true ? links : []),
  ];

  test.each(faults)('a job is still collected after %j', async (fault) => {
    const id = await finished();
    await room.standIn().fault(fault);
    expect((await failureOf(room.provider().collect(id))).failure).toBe('transient');
    expect((await room.provider().collect(id)).status).toBe('done');
  });

  test('asking too often says how long to wait', async () => {
    const id = await finished();
    await room.standIn().fault({ at: 'status', kind: 'retry-after', ms: 3_000 });
    const error = await failureOf(room.provider().collect(id));
    expect([error.failure, error.retryAfterMs]).toEqual(['rate-limited', 3_000]);
  });

  test('a job nobody knows is no output', async () => {
    expect((await failureOf(room.provider().collect('0'.repeat(36)))).failure).toBe('no-output');
  });

  test('asking a provider that is not there can be tried again', async () => {
    const id = await finished();
    const away: HttpClient = () =>
      Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
    const refused = room.connect({ http: away });
    expect((await failureOf(refused.collect(id))).failure).toBe('transient');
  });

  if (can.linksOutputs === true) {
    test('an expired output is no output', async () => {
      const id = await finished();
      await room.standIn().fault({ at: 'output', kind: 'refuse' });
      expect((await failureOf(room.provider().collect(id))).failure).toBe('no-output');
    });
  }

  if (can.cancels === true) {
    test('a cancelled job ends without an output', async () => {
      const slow = jobFor(room);
      await strikeWork(room, slow, { kind: 'slow', ms: 60_000 });
      const { providerJobId } = await room.provider().submit(slow);
      expect((await room.provider().collect(providerJobId)).status).toBe('working');
      await room.provider().cancel?.(providerJobId);
      const state = await until(async () => {
        const seen = await room.provider().collect(providerJobId);
        return seen.status === 'working' ? undefined : seen;
      });
      expect(state).toMatchObject({ status: 'failed', failure: 'no-output' });
      // Cancelling what is over already is no failure.
      await room.provider().cancel?.(providerJobId);
    });
  } else {
    test('a provider that cannot stop a job does not pretend to', () => {
      expect(room.provider().cancel).toBeUndefined();
    });
  }

  test('a job in flight survives a restart of the provider', async () => {
    const slow = jobFor(room);
    await strikeWork(room, slow, { kind: 'slow', ms: 60_000 });
    const submitted = await room.provider().submit(slow);
    await room.standIn().restart();
    expect(await collected(room.provider(), submitted)).toHaveLength(1);
  });
}
