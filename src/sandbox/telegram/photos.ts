import sharp from 'sharp';
import { badRequest } from './api-error';
import type { FileStore } from './file-store';
import type { FileRow } from './state';

export const photoBytesMax = 10 * 1024 * 1024;
/** The longer sides of the pictures Telegram makes of a photo. */
const sides = [90, 320, 800, 1280];
const jpegQuality = 87;

async function shownSize(bytes: Buffer): Promise<{ width: number; height: number }> {
  try {
    const { width, height, orientation = 1 } = await sharp(bytes).metadata();
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    throw badRequest('IMAGE_PROCESS_FAILED');
  }
}

async function picture(bytes: Buffer, side: number): Promise<sharp.OutputInfo & { data: Buffer }> {
  try {
    const { data, info } = await sharp(bytes)
      .autoOrient()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: jpegQuality })
      .toBuffer({ resolveWithObject: true });
    return { ...info, data };
  } catch {
    throw badRequest('IMAGE_PROCESS_FAILED');
  }
}

/**
 * Makes a photo as Telegram does: turned upright, without metadata, recompressed to JPEG of at most
 * 1280 pixels, with smaller pictures beside it. The largest one is returned.
 */
export async function savePhoto(files: FileStore, bytes: Buffer): Promise<FileRow> {
  if (bytes.length > photoBytesMax) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${photoBytesMax} bytes`,
    );
  }
  const { width, height } = await shownSize(bytes);
  const isTooThin = Math.max(width, height) > Math.min(width, height) * 20;
  if (width + height > 10_000 || isTooThin) throw badRequest('PHOTO_INVALID_DIMENSIONS');
  const longest = Math.min(Math.max(width, height), 1280);
  const wanted = [...sides.filter((side) => side < longest), longest];
  const smaller: string[] = [];
  for (const side of wanted.slice(0, -1)) {
    const made = await picture(bytes, side);
    const size = { width: made.width, height: made.height };
    const row = files.save({ kind: 'photo', mime: 'image/jpeg', ...size, bytes: made.data });
    smaller.push(row.uniqueId);
  }
  const made = await picture(bytes, longest);
  return files.save({
    kind: 'photo',
    mime: 'image/jpeg',
    width: made.width,
    height: made.height,
    sizes: smaller,
    bytes: made.data,
  });
}

/** A small picture of an image document; undefined for what is not an image. */
export async function saveThumbnail(files: FileStore, bytes: Buffer): Promise<FileRow | undefined> {
  try {
    const made = await picture(bytes, 320);
    const size = { width: made.width, height: made.height };
    return files.save({ kind: 'thumbnail', mime: 'image/jpeg', ...size, bytes: made.data });
  } catch {
    return undefined;
  }
}
