import sharp from 'sharp';
import { sandbox } from '../../src/providers/sandbox';
import { jobRequestSchema } from '../../src/sandbox/provider/job';
import { makeOutput } from '../../src/sandbox/provider/make';
import type { HttpClient } from '../../src/http/exchange';

const colours = ['#c02020', '#20a040', '#2040c0', '#d0b020'];

function plain(background: string): Promise<Buffer> {
  return sharp({ create: { width: 90, height: 120, channels: 3, background } })
    .png()
    .toBuffer();
}

async function sheet(photos: readonly string[], options: Record<string, string> = {}) {
  const request = jobRequestSchema.parse({
    reference: 'r',
    model: 'sandbox-image',
    mode: 'photo',
    inputs: photos.map(() => ({ media_type: 'image/png', data: '' })),
    options,
  });
  const inputs = await Promise.all(photos.map(plain));
  const { signal } = new AbortController();
  const { bytes } = await makeOutput({ request, inputs, signal });
  return bytes;
}

/** The colour at these shares of the width and the height. */
async function colourAt(image: Buffer, place: string): Promise<string> {
  const [across = 0, down = 0] = place.split(' ').map(Number);
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(down * info.height) * info.width + Math.floor(across * info.width)) * 3;
  const near = (hex: string) => {
    const parts = [1, 3, 5].map((from) => Number.parseInt(hex.slice(from, from + 2), 16));
    return parts.every((part, index) => Math.abs(part - (data[at + index] ?? 0)) < 12);
  };
  return colours.find(near) ?? 'another';
}

test.each([
  { count: 2, places: ['0.2 0.5', '0.8 0.5'] },
  { count: 3, places: ['0.2 0.5', '0.8 0.2', '0.8 0.7'] },
  { count: 4, places: ['0.2 0.2', '0.8 0.2', '0.2 0.8', '0.8 0.7'] },
])('$count photos are all on the sheet, in their order', async ({ count, places }) => {
  const image = await sheet(colours.slice(0, count));
  const seen = await Promise.all(places.map((place) => colourAt(image, place)));
  expect(seen).toEqual(colours.slice(0, count));
});

test('a photo gets the shape that was asked for, and keeps its own otherwise', async () => {
  const shapeOf = async (image: Buffer) => {
    const { width, height } = await sharp(image).metadata();
    return width / height;
  };
  expect(await shapeOf(await sheet(['#c02020'], { aspectRatio: '16:9' }))).toBeCloseTo(16 / 9, 2);
  expect(await shapeOf(await sheet(['#c02020']))).toBeCloseTo(3 / 4, 2);
});

test.each([
  [
    { aspect: '9:16', duration: '6' },
    { aspectRatio: '9:16', duration: '6' },
  ],
  [{ aspect: 'auto', variation: '7' }, { variation: '7' }],
])('the options %j reach the sandbox as %j', async (options, wire) => {
  let sent: unknown;
  const http: HttpClient = async (_url, init) => {
    sent = JSON.parse(init?.body as string);
    return new Response(JSON.stringify({ id: 'job' }), { status: 202 });
  };
  const provider = sandbox.create(
    { SANDBOX_PROVIDER_URL: 'http://127.0.0.1:1', SANDBOX_PROVIDER_KEY: 'key' },
    http,
  );
  const job = { reference: 'r', kind: 'video', mode: 'text', providerModel: 'm' } as const;
  await provider.submit({ ...job, prompt: 'a fox', inputs: [], options });
  expect(sent).toMatchObject({ options: wire });
  expect((sent as { options: object }).options).toEqual(wire);
});
