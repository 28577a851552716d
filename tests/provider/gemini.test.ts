import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gemini } from '../../src/providers/gemini';
import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { createProviders } from '../../src/providers/registry';
import { failureOf, makeReady } from './contract-room';
import { makeServiceAccount, startGemini, type StandIn } from './stand-in';

const photo = readFileSync(join(__dirname, 'fixtures', 'astronaut.jpg'));
const job: ProviderJob = {
  reference: 'r1',
  kind: 'image',
  mode: 'text',
  providerModel: 'gemini-nano-banana-2.1',
  prompt: 'hills',
  inputs: [],
  options: {},
};
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
const image = (bytes: Buffer, more = {}) => ({
  inlineData: { mimeType: 'image/png', data: bytes.toString('base64') },
  ...more,
});
const candidate = (parts: object[], finishReason = 'STOP') => ({
  candidates: [{ content: { role: 'model', parts }, finishReason }],
});

/** An adapter whose provider answers everything with this; and what it was asked. */
function answering(answer: unknown) {
  const asked: { url: string; body: Record<string, unknown>; headers: Headers }[] = [];
  const http: HttpClient = async (url, init) => {
    const body = JSON.parse(init?.body as string) as Record<string, unknown>;
    asked.push({ url: String(url), body, headers: new Headers(init?.headers) });
    return new Response(JSON.stringify(answer), { status: 200 });
  };
  return { provider: makeReady(gemini, { GEMINI_API_KEY: 'the-secret-key' }, http), asked };
}

test.each([
  [{ candidates: [], promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }, 'blocked'],
  [{ promptFeedback: { blockReason: 'OTHER' } }, 'blocked'],
  [candidate([], 'SAFETY'), 'blocked'],
  [candidate([], 'RECITATION'), 'blocked'],
  [candidate([], 'BLOCKLIST'), 'blocked'],
  [candidate([], 'PROHIBITED_CONTENT'), 'blocked'],
  [candidate([], 'SPII'), 'blocked'],
  [candidate([], 'IMAGE_SAFETY'), 'blocked'],
  [candidate([], 'IMAGE_PROHIBITED_CONTENT'), 'blocked'],
  [candidate([], 'IMAGE_RECITATION'), 'blocked'],
  [candidate([{ text: "I can't create that image for you." }]), 'blocked'],
  [candidate([{ text: 'This goes against my guidelines.' }]), 'blocked'],
  [candidate([{ text: 'Я не могу нарисовать это.' }]), 'blocked'],
  [candidate([], 'LANGUAGE'), 'invalid'],
  [candidate([{ text: 'Here is your picture!' }]), 'no-output'],
  [candidate([], 'NO_IMAGE'), 'no-output'],
  [candidate([], 'IMAGE_OTHER'), 'no-output'],
  [candidate([], 'OTHER'), 'no-output'],
  [candidate([], 'MAX_TOKENS'), 'no-output'],
  [candidate([], 'MALFORMED_RESPONSE'), 'no-output'],
  [candidate([image(png, { thought: true })]), 'no-output'],
  [candidate([image(Buffer.from('no picture at all, really'))]), 'no-output'],
  [{ candidates: [] }, 'no-output'],
  [{}, 'no-output'],
])('an answer with HTTP 200 and %j is %s', async (answer, failure) => {
  expect((await failureOf(answering(answer).provider.submit(job))).failure).toBe(failure);
});

test('the last picture that is no thought is the result, with the id of the answer', async () => {
  const last = Buffer.concat([png, Buffer.from('last')]);
  const parts = [
    { text: 'a' },
    image(png, { thought: true }),
    image(png),
    image(last),
    { text: 'b' },
  ];
  const { provider } = answering({ ...candidate(parts), responseId: 'answer-1' });
  expect(await provider.submit(job)).toEqual({
    providerJobId: 'answer-1',
    outputs: [{ mediaType: 'image/png', bytes: last }],
  });
});

