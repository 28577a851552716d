/** Single frames of a film, for what can look at pictures only. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const decodeMs = 10_000;
const frameBytesMax = 64 * 1024 * 1024;

const run = promisify(execFile);

/**
 * The frames of an MP4 at these moments, in seconds, as PNG. A moment after its end gives none. Throws
 * when it cannot be decoded.
 */
export async function framesAt(film: Buffer, moments: readonly number[]): Promise<Buffer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-still-'));
  try {
    const file = join(folder, 'video.mp4');
    await writeFile(file, film);
    const frames: Buffer[] = [];
    // One after the other: decoders side by side take the processor from everything else.
    for (const moment of moments) frames.push(await frameOf(file, moment));
    return frames.filter(({ length }) => length > 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function frameOf(file: string, moment: number): Promise<Buffer> {
  // Not every platform has the decoder, and only this needs it.
  const { default: ffmpeg } = await import('@ffmpeg-installer/ffmpeg');
  // The decoder is old: it reads nothing but H.264 in an MP4, from this file, for a short while.
  const input = ['-protocol_whitelist', 'file', '-f', 'mov', '-c:v', 'h264', '-threads', '1'];
  const output = ['-an', '-sn', '-dn', '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', '-'];
  const { stdout } = await run(
    ffmpeg.path,
    ['-loglevel', 'error', '-nostdin', ...input, '-ss', moment.toFixed(3), '-i', file, ...output],
    {
      encoding: 'buffer',
      env: {},
      timeout: decodeMs,
      killSignal: 'SIGKILL',
      maxBuffer: frameBytesMax,
    },
  );
  return stdout;
}
