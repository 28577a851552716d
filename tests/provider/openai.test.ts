import sharp from 'sharp';
import type { HttpClient, ProviderJob } from '../../src/providers/provider';
import { localOpenai } from '../../src/providers/local-openai';
import { openai } from '../../src/providers/openai';
import { makeOutput } from '../../src/sandbox/provider/make';
import { failureOf, makeReady, outputsOf } from './contract-room';
import { startOpenAi } from './stand-in';

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

  describe('a photo with a transparent part', () => {
    const holed = (height: number) =>
      sharp({
        create: { width: 40, height, channels: 4, background: { r: 90, g: 9, b: 9, alpha: 0 } },
      })
        .composite([
          {
            input: Buffer.from(
              '<svg width="20" height="30"><rect width="20" height="30" fill="#fa0"/></svg>',
            ),
            left: 0,
            top: 0,
          },
        ])
        .png()
        .toBuffer();

    async function maskSent(mask: string, bytes: Buffer): Promise<Buffer | undefined> {
      const { http, asked } = answering(200, picture);
      const inputs = [{ mediaType: 'image/png', bytes }];
      await connect(http).submit({ ...job, mode: 'photo', inputs, options: { mask } });
      const [, rest] = (asked[0]?.body ?? '').split('name="mask"; filename="mask.png"');
      if (rest === undefined) return undefined;
      return Buffer.from(rest.slice(rest.indexOf('\r\n\r\n') + 4), 'latin1');
    }

    test('goes with a mask of its size that is open where the photo is', async () => {
      const mask = await maskSent('on', await holed(30));
      const { data, info } = await sharp(mask).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 40, height: 30, channels: 4 });
      const opacityAt = (x: number) => data[(15 * 40 + x) * 4 + 3];
      expect([opacityAt(5), opacityAt(35)]).toEqual([255, 0]);
    });

    test('goes without one unless it was asked for, and so does an opaque photo', async () => {
      expect(await maskSent('off', await holed(30))).toBeUndefined();
      const opaque = await sharp(await holed(30))
        .flatten()
        .png()
        .toBuffer();
      expect(await maskSent('on', opaque)).toBeUndefined();
    });

    test('is changed nowhere else by the stand-in', async () => {
      const standIn = await startOpenAi('OPENAI_API', makeOutput);
      try {
        const inputs = [{ mediaType: 'image/png', bytes: await holed(40) }];
        const options = { size: 'auto', mask: 'on' };
        const masked = { ...job, mode: 'photo', prompt: 'a night sky', inputs, options } as const;
        const [made] = await outputsOf(makeReady(openai, standIn.env), masked);
        const colourAt = async (left: number) => {
          const { width, height } = await sharp(made?.bytes).metadata();
          const box = {
            left: Math.round(left * width),
            top: Math.round(height / 3),
            width: 9,
            height: 9,
          };
          // Statistics are those of a whole file.
          const cut = await sharp(made?.bytes).extract(box).png().toBuffer();
          const { channels } = await sharp(cut).stats();
          return channels.map(({ mean }) => Math.round(mean));
        };
        const [red = 0, , blue = 0] = await colourAt(0.25);
        expect(red).toBeGreaterThan(235);
        expect(blue).toBeLessThan(20);
        expect((await colourAt(0.75))[0]).toBeLessThan(150);
      } finally {
        await standIn.close();
      }
    });
  });

  test('a server of one own is asked at its address, for the picture itself', async () => {
    const { http, asked } = answering(200, picture);
    const provider = makeReady(localOpenai, { LOCAL_OPENAI_URL: 'http://127.0.0.1:1234/v1' }, http);
    await provider.submit({ ...job, providerModel: 'default' });
    expect(asked[0]?.url).toBe('http://127.0.0.1:1234/v1/images/generations');
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ response_format: 'b64_json' });
  });
});
