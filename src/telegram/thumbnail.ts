/** The still a chat shows until a video plays. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { isMp4 } from '../domain/mp4';

// By https://core.telegram.org/bots/api#sendvideo: a JPEG of at most 320 x 320 and 200 kB.
const sideMax = 320;
const decodeMs = 10_000;
const frameBytesMax = 64 * 1024 * 1024;

const run = promisify(execFile);

/** Undefined where no frame can be had: the video goes without, Telegram then makes its own. */
export async function thumbnailOf(video: Buffer): Promise<Buffer | undefined> {
  if (!isMp4(video)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'easel-still-'));
  try {
    const file = join(folder, 'video.mp4');
    await writeFile(file, video);
    const frame = await frameOf(file);
    const still = sharp(frame).resize(sideMax, sideMax, { fit: 'inside' });
    return await still.jpeg({ quality: 80 }).toBuffer();
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function frameOf(file: string): Promise<Buffer> {
  // Not every platform has the decoder, and only this needs it.
  const { default: ffmpeg } = await import('@ffmpeg-installer/ffmpeg');
  // The decoder is old: it reads nothing but H.264 in an MP4, from this file, for a short while.
  const input = ['-protocol_whitelist', 'file', '-f', 'mov', '-c:v', 'h264', '-threads', '1'];
  const output = ['-an', '-sn', '-dn', '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', '-'];
  const { stdout } = await run(
    ffmpeg.path,
    ['-loglevel', 'error', '-nostdin', ...input, '-ss', '0.5', '-i', file, ...output],
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
