import { omni } from '../../src/providers/omni';
import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { collected, failureOf, makeReady } from './contract-room';
import { makeServiceAccount, startOmni, type StandIn } from './stand-in';

const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), Buffer.alloc(50)]);
const job: ProviderJob = {
  reference: 'r1',
  kind: 'video',
  mode: 'text',
  providerModel: 'gemini-omni-1.1-flash',
  prompt: 'hills',
  inputs: [],
  options: { aspect: '9:16', duration: '8', resolution: '1080p' },
};
const base = 'https://generativelanguage.googleapis.com';

interface Asked {
  readonly call: string;
  readonly body: string | undefined;
  readonly key: string | null;
}

/** An adapter whose provider gives these answers, the last one for ever; and what it was asked. */
function answering(...answers: readonly (object | Response)[]) {
  const asked: Asked[] = [];
  const http: HttpClient = async (url, init) => {
    const key = new Headers(init?.headers).get('x-goog-api-key');
    asked.push({
      call: `${init?.method ?? ''} ${String(url)}`,
      body: init?.body as string | undefined,
      key,
    });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    return answer instanceof Response ? answer : Response.json(answer);
  };
  return { provider: makeReady(omni, { GEMINI_API_KEY: 'the-secret-key' }, http), asked };
}

const made = (content: object[], status = 'completed') => ({
  id: 'i1',
  status,
  steps: [
    { type: 'thought', content: [{ type: 'video', data: film.toString('base64') }] },
    { type: 'model_output', content },
  ],
});
const failed = (...errors: object[]) => ({ id: 'i1', status: 'failed', errors });

test.each([
  [failed({ code: 'content_blocked', message: 'x' }), 'blocked'],
  [failed({ message: 'The video was blocked by safety filters.' }), 'blocked'],
  [failed({ code: 3, message: 'No. Support codes: 61493863' }), 'blocked'],
  [made([{ type: 'text', text: "I can't make that video." }]), 'blocked'],
  [
    {
      id: 'i1',
      status: 'failed',
      steps: [{ type: 'model_output', error: { code: 7, message: 'policy' } }],
    },
    'blocked',
  ],
  [failed({ code: 'internal', message: 'Something broke.' }), 'no-output'],
  [failed(), 'no-output'],
  [{ id: 'i1', status: 'cancelled' }, 'no-output'],
  [{ id: 'i1', status: 'incomplete' }, 'no-output'],
  [{ id: 'i1', status: 'requires_action' }, 'no-output'],
  [{ id: 'i1', status: 'requires_continuation' }, 'no-output'],
  [{ id: 'i1', status: 'budget_exceeded' }, 'quota'],
  [made([]), 'no-output'],
  [made([{ type: 'video', data: film.toString('base64') }], 'failed'), 'no-output'],
])('an interaction that ended as %j is %s', async (answer, failure) => {
  const state = await answering(answer).provider.collect('i1');
  expect(state).toMatchObject({ status: 'failed', failure });
});

test.each(['queued', 'in_progress'])('an interaction that is %s is worked on', async (status) => {
  const { provider, asked } = answering({ id: 'i1', status });
  expect((await provider.collect('i1')).status).toBe('working');
  expect(asked.map(({ call }) => call)).toEqual([
    `GET ${base}/v1beta/interactions/i1?stream=false`,
  ]);
});

test('a film in the answer is the output, and a draft in a thought is not', async () => {
  const answer = made([{ type: 'video', data: film.toString('base64'), mime_type: 'video/mp4' }]);
  expect(await answering(answer).provider.collect('i1')).toEqual({
    status: 'done',
    outputs: [{ mediaType: 'video/mp4', bytes: film }],
  });
});

test('a film behind a link is fetched with the key, and where it leads without', async () => {
  const answer = made([{ type: 'video', uri: `${base}/v1beta/files/f1` }]);
  const location = 'https://storage.googleusercontent.com/f1';
  const moved = new Response(null, { status: 302, headers: { location } });
  const { provider, asked } = answering(answer, moved, new Response(new Uint8Array(film)));
  expect(await provider.collect('i1')).toMatchObject({ status: 'done' });
  expect(asked.slice(1).map(({ call, key }) => [call, key])).toEqual([
    [`GET ${base}/v1beta/files/f1:download?alt=media`, 'the-secret-key'],
    [`GET ${location}`, null],
  ]);
});

