/** What the sandbox makes of a person's film. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { readFilmFile } from '../../src/domain/film-file';
import { jobRequestSchema } from '../../src/sandbox/provider/job';
import { makeOutput } from '../../src/sandbox/provider/make';
import { framesAt } from '../../src/video/frames';

const film = readFileSync(join(__dirname, 'fixtures', 'fractal.mp4'));

async function remake(prompt: string, original = film): Promise<Buffer> {
  const request = jobRequestSchema.parse({
    reference: 'r',
    model: 'sandbox-remake',
    mode: 'video',
    prompt,
    inputs: [{ media_type: 'video/mp4', data: '' }],
    options: { duration: 1 },
  });
  const { signal } = new AbortController();
  return (await makeOutput({ request, inputs: [original], signal })).bytes;
}

/** Brightness of the frame at half a second, in 16 x 9 fields without the corner of the label. */
async function fieldsOf(video: Buffer): Promise<number[]> {
  const [frame] = await framesAt(video, [0.5]);
  const small = sharp(frame).resize(16, 9, { fit: 'fill' }).greyscale().raw();
  return [...(await small.toBuffer())].slice(0, 16 * 8);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('a remake shows the same picture in another light', async () => {
  const night = await remake('a dark night');
  expect(readFilmFile(night)).toMatchObject({ width: 640, height: 360, milliseconds: 1_000 });
  const [before, after] = [await fieldsOf(film), await fieldsOf(night)];
  expect(mean(after)).toBeLessThan(mean(before) * 0.8);
  const brightest = (fields: readonly number[]) =>
    [...fields.keys()].sort((a, b) => (fields[b] ?? 0) - (fields[a] ?? 0)).slice(0, 20);
  const shared = brightest(before).filter((at) => brightest(after).includes(at));
  expect(shared.length).toBeGreaterThan(12);
}, 120_000);

test('a remake in a style is painted', async () => {
  const sketch = await remake('a pencil sketch');
  const [frame] = await framesAt(sketch, [0.5]);
  const { channels } = await sharp(frame).stats();
  // Graphite has no colour.
  const means = channels.slice(0, 3).map((channel) => channel.mean);
  expect(Math.max(...means) - Math.min(...means)).toBeLessThan(15);
  const original = await sharp((await framesAt(film, [0.5]))[0]).stats();
  const colours = original.channels.slice(0, 3).map((channel) => channel.mean);
  expect(Math.max(...colours) - Math.min(...colours)).toBeGreaterThan(15);
}, 120_000);

test('a film that cannot be decoded fails', async () => {
  const broken = Buffer.from(film);
  broken.fill(0, broken.indexOf('mdat', 0, 'latin1') + 4);
  await expect(remake('hills', broken)).rejects.toThrow('cannot be decoded');
});
