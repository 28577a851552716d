import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import {
  ProviderError,
  type HttpClient,
  type Provider,
  type ProviderJob,
  type ProviderState,
} from '../../src/providers/provider';
import { createProviders, providerDefinitions } from '../../src/providers/registry';
import { standIns, startCallbackReceiver, until, type StandIn } from './stand-in';

const photo = readFileSync(join(__dirname, 'fixtures', 'astronaut.jpg'));

async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw new Error(`no ProviderError but ${String(error)}`);
  return error;
}

function finished(provider: Provider, providerJobId: string): Promise<ProviderState> {
  return until(async () => {
    const state = await provider.collect(providerJobId);
    return state.status === 'working' ? undefined : state;
  });
}

describe.each(providerDefinitions)('provider $id', (definition) => {
  let standIn: StandIn;
  let provider: Provider;

  const connect = (http: HttpClient): Provider => {
    const ready = createProviders(standIn.env, http, [definition]).ready.get(definition.id);
    if (ready === undefined) throw new Error('the provider is off');
    return ready.provider;
  };
  const seedModel = (kind: 'image' | 'video') =>
    definition.models.find((model) => model.kind === kind);
  const job = (change: Partial<ProviderJob> = {}): ProviderJob => ({
    reference: randomUUID(),
    kind: 'image',
    mode: 'text',
    providerModel: seedModel('image')?.providerModel ?? definition.models[0]?.providerModel ?? '',
    prompt: 'a lighthouse at sunset',
    inputs: [],
    options: {},
    ...change,
  });

  beforeAll(async () => {
    const start = standIns[definition.id];
    if (start === undefined) throw new Error('add a stand-in to tests/provider/stand-in.ts');
    standIn = await start();
    provider = connect(fetch);
  });

  afterAll(async () => {
    await standIn.close();
  });

  test('every seed model has a price and texts in both languages', () => {
    expect(definition.models.length).toBeGreaterThan(0);
    for (const model of definition.models) {
      expect(model.priceTokens).toBeGreaterThan(0n);
      for (const text of [model.name, model.description]) {
        expect(text.en.trim()).not.toBe('');
        expect(text.ru).toMatch(/[а-яё]/i);
      }
    }
  });

  test('an image job ends in an image of its declared type', async () => {
    const { providerJobId } = await provider.submit(job());
    const state = await finished(provider, providerJobId);
    if (state.status !== 'done') throw new Error(state.status);
    expect(state.outputs).toHaveLength(1);
    for (const output of state.outputs) {
      const { format, width } = await sharp(output.bytes).metadata();
      expect(output.mediaType).toBe(`image/${format}`);
      expect(width).toBeGreaterThan(500);
    }
  });

  test('a photo job ends in a picture of the same shape', async () => {
    const inputs = [{ mediaType: 'image/jpeg', bytes: photo }];
    const { providerJobId } = await provider.submit(job({ mode: 'photo', style: 'oil', inputs }));
    const state = await finished(provider, providerJobId);
    if (state.status !== 'done') throw new Error(state.status);
    const { width, height } = await sharp(state.outputs[0]?.bytes).metadata();
    expect(width).toBe(height);
  });

  test('a second submit of one reference gives the first job', async () => {
    const same = job();
    const [first, second] = await Promise.all([provider.submit(same), provider.submit(same)]);
    expect(second).toEqual(first);
    expect(await standIn.stats(same.reference)).toEqual({ jobs: 1, submits: 2 });
  });

  test('a lost answer to a submit is unknown and the job is found by its reference', async () => {
    const lost = job();
    await standIn.fault({ at: 'submit', kind: 'lose-answer' });
    expect((await failureOf(provider.submit(lost))).failure).toBe('unknown');
    const found = await provider.findByReference?.(lost.reference);
    expect(found).toBeDefined();
    expect((await finished(provider, found?.providerJobId ?? '')).status).toBe('done');
    expect(await standIn.stats(lost.reference)).toEqual({ jobs: 1, submits: 1 });
  });

  test('a malformed or unexplained answer to a submit is unknown', async () => {
    await standIn.fault({ at: 'submit', kind: 'malformed' });
    expect((await failureOf(provider.submit(job()))).failure).toBe('unknown');
    await standIn.fault({ at: 'submit', kind: 'status', status: 502 });
    expect((await failureOf(provider.submit(job()))).failure).toBe('unknown');
  });

  test('a submit that timed out is unknown', async () => {
    const neverAnswers: HttpClient = (_url, init) =>
      new Promise((_resolve, reject) => {
        expect(init?.signal).toBeInstanceOf(AbortSignal);
        reject(new DOMException('timed out', 'TimeoutError'));
      });
    expect((await failureOf(connect(neverAnswers).submit(job()))).failure).toBe('unknown');
  });

  test('nobody has the job of a reference that was never submitted', async () => {
    expect(await provider.findByReference?.(randomUUID())).toBeUndefined();
  });

  test('a provider that is not there was never asked, so trying again is safe', async () => {
    const away: HttpClient = () =>
      Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
    const refused = connect(away);
    expect((await failureOf(refused.submit(job()))).failure).toBe('transient');
    expect((await failureOf(refused.collect('any'))).failure).toBe('transient');
  });

  test.each([
    [{ at: 'submit', kind: 'refuse' }, 'blocked'],
    [{ at: 'submit', kind: 'status', status: 400 }, 'invalid'],
    [{ at: 'submit', kind: 'status', status: 401 }, 'auth'],
    [{ at: 'submit', kind: 'status', status: 402 }, 'quota'],
    [{ at: 'submit', kind: 'status', status: 503 }, 'transient'],
  ] as const)('a submit answered with %j is %s', async (fault, failure) => {
    await standIn.fault(fault);
    expect((await failureOf(provider.submit(job()))).failure).toBe(failure);
  });

  test('a submit told to wait says how long', async () => {
    await standIn.fault({ at: 'submit', kind: 'retry-after', ms: 7_000 });
    const error = await failureOf(provider.submit(job()));
    expect([error.failure, error.retryAfterMs]).toEqual(['rate-limited', 7_000]);
  });

  test('a model that is gone is retired', async () => {
    const gone = job({ providerModel: 'last-years-model' });
    expect((await failureOf(provider.submit(gone))).failure).toBe('retired');
  });

  test.each([
    ['fail', 'no-output'],
    ['refuse', 'blocked'],
    ['malformed', 'no-output'],
  ] as const)('a job whose work ends with %s is %s', async (kind, failure) => {
    await standIn.fault({ at: 'work', kind });
    const { providerJobId } = await provider.submit(job());
    expect(await finished(provider, providerJobId)).toMatchObject({ status: 'failed', failure });
  });

  test.each([
    { at: 'status', kind: 'lose-answer' },
    { at: 'status', kind: 'malformed' },
    { at: 'status', kind: 'status', status: 502 },
    { at: 'output', kind: 'lose-answer' },
    { at: 'output', kind: 'malformed' },
    { at: 'output', kind: 'fail' },
  ] as const)('a job is still collected after $at $kind', async (fault) => {
    const { providerJobId } = await provider.submit(job());
    expect((await finished(provider, providerJobId)).status).toBe('done');
    await standIn.fault(fault);
    expect((await failureOf(provider.collect(providerJobId))).failure).toBe('transient');
    expect((await provider.collect(providerJobId)).status).toBe('done');
  });

  test('an expired output is no output', async () => {
    const { providerJobId } = await provider.submit(job());
    await finished(provider, providerJobId);
    await standIn.fault({ at: 'output', kind: 'refuse' });
    expect((await failureOf(provider.collect(providerJobId))).failure).toBe('no-output');
  });

  test('no failure tells a secret or the prompt', async () => {
    const prompt = 'a very private wish';
    await standIn.fault({ at: 'submit', kind: 'status', status: 401 });
    const { message } = await failureOf(provider.submit(job({ prompt })));
    for (const secret of [prompt, ...Object.values(standIn.env)]) {
      expect(message).not.toContain(secret);
    }
  });

  test('a cancelled job ends without an output', async () => {
    await standIn.fault({ at: 'work', kind: 'slow', ms: 60_000 });
    const { providerJobId } = await provider.submit(job());
    expect((await provider.collect(providerJobId)).status).toBe('working');
    await provider.cancel?.(providerJobId);
    const state = await provider.collect(providerJobId);
    expect(state).toMatchObject({ status: 'failed', failure: 'no-output' });
    // Cancelling what is over already is no failure.
    await provider.cancel?.(providerJobId);
  });

  test('a job in flight survives a restart of the provider', async () => {
    await standIn.fault({ at: 'work', kind: 'slow', ms: 60_000 });
    const open = job();
    const { providerJobId } = await provider.submit(open);
    await standIn.restart();
    expect(await provider.submit(open)).toEqual({ providerJobId });
    expect((await finished(provider, providerJobId)).status).toBe('done');
  });

  describe('callbacks', () => {
    const unsigned = expect.objectContaining({ failure: 'auth' }) as ProviderError;
    const called = async () => {
      const receiver = await startCallbackReceiver();
      const submitted = job({ callbackUrl: receiver.url });
      await provider.submit(submitted);
      const first = await until(() => receiver.received[0]);
      await receiver.close();
      return { reference: submitted.reference, ...first };
    };

    test('a callback tells our reference', async () => {
      const { rawBody, headers, reference } = await called();
      expect(provider.readCallback?.(rawBody, headers)).toBe(reference);
    });

    test('a forged, changed or truncated callback is refused', async () => {
      const { rawBody, headers } = await called();
      const read = (body: Buffer, change: Record<string, string>) =>
        provider.readCallback?.(body, { ...headers, ...change });
      const changed = Buffer.from(rawBody);
      changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
      expect(() => read(changed, {})).toThrow(unsigned);
      expect(() => read(rawBody.subarray(0, -1), {})).toThrow(unsigned);
      expect(() => read(Buffer.alloc(0), {})).toThrow(unsigned);
      expect(() => provider.readCallback?.(rawBody, {})).toThrow(unsigned);
      for (const name of Object.keys(headers).filter((each) => each.includes('signature'))) {
        expect(() => read(rawBody, { [name]: 'v1=short' })).toThrow(unsigned);
        expect(() => read(rawBody, { [name]: `v1=${'0'.repeat(64)}` })).toThrow(unsigned);
      }
    });

    test('a callback replayed after its time is refused', async () => {
      const { rawBody, headers } = await called();
      const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
      try {
        expect(() => provider.readCallback?.(rawBody, headers)).toThrow(unsigned);
      } finally {
        now.mockRestore();
      }
    });

    test('a callback signed with another key is refused', async () => {
      const { rawBody, headers } = await called();
      const secrets = Object.entries(standIn.env).filter(([name]) => /KEY|SECRET/.test(name));
      const others = Object.fromEntries(secrets.map(([name]) => [name, 'another-key']));
      const [stranger] = createProviders({ ...standIn.env, ...others }, fetch, [
        definition,
      ]).ready.values();
      expect(() => stranger?.provider.readCallback?.(rawBody, headers)).toThrow(unsigned);
    });
  });
});
