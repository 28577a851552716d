import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import sharp from 'sharp';
import { photoStyles, type PhotoStyle } from '../../src/domain/generation';
import { jobRequestSchema } from '../../src/sandbox/provider/job';
import { makeOutput, type Made } from '../../src/sandbox/provider/make';

interface Wanted {
  readonly prompt?: string;
  readonly style?: PhotoStyle;
  readonly model?: 'sandbox-image' | 'sandbox-video';
  readonly photo?: Buffer;
  readonly options?: Record<string, string>;
}

function make({ photo, ...wanted }: Wanted): Promise<Made> {
  const request = jobRequestSchema.parse({
    reference: 'r',
    model: 'sandbox-image',
    mode: photo === undefined ? 'text' : 'photo',
    inputs: photo === undefined ? [] : [{ media_type: 'image/jpeg', data: '' }],
    ...wanted,
  });
  const { signal } = new AbortController();
  return makeOutput({ request, inputs: photo === undefined ? [] : [photo], signal });
}

/**
 * Small and grey: what is left when brushwork and colours are taken away. Only the middle counts,
 * for a style may leave a border of bare paper.
 */
async function tones(image: Buffer): Promise<number[]> {
  const size = 30;
  const small = await sharp(image).resize(size, size, { fit: 'fill' }).png().toBuffer();
  const middle = { left: 3, top: 3, width: size - 6, height: size - 6 };
  return [...(await sharp(small).extract(middle).greyscale().raw().toBuffer())];
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const da = value - ma;
    const db = (b[at] ?? 0) - mb;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The mean difference of two pictures' colours, 0 to 255. */
async function difference(a: Buffer, b: Buffer): Promise<number> {
  const pixels = async (image: Buffer) =>
    sharp(image).resize(256, 256, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  const [pa, pb] = [await pixels(a), await pixels(b)];
  return pa.reduce((sum, value, at) => sum + Math.abs(value - (pb[at] ?? 0)), 0) / pa.length;
}

async function probe(video: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-probe-'));
  try {
    await writeFile(join(folder, 'film.mp4'), video);
    // Without an output ffmpeg prints what it found and fails.
    const run = promisify(execFile)(ffmpeg.path, ['-i', join(folder, 'film.mp4')]);
    return await run.then(
      ({ stderr }) => stderr,
      (error: unknown) => String((error as { stderr?: unknown }).stderr),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let photo: Buffer;
const styled = new Map<PhotoStyle, Buffer>();

beforeAll(async () => {
  photo = await readFile(join(__dirname, 'fixtures', 'astronaut.jpg'));
  for (const style of photoStyles) styled.set(style, (await make({ photo, style })).bytes);
}, 120_000);

function inStyle(style: PhotoStyle): Buffer {
  const bytes = styled.get(style);
  if (bytes === undefined) throw new Error(style);
  return bytes;
}

describe.each(photoStyles)('style %s', (style) => {
  test('is recognisably the same picture', async () => {
    expect(correlation(await tones(photo), await tones(inStyle(style)))).toBeGreaterThan(0.8);
  });

  test('is not the photo itself', async () => {
    expect(await difference(photo, inStyle(style))).toBeGreaterThan(10);
  });

  test('is like no other style', async () => {
    for (const other of photoStyles.filter((each) => each !== style)) {
      expect(await difference(inStyle(style), inStyle(other))).toBeGreaterThan(10);
    }
  });

  test('paints the same photo the same way every time', async () => {
    const again = await make({ photo, style });
    expect(again.bytes.equals(inStyle(style))).toBe(true);
  });
});

test('every image says in its metadata that the sandbox made it', async () => {
  const fromWords = (await make({ prompt: 'sea' })).bytes;
  for (const image of [fromWords, inStyle('anime')]) {
    const { exif, xmp } = await sharp(image).metadata();
    expect(exif?.toString('latin1')).toContain('Easel sandbox');
    expect(xmp?.toString('utf8')).toContain('digitalsourcetype/algorithmic');
  }
});

test('every image shows a label in its lower right corner', async () => {
  const label = async (image: Buffer) => {
    const { width, height } = await sharp(image).metadata();
    const box = { left: width - 102, top: height - 32, width: 92, height: 22 };
    const raw = await sharp(image).extract(box).resize(46, 11).greyscale().raw().toBuffer();
    return [...raw];
  };
  const expected = await label((await make({ prompt: 'night city' })).bytes);
  for (const prompt of ['snow mountains', 'desert noon']) {
    const other = await label((await make({ prompt })).bytes);
    expect(correlation(expected, other)).toBeGreaterThan(0.9);
  }
});

test('one prompt always gives one picture and two prompts give two', async () => {
  const [sea, again, forest] = await Promise.all(
    ['закат на море', 'закат на море', 'ночной лес'].map((prompt) => make({ prompt })),
  );
  expect(again?.bytes.equals(sea?.bytes ?? Buffer.alloc(0))).toBe(true);
  expect(await difference(sea?.bytes ?? photo, forest?.bytes ?? photo)).toBeGreaterThan(20);
});

test.each([
  ['1:1', 1],
  ['16:9', 16 / 9],
  ['9:16', 9 / 16],
  ['4:3', 4 / 3],
  ['3:4', 3 / 4],
])('a picture from words can be %s', async (aspectRatio, ratio) => {
  const { bytes } = await make({ prompt: 'abc', options: { aspectRatio } });
  const { width, height } = await sharp(bytes).metadata();
  expect(width / height).toBeCloseTo(ratio, 2);
});

test('words without a style colour the photo and keep it', async () => {
  const { bytes } = await make({ photo, prompt: 'холодная зимняя ночь' });
  expect(correlation(await tones(photo), await tones(bytes))).toBeGreaterThan(0.8);
  expect(await difference(photo, bytes)).toBeGreaterThan(10);
});

test('a style named in the words is painted', async () => {
  const { bytes } = await make({ photo, prompt: 'нарисуй карандашом' });
  const { channels } = await sharp(bytes).stats();
  const [red, , blue] = channels;
  expect(Math.abs((red?.mean ?? 0) - (blue?.mean ?? 255))).toBeLessThan(12);
});

test.each([
  ['words', undefined, 'algorithmicMedia'],
  ['a photo', 'photo', 'algorithmicallyEnhanced'],
])(
  'a video from %s is H.264 that plays while it loads, marked as sandbox',
  async (_name, from, source) => {
    const { mediaType, bytes } = await make({
      model: 'sandbox-video',
      prompt: 'stars over the sea',
      ...(from === undefined ? {} : { photo }),
    });
    expect(mediaType).toBe('video/mp4');
    const found = await probe(bytes);
    expect(found).toMatch(/Duration: 00:00:04\.0/);
    expect(found).toMatch(/Video: h264.*yuv420p/);
    expect(found).toMatch(/comment\s*: Made by the Easel sandbox/);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    expect(topBoxes(bytes).at(-1)).toMatchObject({ type: 'uuid' });
    expect(topBoxes(bytes).at(-1)?.text).toContain(`digitalsourcetype/${source}"`);
  },
  60_000,
);

/** The boxes of an MP4 file; throws when they do not add up to it. */
function topBoxes(bytes: Buffer): { type: string; text: string }[] {
  if (bytes.length === 0) return [];
  const size = bytes.readUInt32BE(0);
  if (size < 8 || size > bytes.length) throw new Error(`a box of ${size} bytes`);
  const box = { type: bytes.toString('latin1', 4, 8), text: bytes.toString('utf8', 8, size) };
  return [box, ...topBoxes(bytes.subarray(size))];
}

test('a video lasts as long as asked', async () => {
  const { bytes } = await make({
    model: 'sandbox-video',
    prompt: 'abc',
    options: { duration: '6', aspectRatio: '9:16' },
  });
  const found = await probe(bytes);
  expect(found).toMatch(/Duration: 00:00:06\.0/);
  expect(found).toMatch(/468x832/);
}, 60_000);

test('a variation of the same words or photo is another picture', async () => {
  const photo = await sharp({ create: { width: 80, height: 60, channels: 3, background: '#3a7' } })
    .jpeg()
    .toBuffer();
  for (const wanted of [{ prompt: 'a lighthouse' }, { photo, style: 'oil' as const }]) {
    const plain = await make(wanted);
    const varied = await make({ ...wanted, options: { variation: '7' } });
    expect(varied.bytes.equals(plain.bytes)).toBe(false);
  }
}, 60_000);