test('words, several photos, ratio and size travel as Google wants them', async () => {
  const { provider, asked } = answering(candidate([image(png)]));
  const inputs = [photo, png].map((bytes, at) => ({
    mediaType: at === 0 ? 'image/jpeg' : 'image/png',
    bytes,
  }));
  await provider.submit({ ...job, mode: 'photo', inputs, options: { aspect: '16:9', size: '2K' } });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.url).toBe(
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-nano-banana-2.1:generateContent',
  );
  expect(asked[0]?.headers.get('x-goog-api-key')).toBe('the-secret-key');
  expect(asked[0]?.body).toEqual({
    contents: [
      {
        role: 'user',
        parts: [
          { text: 'hills' },
          { inlineData: { mimeType: 'image/jpeg', data: photo.toString('base64') } },
          { inlineData: { mimeType: 'image/png', data: png.toString('base64') } },
        ],
      },
    ],
    generationConfig: {
      responseModalities: ['TEXT', 'IMAGE'],
      imageConfig: { aspectRatio: '16:9', imageSize: '2K' },
    },
  });
});

test('a style is told in words, and the ratio "auto" is not told at all', async () => {
  const { provider, asked } = answering(candidate([image(png)]));
  const inputs = [{ mediaType: 'image/jpeg', bytes: photo }];
  const options = { aspect: 'auto', size: '1K' };
  await provider.submit({ ...job, mode: 'photo', style: 'oil', prompt: 'at sea', inputs, options });
  const sent = JSON.stringify(asked[0]?.body);
  expect(sent).toMatch(/Repaint the photo as a classical oil painting.* at sea/);
  expect(sent).toContain('"imageConfig":{"imageSize":"1K"}');
});

test('the settings want a key or an account and never repeat a wrong one', () => {
  const create = (env: Record<string, string>) => () => createProviders(env, fetch, [gemini]);
  expect(create({ GEMINI_API_URL: 'http://x.test' })).toThrow(/GEMINI_API_KEY/);
  const wrong = JSON.stringify({ project_id: 'p', client_email: 'e', private_key: 'hush-hush' });
  expect(create({ VERTEX_SERVICE_ACCOUNT: wrong })).toThrow(/VERTEX_SERVICE_ACCOUNT/);
  expect(create({ VERTEX_SERVICE_ACCOUNT: wrong })).not.toThrow(/hush/);
});

describe('on Vertex', () => {
  const account = makeServiceAccount();
  let google: StandIn;
  const env = (json = account.json) => ({
    VERTEX_SERVICE_ACCOUNT: json,
    VERTEX_TOKEN_URL: `${String(google.env['GEMINI_API_URL'])}/token`,
    GEMINI_VERTEX_URL: String(google.env['GEMINI_API_URL']),
  });

  beforeAll(async () => {
    google = await startGemini(account);
  });
  afterAll(async () => {
    await google.close();
  });

  test('a service account signs in once and its pictures come from its project', async () => {
    const provider = makeReady(gemini, env());
    const before = (await google.calls()).length;
    const first = await provider.submit({ ...job, prompt: 'first' });
    await provider.submit({ ...job, prompt: 'second' });
    expect(first.outputs).toHaveLength(1);
    const path =
      'POST /v1beta1/projects/easel-tests/locations/global/publishers/google/models/gemini-nano-banana-2.1:generateContent';
    expect((await google.calls()).slice(before)).toEqual(['POST /token', path, path]);
  });

  test('the key in base64 is the same key', async () => {
    const provider = makeReady(gemini, env(Buffer.from(account.json).toString('base64')));
    expect((await provider.submit(job)).outputs).toHaveLength(1);
  });

  test('an account that another signed for gets no token, and nothing is paid', async () => {
    const stranger = makeReady(gemini, env(makeServiceAccount().json));
    const unsent = { ...job, prompt: 'never sent' };
    expect((await failureOf(stranger.submit(unsent))).failure).toBe('auth');
    expect(await google.stats('never sent')).toEqual({ jobs: 0, submits: 0 });
  });

  test('a token that does not come costs nothing and can be tried again', async () => {
    const away: HttpClient = (url, init) =>
      String(url).endsWith('/token') ? Promise.reject(new TypeError('lost')) : fetch(url, init);
    const provider = makeReady(gemini, env(), away);
    const error = await failureOf(provider.submit({ ...job, prompt: 'also never' }));
    expect(error.failure).toBe('transient');
    expect(await google.stats('also never')).toEqual({ jobs: 0, submits: 0 });
  });
});
