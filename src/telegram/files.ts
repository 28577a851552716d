/** Downloads files people sent. The address holds the bot's token, so it never leaves this file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../domain/errors';
import type { BotApi, BotApiOptions } from './bot-api';

const DOWNLOAD_TIMEOUT_MS = 60_000;
const ATTEMPTS_MAX = 3;
const FIRST_PAUSE_MS = 300;

/** A part of the path that can only name a file below the bot's folder. */
const safePath = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/;

export type Download = (fileId: string, bytesMax: number) => Promise<Buffer>;

export function createDownload(api: BotApi, { token, apiRoot }: BotApiOptions): Download {
  return async (fileId, bytesMax) => {
    const path = await filePath(api, fileId, bytesMax);
    const url = new URL(`./file/bot${token}/${path}`, apiRoot);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await fetchCapped(url, bytesMax);
      } catch (error) {
        if (error instanceof AppError) throw error;
        if (attempt >= ATTEMPTS_MAX) {
          // The cause may name the address.
          throw new AppError('TELEGRAM_BUSY', 'Downloading a file from Telegram failed');
        }
        await sleep(FIRST_PAUSE_MS * 3 ** (attempt - 1));
      }
    }
  };
}

async function filePath(api: BotApi, fileId: string, bytesMax: number): Promise<string> {
  try {
    const file = await api.call('getFile', { file_id: fileId });
    if ((file.file_size ?? 0) > bytesMax) throw tooLarge(bytesMax);
    if (file.file_path === undefined || !safePath.test(file.file_path)) {
      throw new AppError('TELEGRAM_REFUSED', 'getFile: no usable path');
    }
    return file.file_path;
  } catch (error) {
    const isTooBig = error instanceof AppError && /file is too big/i.test(error.message);
    throw isTooBig ? tooLarge(bytesMax) : error;
  }
}

async function fetchCapped(url: URL, bytesMax: number): Promise<Buffer> {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
  });
  if (response.status >= 400 && response.status < 500) {
    throw new AppError('TELEGRAM_REFUSED', `file download: ${response.status}`);
  }
  if (!response.ok || response.body === null) throw new Error('no file');
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the rest of the download.
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(bytesMax: number): AppError {
  return new AppError('FILE_TOO_LARGE', `A file is larger than ${bytesMax} bytes`);
}
