import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { drawLabel, sandboxDescription, sandboxSoftware } from './label';
import { blankPicture, forRows, sample, smoothstep, toRgb, type Picture } from './picture';
import type { Artwork, Size } from './scene';
import { drawWeather } from './weather';
import { paletteOf, type Theme } from './theme';

export const framesPerSecond = 24;

/** Scaled so that the long side is `longSide`; the encoder takes even sides only. */
export function evenSize({ width, height }: Size, longSide: number): Size {
  const scale = longSide / Math.max(width, height);
  const even = (side: number): number => Math.max(2, 2 * Math.round((side * scale) / 2));
  return { width: even(width), height: even(height) };
}

/** A slow walk over a photo: closer, and a little to one side; weather falls before it. */
export function createPan(photo: Picture, size: Size, theme: Theme): Artwork {
  const zoomIn = theme.seed % 2 === 0;
  const side = (theme.seed >> 1) % 2 === 0 ? 1 : -1;
  const palette = paletteOf(theme);
  return {
    async frame(time) {
      const walked = smoothstep(-0.15, 1.15, zoomIn ? time : 1 - time);
      const zoom = 1 + 0.22 * walked;
      const { width, height } = size;
      const stepX = (photo.width - 1) / (width * zoom);
      const stepY = (photo.height - 1) / (height * zoom);
      const spareX = photo.width - 1 - width * stepX;
      const spareY = photo.height - 1 - height * stepY;
      const left = spareX * (0.5 + side * 0.3 * walked);
      const top = spareY * 0.42;
      const result = blankPicture(width, height);
      await forRows(height, (y) => {
        for (let x = 0; x < width; x += 1) {
          const at = y * width + x;
          const px = left + x * stepX;
          const py = top + y * stepY;
          result.r[at] = sample(photo.r, photo.width, photo.height, px, py);
          result.g[at] = sample(photo.g, photo.width, photo.height, px, py);
          result.b[at] = sample(photo.b, photo.width, photo.height, px, py);
        }
      });
      if (theme.isScene) drawWeather(result, { theme, palette, time });
      return result;
    },
  };
}

function encoderArguments({ width, height }: Size, file: string): string[] {
  const input = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-pix_fmt', 'yuv420p'];
  const marks = [
    '-metadata',
    `comment=${sandboxDescription}`,
    '-metadata',
    `title=${sandboxSoftware}`,
  ];
  return [
    ...['-loglevel', 'error', '-y'],
    ...input,
    ...['-r', String(framesPerSecond), '-i', 'pipe:0', '-an', '-threads', '1'],
    ...codec,
    ...marks,
    ...['-movflags', '+faststart', '-f', 'mp4', file],
  ];
}

/** Films an artwork: H.264 in an MP4 that plays while it loads. Width and height must be even. */
export async function film(
  artwork: Artwork,
  shot: { readonly size: Size; readonly seconds: number; readonly signal: AbortSignal },
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-film-'));
  const file = join(folder, 'film.mp4');
  // The encoder is old, so it is given nothing but frames we drew ourselves.
  const encoder = spawn(ffmpeg.path, encoderArguments(shot.size, file), {
    stdio: ['pipe', 'ignore', 'pipe'],
    signal: shot.signal,
    env: {},
  });
  let complaint = '';
  encoder.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-500);
  });
  encoder.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve, reject) => {
    encoder.once('error', reject);
    encoder.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`the encoder failed: ${complaint.trim()}`)),
    );
  });
  ended.catch(() => undefined);
  try {
    const frames = shot.seconds * framesPerSecond;
    for (let index = 0; index < frames; index += 1) {
      shot.signal.throwIfAborted();
      const picture = await artwork.frame(index / (frames - 1));
      drawLabel(picture);
      if (!encoder.stdin.write(toRgb(picture)) && encoder.exitCode === null) {
        await Promise.race([once(encoder.stdin, 'drain'), ended]);
      }
    }
    encoder.stdin.end();
    await ended;
    return await readFile(file);
  } finally {
    encoder.kill();
    await rm(folder, { recursive: true, force: true });
  }
}
