import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { createProviders } from '../../src/providers/registry';
import { veo } from '../../src/providers/veo';
import { collected, failureOf, makeReady } from './contract-room';
import { makeServiceAccount, startVeo, type StandIn } from './stand-in';

const photoFile = readFileSync(join(__dirname, 'fixtures', 'astronaut.jpg'));
const account = makeServiceAccount();
const model = 'projects/easel-tests/locations/us-central1/publishers/google/models/veo-x';
const name = `${model}/operations/op-1`;
const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), Buffer.alloc(50)]);
const job: ProviderJob = {
  reference: 'r1',
  kind: 'video',
  mode: 'text',
  providerModel: 'veo-3.1-fast-generate-001',
  prompt: 'hills',
  inputs: [],
  options: { aspect: '9:16', duration: '6', resolution: '1080p', audio: 'off' },
};

/** An adapter whose provider answers everything with this; and what it was asked. */
function answering(answer: unknown, env: Record<string, string> = {}) {
  const asked: { url: string; body: string }[] = [];
  const http: HttpClient = async (url, init) => {
    if (String(url).endsWith('/token')) {
      return Response.json({ access_token: 't', expires_in: 3_600, token_type: 'Bearer' });
    }
    asked.push({ url: String(url), body: Buffer.from(init?.body as string).toString('utf8') });
    return Response.json(answer);
  };
  const settings = { VERTEX_SERVICE_ACCOUNT: account.json, ...env };
  return { provider: makeReady(veo, settings, http), asked };
}

const over = (ending: object) => ({ name, done: true, ...ending });
const filtered = (reason: string) =>
  over({ response: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: [reason] } });
const broken = (code: number, message = 'x') => over({ error: { code, message } });

test.each([
  [filtered('input image violates … Support codes: 15236754'), 'blocked', 'celebrity'],
  [filtered('without a code'), 'blocked', 'no reason told'],
  [broken(3, 'could not be submitted. Support codes: 58061214'), 'blocked', 'child'],
  [broken(3, 'Unsupported duration.'), 'invalid', 'code 3'],
  [broken(7), 'auth', 'code 7'],
  [broken(8), 'no-output', 'code 8'],
  [broken(13), 'no-output', 'code 13'],
  [over({ error: {} }), 'no-output', 'code 0'],
  [over({ response: {} }), 'no-output', 'without a film'],
  [over({ response: { raiMediaFilteredCount: 0, videos: [] } }), 'no-output', 'without a film'],
  [over({}), 'no-output', 'without a film'],
])('an operation that ended with %j is %s', async (answer, failure, told) => {
  const state = await answering(answer).provider.collect(name);
  expect(state).toEqual({
    status: 'failed',
    failure,
    detail: expect.stringContaining(told) as string,
  });
});

test('an operation that is not done is worked on, and asked by its own name', async () => {
  const { provider, asked } = answering({ name });
  expect(await provider.collect(name)).toEqual({
    status: 'working',
    progress: 0,
    askAgainMs: 10_000,
  });
  expect(asked).toEqual([
    {
      url: `https://us-central1-aiplatform.googleapis.com/v1beta1/${model}:fetchPredictOperation`,
      body: JSON.stringify({ operationName: name }),
    },
  ]);
});

test('a film in the answer is the output', async () => {
  const videos = [{ bytesBase64Encoded: film.toString('base64'), mimeType: 'video/mp4' }];
  expect(await answering(over({ response: { videos } })).provider.collect(name)).toEqual({
    status: 'done',
    outputs: [{ mediaType: 'video/mp4', bytes: film }],
  });
});

test("a film in another's bucket is not fetched, for our token would go along", async () => {
  const videos = [{ gcsUri: 'gs://easel-films-of-others/x.mp4', mimeType: 'video/mp4' }];
  const env = { VEO_STORAGE_URL: 'gs://easel-films/' };
  const { provider, asked } = answering(over({ response: { videos } }), env);
  expect((await failureOf(provider.collect(name))).failure).toBe('no-output');
  expect(asked).toHaveLength(1);
});

