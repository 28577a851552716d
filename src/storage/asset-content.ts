/** What a file really is, by its content; its name and declared type are never believed. */
import sharp from 'sharp';
import { AppError } from '../domain/errors';

/** Bytes as they are kept. Sizes in pixels; null for video. */
export interface AssetContent {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly extension: string;
  readonly width: number | null;
  readonly height: number | null;
}

const inputBytesMax = 20 * 1024 * 1024;
const inputPixelsMax = 50_000_000;

const images = {
  jpeg: { mediaType: 'image/jpeg', extension: 'jpg' },
  png: { mediaType: 'image/png', extension: 'png' },
  webp: { mediaType: 'image/webp', extension: 'webp' },
} as const;

/**
 * A person's photo: decoded, turned upright and encoded anew, so that what is kept is nothing but an
 * image, without place, camera or time. Throws FILE_TOO_LARGE, FILE_NOT_AN_IMAGE.
 */
export async function readInput(bytes: Buffer): Promise<AssetContent> {
  if (bytes.length > inputBytesMax) {
    throw new AppError('FILE_TOO_LARGE', `${bytes.length} bytes, at most ${inputBytesMax}`);
  }
  const { format, width, height } = await inspect(bytes);
  if (width * height > inputPixelsMax) {
    throw new AppError('FILE_TOO_LARGE', `${width} x ${height}, at most ${inputPixelsMax} pixels`);
  }
  try {
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: inputPixelsMax }).autoOrient();
    const encoded = format === 'jpeg' ? image.jpeg({ quality: 92 }) : image.toFormat(format);
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { bytes: data, ...images[format], width: info.width, height: info.height };
  } catch (error) {
    throw new AppError('FILE_NOT_AN_IMAGE', 'The image is damaged', { cause: error });
  }
}

/** A provider's result, kept byte for byte: an image or an MP4 video. Throws NO_OUTPUT otherwise. */
export async function readOutput(bytes: Buffer): Promise<AssetContent> {
  if (bytes.subarray(4, 8).toString('latin1') === 'ftyp') {
    return { bytes, mediaType: 'video/mp4', extension: 'mp4', width: null, height: null };
  }
  try {
    const { format, width, height } = await inspect(bytes);
    return { bytes, ...images[format], width, height };
  } catch (error) {
    throw new AppError('NO_OUTPUT', 'The result is neither an image nor an MP4', { cause: error });
  }
}

async function inspect(
  bytes: Buffer,
): Promise<{ format: keyof typeof images; width: number; height: number }> {
  const { format, width, height } = await metadataOf(bytes);
  if (format !== 'jpeg' && format !== 'png' && format !== 'webp') {
    throw new AppError('FILE_NOT_AN_IMAGE', `Format ${format}`);
  }
  return { format, width, height };
}

async function metadataOf(bytes: Buffer) {
  try {
    // Only the header is read here, so a huge picture costs nothing before it is refused.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw new AppError('FILE_NOT_AN_IMAGE', 'No known image format', { cause: error });
  }
}
