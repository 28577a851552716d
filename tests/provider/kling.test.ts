import { createHmac } from 'node:crypto';
import { kling } from '../../src/providers/kling';
import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { failureOf, makeReady } from './contract-room';

const job: ProviderJob = {
  reference: 'g1',
  kind: 'video',
  mode: 'text',
  providerModel: 'kling-v3',
  prompt: 'hills',
  inputs: [],
  options: { aspect: '9:16', duration: '10', quality: 'pro', audio: 'on' },
};

function answering(status: number, answer: unknown) {
  const asked: { url: string; headers: Headers; body: string }[] = [];
  const http: HttpClient = async (url, init) => {
    const body = typeof init?.body === 'string' ? init.body : '';
    asked.push({ url: String(url), headers: new Headers(init?.headers), body });
    return new Response(JSON.stringify(answer), { status });
  };
  return { http, asked };
}

const connect = (http: HttpClient) => makeReady(kling, { KLING_API_KEY: 'the-api-key' }, http);

describe('what Kling answers', () => {
  test.each([
    [401, 1000, 'auth'],
    [401, 1001, 'auth'],
    [401, 1002, 'auth'],
    [401, 1003, 'auth'],
    [401, 1004, 'auth'],
    [429, 1100, 'auth'],
    [429, 1101, 'quota'],
    [429, 1102, 'quota'],
    [403, 1103, 'auth'],
    [400, 1200, 'invalid'],
    [400, 1201, 'invalid'],
    [404, 1202, 'retired'],
    [404, 1203, 'retired'],
    [400, 1300, 'blocked'],
    [400, 1301, 'blocked'],
    [429, 1302, 'rate-limited'],
    [429, 1303, 'rate-limited'],
    [429, 1304, 'auth'],
    [500, 5000, 'transient'],
    [503, 5001, 'transient'],
    [504, 5002, 'transient'],
  ])('HTTP %d with code %d is %s', async (status, code, failure) => {
    const { http, asked } = answering(status, { code, message: 'm' });
    expect((await failureOf(connect(http).submit(job))).failure).toBe(failure);
    expect(asked).toHaveLength(1);
  });

  test('a submit answered with HTTP 200 and no task is unknown', async () => {
    const { http } = answering(200, { code: 0, message: 'SUCCEED', data: {} });
    expect((await failureOf(connect(http).submit(job))).failure).toBe('unknown');
  });

  test('the newer names of a task are read as well', async () => {
    const { http } = answering(200, { code: 0, data: { id: 't1', status: 'processing' } });
    const provider = connect(http);
    expect(await provider.submit(job)).toEqual({ providerJobId: 'text2video/t1' });
    expect(await provider.collect('text2video/t1')).toMatchObject({ status: 'working' });
  });

  test('a film at an address inside our network is not fetched', async () => {
    for (const url of [
      'http://cdn.example.com/v.mp4',
      'https://10.0.0.1/v',
      'https://localhost/v',
    ]) {
      const data = { task_id: 't1', task_status: 'succeed', task_result: { videos: [{ url }] } };
      const { http, asked } = answering(200, { code: 0, data });
      expect((await failureOf(connect(http).collect('text2video/t1'))).failure).toBe('no-output');
      expect(asked).toHaveLength(1);
    }
  });
});

describe('what Kling is asked', () => {
  test('options go in its words, with our reference', async () => {
    const { http, asked } = answering(200, {
      code: 0,
      data: { task_id: 't1', task_status: 'submitted' },
    });
    await connect(http).submit(job);
    expect(asked[0]?.url).toBe('https://api-singapore.klingai.com/v1/videos/text2video');
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer the-api-key');
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      model_name: 'kling-v3',
      prompt: 'hills',
      mode: 'pro',
      duration: '10',
      sound: 'on',
      aspect_ratio: '9:16',
      external_task_id: 'g1',
    });
  });

  test('a film is named by our address of it, and keeps or loses its own sound', async () => {
    const address = 'https://bot.example.org/assets/a1?expires=9&signature=s';
    const inputs = [{ mediaType: 'video/mp4', bytes: Buffer.alloc(0), address }];
    for (const [audio, kept] of [
      ['on', 'yes'],
      ['off', 'no'],
    ] as const) {
      const { http, asked } = answering(200, {
        code: 0,
        data: { task_id: 't1', task_status: 'submitted' },
      });
      const options = { duration: '3', quality: 'pro', audio };
      const film = {
        ...job,
        mode: 'video',
        providerModel: 'kling-v3-omni',
        inputs,
        options,
      } as const;
      expect(await connect(http).submit(film)).toEqual({ providerJobId: 'omni-video/t1' });
      expect(asked[0]?.url).toBe('https://api-singapore.klingai.com/v1/videos/omni-video');
      expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
        model_name: 'kling-v3-omni',
        prompt: 'hills',
        mode: 'pro',
        video_list: [{ video_url: address, refer_type: 'base', keep_original_sound: kept }],
        external_task_id: 'g1',
      });
    }
  });

  test('a task whose answer was lost is looked for wherever it may be', async () => {
    const looked: string[] = [];
    const http: HttpClient = async (url) => {
      looked.push(new URL(String(url)).pathname);
      return String(url).includes('/omni-video/')
        ? Response.json({ code: 0, data: { task_id: 't9', task_status: 'processing' } })
        : Response.json({ code: 1203, message: 'no such task' }, { status: 404 });
    };
    expect(await connect(http).findByReference?.('g1')).toEqual({
      providerJobId: 'omni-video/t9',
    });
    expect(looked).toEqual(
      ['text2video', 'image2video', 'omni-video'].map((family) => `/v1/videos/${family}/g1`),
    );
  });

  test('an account with a pair of keys signs a token that ends soon', async () => {
    const { http, asked } = answering(200, {
      code: 0,
      data: { task_id: 't1', task_status: 'submitted' },
    });
    const pair = { KLING_ACCESS_KEY: 'the-access-key', KLING_SECRET_KEY: 'the-secret-key' };
    await makeReady(kling, pair, http).submit(job);
    const token = asked[0]?.headers.get('authorization')?.slice('Bearer '.length) ?? '';
    const [head = '', claims = '', signature] = token.split('.');
    const wanted = createHmac('sha256', 'the-secret-key').update(`${head}.${claims}`);
    expect(signature).toBe(wanted.digest('base64url'));
    const { iss, exp, nbf } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as {
      iss: string;
      exp: number;
      nbf: number;
    };
    expect(iss).toBe('the-access-key');
    expect(exp - nbf).toBe(1805);
  });
});