test('words, photo and options travel as Vertex wants them', async () => {
  const env = { VEO_STORAGE_URL: 'gs://easel-films/made/', VEO_LOCATION: 'global' };
  const { provider, asked } = answering({ name }, env);
  const inputs = [{ mediaType: 'image/jpeg', bytes: Buffer.from('photo') }];
  expect(await provider.submit({ ...job, mode: 'photo', inputs })).toEqual({ providerJobId: name });
  expect(asked[0]?.url).toBe(
    'https://aiplatform.googleapis.com/v1beta1/projects/easel-tests/locations/global/publishers/google/models/veo-3.1-fast-generate-001:predictLongRunning',
  );
  const image = {
    bytesBase64Encoded: Buffer.from('photo').toString('base64'),
    mimeType: 'image/jpeg',
  };
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
    instances: [{ prompt: 'hills', image }],
    parameters: {
      sampleCount: 1,
      storageUri: 'gs://easel-films/made/',
      durationSeconds: 6,
      aspectRatio: '9:16',
      resolution: '1080p',
      generateAudio: false,
    },
  });
});

test('several photos travel as what the film is made of, with words in any case', async () => {
  const { provider, asked } = answering({ name });
  const photo = (text: string) => ({ mediaType: 'image/png', bytes: Buffer.from(text) });
  const options = { aspect: '16:9', duration: '8' };
  const inputs = [photo('one'), photo('two')];
  await provider.submit({ ...job, mode: 'photo', prompt: '', inputs, options });
  const image = (text: string) => ({
    image: { bytesBase64Encoded: Buffer.from(text).toString('base64'), mimeType: 'image/png' },
    referenceType: 'ASSET',
  });
  const { instances } = JSON.parse(asked[0]?.body ?? '') as { instances: unknown[] };
  expect(instances).toEqual([
    {
      prompt: expect.stringMatching(/\S/) as string,
      referenceImages: [image('one'), image('two')],
    },
  ]);
});

test('the stand-in takes a film of three photos', async () => {
  const standIn = await startVeo();
  try {
    const provider = makeReady(veo, standIn.env);
    const options = { aspect: '16:9', duration: '8', resolution: '720p', audio: 'on' };
    const input = { mediaType: 'image/jpeg', bytes: photoFile };
    const inputs = [input, input, input];
    const made = await collected(
      provider,
      await provider.submit({ ...job, mode: 'photo', inputs, options }),
    );
    expect(made.map(({ mediaType }) => mediaType)).toEqual(['video/mp4']);
  } finally {
    await standIn.close();
  }
});

test('an answer to a submit without a name may hide a paid job', async () => {
  expect((await failureOf(answering({}).provider.submit(job))).failure).toBe('unknown');
});

test('the settings want the account, and the bucket as Google writes it', () => {
  const create = (env: Record<string, string>) => () => createProviders(env, fetch, [veo]);
  expect(create({ VEO_LOCATION: 'europe-west4' })).toThrow(/VERTEX_SERVICE_ACCOUNT/);
  const env = { VERTEX_SERVICE_ACCOUNT: account.json, VEO_STORAGE_URL: 'https://b.test/' };
  expect(create(env)).toThrow(/VEO_STORAGE_URL/);
});

describe('without a bucket', () => {
  let google: StandIn;
  beforeAll(async () => {
    google = await startVeo();
  });
  afterAll(async () => {
    await google.close();
  });

  test('the film comes with the answer, one token serves all calls, and no call is repeated', async () => {
    const provider = makeReady(veo, google.env);
    const submitted = await provider.submit(job);
    const [output] = await collected(provider, submitted);
    expect(output?.bytes.toString('latin1', 4, 8)).toBe('ftyp');
    const calls = await google.calls();
    expect(calls.filter((call) => call === 'POST /token')).toHaveLength(1);
    expect(calls.filter((call) => call.endsWith(':predictLongRunning'))).toHaveLength(1);
    expect(calls.some((call) => call.startsWith('GET /storage'))).toBe(false);
  });

  test('another account cannot read the operation', async () => {
    const { providerJobId } = await makeReady(veo, google.env).submit(job);
    const stranger = makeReady(veo, {
      ...google.env,
      VERTEX_SERVICE_ACCOUNT: makeServiceAccount('another').json,
    });
    expect((await failureOf(stranger.collect(providerJobId))).failure).toBe('auth');
  });

  test('a token that is refused or lost is asked for once a call', async () => {
    let asked = 0;
    const away: HttpClient = () => {
      asked += 1;
      return Promise.reject(new TypeError('lost'));
    };
    const provider = makeReady(veo, google.env, away);
    expect((await failureOf(provider.submit(job))).failure).toBe('transient');
    expect(asked).toBe(1);
  });
});
