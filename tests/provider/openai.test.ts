import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { localOpenai } from '../../src/providers/local-openai';
import { openai } from '../../src/providers/openai';
import { failureOf, makeReady } from './contract-room';

const job: ProviderJob = {
  reference: 'r1',
  kind: 'image',
  mode: 'text',
  providerModel: 'gpt-image-2',
  prompt: 'hills',
  inputs: [],
  options: {},
};
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
const picture = { data: [{ b64_json: png.toString('base64') }] };

interface Asked {
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

function answering(status: number, answer: unknown, headers: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const http: HttpClient = async (url, init) => {
    const body = Buffer.from(init?.body as Buffer).toString('latin1');
    asked.push({ url: String(url), headers: new Headers(init?.headers), body });
    return new Response(JSON.stringify(answer), { status, headers });
  };
  return { http, asked };
}

const connect = (http: HttpClient) => makeReady(openai, { OPENAI_API_KEY: 'the-secret-key' }, http);

const error = (code: string | null, type: string) => ({ error: { message: 'm', type, code } });

describe('what OpenAI answers', () => {
  test.each([
    [400, error('moderation_blocked', 'image_generation_user_error'), 'blocked'],
    [400, error('billing_hard_limit_reached', 'invalid_request_error'), 'quota'],
    [400, error('invalid_value', 'invalid_request_error'), 'invalid'],
    [400, error('unknown_parameter', 'invalid_request_error'), 'invalid'],
    [401, error('invalid_api_key', 'invalid_request_error'), 'auth'],
    [403, error(null, 'invalid_request_error'), 'auth'],
    [404, error('model_not_found', 'invalid_request_error'), 'retired'],
    [404, error(null, 'invalid_request_error'), 'retired'],
    [429, error('rate_limit_exceeded', 'requests'), 'rate-limited'],
    [429, error('insufficient_quota', 'insufficient_quota'), 'quota'],
    [500, error(null, 'server_error'), 'transient'],
    [503, error(null, 'server_error'), 'transient'],
    [502, 'a page of a proxy', 'unknown'],
    [200, { data: [] }, 'no-output'],
    [200, { data: [{ b64_json: Buffer.from('no picture here').toString('base64') }] }, 'no-output'],
  ])('HTTP %d with %j is %s, after one request', async (status, answer, failure) => {
    const { http, asked } = answering(status, answer);
    expect((await failureOf(connect(http).submit(job))).failure).toBe(failure);
    expect(asked).toHaveLength(1);
  });

  test('a rate limit says how long to wait', async () => {
    const limited = error('rate_limit_exceeded', 'images');
    const { http } = answering(429, limited, { 'retry-after': '12' });
    expect((await failureOf(connect(http).submit(job))).retryAfterMs).toBe(12_000);
  });

  test('every picture of the answer is a result', async () => {
    const { http } = answering(200, { data: [...picture.data, ...picture.data] });
    const { outputs } = await connect(http).submit({ ...job, options: { count: '2' } });
    expect(outputs).toEqual([
      { mediaType: 'image/png', bytes: png },
      { mediaType: 'image/png', bytes: png },
    ]);
  });
});

describe('what OpenAI is asked', () => {
  test('words go as JSON with only the options that were chosen', async () => {
    const { http, asked } = answering(200, picture);
    await connect(http).submit({ ...job, options: { size: '1536x1024', quality: 'high' } });
    expect(asked[0]?.url).toBe('https://api.openai.com/v1/images/generations');
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer the-secret-key');
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      model: 'gpt-image-2',
      prompt: 'hills',
      n: 1,
      size: '1536x1024',
      quality: 'high',
    });
  });

  test('photos go as files of one edit', async () => {
    const { http, asked } = answering(200, picture);
    const inputs = [
      { mediaType: 'image/png', bytes: png },
      { mediaType: 'image/jpeg', bytes: png },
    ];
    await connect(http).submit({ ...job, mode: 'photo', inputs });
    expect(asked[0]?.url).toBe('https://api.openai.com/v1/images/edits');
    expect(asked[0]?.body.match(/name="image\[\]"; filename="\d\.(png|jpeg)"/g)).toHaveLength(2);
    expect(asked[0]?.body).toContain('name="model"\r\n\r\ngpt-image-2');
  });

  test('a server of one own is asked at its address, for the picture itself', async () => {
    const { http, asked } = answering(200, picture);
    const provider = makeReady(localOpenai, { LOCAL_OPENAI_URL: 'http://127.0.0.1:1234/v1' }, http);
    await provider.submit({ ...job, providerModel: 'default' });
    expect(asked[0]?.url).toBe('http://127.0.0.1:1234/v1/images/generations');
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ response_format: 'b64_json' });
  });
});
