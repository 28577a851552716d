import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import type { PhotoStyle } from '../../../domain/generation';
import { readFilmFile } from '../../../domain/film-file';
import { evenSize, film, framesPerSecond } from './film';
import { gradePhoto } from './grade';
import { blankPicture, type Picture } from './picture';
import type { Artwork, Size } from './scene';
import { styles } from './styles';
import { paletteOf, type Theme } from './theme';
import { drawWeather } from './weather';

// As drawn films are: each picture stays for a while. Painting takes much longer than colouring.
const coloured = { perSecond: 12, longSide: 640 };
const painted = { perSecond: 6, longSide: 448 };

/** How a film is redrawn. */
interface Look {
  readonly theme: Theme;
  /** Only its colours change without one. */
  readonly style: PhotoStyle | undefined;
}

interface Remake {
  readonly look: Look;
  /** At most; a shorter film stays as short. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Redraws a film; its sound is left out. */
export async function remakeFilm(
  original: Buffer,
  { look, seconds, signal }: Remake,
): Promise<Buffer> {
  const file = readFilmFile(original);
  if (file === undefined) throw new Error('the input is no film');
  const { perSecond, longSide } = look.style === undefined ? coloured : painted;
  const size = evenSize(file, longSide);
  const folder = await mkdtemp(join(tmpdir(), 'easel-remake-'));
  const path = join(folder, 'film.mp4');
  await writeFile(path, original);
  const decoder = decode(path, { size, perSecond, signal });
  try {
    const pictures = picturesOf(decoder.stdout, size);
    const length = Math.min(seconds, file.milliseconds / 1000);
    const artwork = createRemake(pictures, look, framesPerSecond / perSecond);
    return await film(artwork, { size, seconds: length, signal });
  } finally {
    decoder.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

function decode(
  path: string,
  { size, perSecond, signal }: { size: Size; perSecond: number; signal: AbortSignal },
) {
  // The decoder is old: it reads nothing but H.264 in an MP4, from this file.
  const input = ['-protocol_whitelist', 'file', '-f', 'mov', '-c:v', 'h264', '-threads', '1'];
  const filter = `fps=${perSecond},scale=${size.width}:${size.height}`;
  const output = ['-an', '-sn', '-dn', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const decoder = spawn(
    ffmpeg.path,
    ['-loglevel', 'error', '-nostdin', ...input, '-i', path, ...output],
    { stdio: ['ignore', 'pipe', 'ignore'], signal, env: {} },
  );
  // A decoder that was stopped or cannot go on just ends its pictures.
  decoder.on('error', () => undefined);
  return decoder;
}

async function* picturesOf(stream: Readable, { width, height }: Size): AsyncGenerator<Picture> {
  const frameBytes = width * height * 3;
  let rest = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= frameBytes) {
      const picture = blankPicture(width, height);
      for (let at = 0; at < width * height; at += 1) {
        picture.r[at] = rest[at * 3]! / 255;
        picture.g[at] = rest[at * 3 + 1]! / 255;
        picture.b[at] = rest[at * 3 + 2]! / 255;
      }
      yield picture;
      rest = rest.subarray(frameBytes);
    }
  }
}

/** Frames are asked for in their order; each picture serves `times` of them, the last one all others. */
function createRemake(
  pictures: AsyncGenerator<Picture>,
  { theme, style }: Look,
  times: number,
): Artwork {
  const palette = paletteOf(theme);
  let shown: Picture | undefined;
  let asked = 0;

  async function next(time: number): Promise<Picture | undefined> {
    const { value: drawn } = (await pictures.next()) as IteratorResult<Picture, undefined>;
    if (drawn === undefined) return undefined;
    const styled = style === undefined ? drawn : await styles[style](drawn);
    const graded = style === undefined || theme.isScene ? await gradePhoto(styled, theme) : styled;
    if (theme.isScene) drawWeather(graded, { theme, palette, time });
    return graded;
  }

  return {
    async frame(time) {
      if (asked % times === 0) shown = (await next(time)) ?? shown;
      asked += 1;
      if (shown === undefined) throw new Error('the film cannot be decoded');
      // Whoever films it writes on it.
      return { ...shown, r: shown.r.slice(), g: shown.g.slice(), b: shown.b.slice() };
    },
  };
}
