/** What Telegram takes from a bot, by https://core.telegram.org/bots/api#sending-files. */

const mb = 1024 * 1024;
const uploadBytesMax = 50 * mb;
const photoBytesMax = 10 * mb;
const photoSidesMax = 10_000;

/** 'link': too large to be sent at all. */
export type WayToSend = 'photo' | 'video' | 'document' | 'link';

/** How a result can be sent. A picture too large for a photo still goes as a file. Sides in pixels. */
export function wayToSend(file: {
  readonly mediaType: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
}): WayToSend {
  if (file.bytes > uploadBytesMax) return 'link';
  if (file.mediaType.startsWith('video/')) return 'video';
  const sides = (file.width ?? 0) + (file.height ?? 0);
  return file.bytes > photoBytesMax || sides > photoSidesMax ? 'document' : 'photo';
}

/** Whole megabytes, rounded up, for people. */
export function megabytesOf(bytes: number): number {
  return Math.ceil(bytes / mb);
}