test.each([
  ['a foreign link', made([{ type: 'video', uri: 'https://evil.test/v1beta/files/f1' }]), 1],
  ['no link at all', made([{ type: 'video', uri: 'f1' }]), 1],
])('%s is not fetched', async (_name, answer, calls) => {
  const { provider, asked } = answering(answer);
  expect((await failureOf(provider.collect('i1'))).failure).toBe('no-output');
  expect(asked).toHaveLength(calls);
});

test.each(['https://evil.test/f1', 'http://storage.googleapis.com/f1', 'https://xgoogleapis.com/'])(
  'a link that leads on to %s is not followed',
  async (location) => {
    const answer = made([{ type: 'video', uri: `${base}/v1beta/files/f1` }]);
    const moved = new Response(null, { status: 302, headers: { location } });
    const { provider, asked } = answering(answer, moved);
    expect((await failureOf(provider.collect('i1'))).failure).toBe('no-output');
    expect(asked).toHaveLength(2);
  },
);

test.each([
  [0, 'text_to_video'],
  [1, 'image_to_video'],
  [2, 'reference_to_video'],
  [3, 'reference_to_video'],
])('%i photos make the task %s, and everything travels as Google wants it', async (count, task) => {
  const { provider, asked } = answering({ id: 'i1', status: 'queued' });
  const inputs = Array.from({ length: count }, (_, at) => ({
    mediaType: 'image/jpeg',
    bytes: Buffer.from(`photo ${at}`),
  }));
  expect(await provider.submit({ ...job, inputs })).toEqual({ providerJobId: 'i1' });
  expect(asked.map(({ call, key }) => [call, key])).toEqual([
    [`POST ${base}/v1beta/interactions`, 'the-secret-key'],
  ]);
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
    model: 'gemini-omni-1.1-flash',
    input: [
      { type: 'text', text: 'hills' },
      ...inputs.map(({ bytes }) => ({
        type: 'image',
        data: bytes.toString('base64'),
        mime_type: 'image/jpeg',
      })),
    ],
    response_format: {
      type: 'video',
      delivery: 'uri',
      aspect_ratio: '9:16',
      duration: '8s',
      resolution: '1080p',
    },
    generation_config: { video_config: { task } },
    background: true,
    store: true,
  });
});

test('the SDK, which would ask five times, asks once', async () => {
  const { provider, asked } = answering(new Response('{}', { status: 503 }));
  expect((await failureOf(provider.submit(job))).failure).toBe('transient');
  expect((await failureOf(provider.collect('i1'))).failure).toBe('transient');
  expect(asked).toHaveLength(2);
});

test('an answer to a submit without an id may hide a paid job', async () => {
  expect((await failureOf(answering({ status: 'queued' }).provider.submit(job))).failure).toBe(
    'unknown',
  );
});

test('cancelling what cannot be cancelled for another reason is told', async () => {
  const { provider } = answering(new Response('{}', { status: 401 }));
  await expect(provider.cancel?.('i1')).rejects.toMatchObject({ failure: 'auth' });
});

describe('on Vertex', () => {
  const account = makeServiceAccount();
  let google: StandIn;
  beforeAll(async () => {
    google = await startOmni(account);
  });
  afterAll(async () => {
    await google.close();
  });

  test('a service account gets its films with the answer', async () => {
    const url = String(google.env['GEMINI_API_URL']);
    const provider = makeReady(omni, {
      VERTEX_SERVICE_ACCOUNT: account.json,
      VERTEX_TOKEN_URL: `${url}/token`,
      OMNI_VERTEX_URL: url,
    });
    const [output] = await collected(provider, await provider.submit(job));
    expect(output?.bytes.toString('latin1', 4, 8)).toBe('ftyp');
    const calls = await google.calls();
    expect(calls).toContain('POST /v1beta1/projects/easel-tests/locations/global/interactions');
    expect(calls.some((call) => call.includes('/files/'))).toBe(false);
  });
});
