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
 * when it cannot be decoded. The bundled ffmpeg is for films of providers; what a person sent needs
 * another `decoder`, the path of a maintained ffmpeg.
 */
export async function framesAt(
  film: Buffer,
  moments: readonly number[],
  decoder?: string,
): Promise<Buffer[]> {
  const program = decoder ?? (await bundledDecoder());
  const folder = await mkdtemp(join(tmpdir(), 'easel-still-'));
  try {
    const file = join(folder, 'video.mp4');
    await writeFile(file, film);
    const frames: Buffer[] = [];
    // One after the other: decoders side by side take the processor from everything else.
    for (const moment of moments) frames.push(await frameOf(program, file, moment));
    return frames.filter(({ length }) => length > 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Not every platform has it, and only this needs it. */
async function bundledDecoder(): Promise<string> {
  const { default: ffmpeg } = await import('@ffmpeg-installer/ffmpeg');
  return ffmpeg.path;
}

async function frameOf(program: string, file: string, moment: number): Promise<Buffer> {
  // As little of the decoder as possible: it reads nothing but H.264 in an MP4, from this file, for a short while.
  const input = ['-protocol_whitelist', 'file', '-f', 'mov', '-c:v', 'h264', '-threads', '1'];
  const output = ['-an', '-sn', '-dn', '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', '-'];
  const { stdout } = await run(
    program,
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
