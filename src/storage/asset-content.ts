/** What a file really is, by its content; its name and declared type are never believed. */
import sharp from 'sharp';
import { AppError } from '../domain/errors';
import { filmLimits } from '../domain/film';
import { readFilmFile, withoutNotes, type FilmFile } from '../domain/film-file';

/** Bytes as they are kept. Sizes in pixels; null for a video that a provider made. */
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

/** Whether a kept picture is transparent somewhere. */
export async function isTransparent(picture: Buffer): Promise<boolean> {
  return !(await sharp(picture).stats()).isOpaque;
}

/**
 * A person's film: kept without place, device and time, and read by its headers only (see
 * domain/film-file). Throws FILE_TOO_LARGE, FILE_NOT_A_FILM.
 */
export async function readFilm(bytes: Buffer): Promise<AssetContent> {
  if (bytes.length > filmLimits.bytes) {
    throw new AppError('FILE_TOO_LARGE', `${bytes.length} bytes, at most ${filmLimits.bytes}`);
  }
  const film = playable(bytes);
  const { width, height, milliseconds } = film;
  if (Math.max(width, height) > filmLimits.side || milliseconds > filmLimits.seconds * 1000) {
    throw new AppError('FILE_TOO_LARGE', `${width} x ${height}, ${milliseconds} ms`);
  }
  const clean = Buffer.from(withoutNotes(bytes));
  // What its own tables destroyed was no film.
  playable(clean);
  return { bytes: clean, mediaType: 'video/mp4', extension: 'mp4', width, height };
}

function playable(bytes: Buffer): FilmFile {
  const film = readFilmFile(bytes);
  if (film === undefined) throw new AppError('FILE_NOT_A_FILM', 'No MP4 with a picture');
  const { codec, isWhole, width, height, milliseconds } = film;
  // What Telegram makes of every video it is sent as one, and every provider reads.
  if (codec !== 'avc1' && codec !== 'avc3') throw new AppError('FILE_NOT_A_FILM', 'Not H.264');
  if (isWhole && width > 0 && height > 0 && milliseconds > 0) return film;
  throw new AppError('FILE_NOT_A_FILM', `Damaged: ${width} x ${height}, ${milliseconds} ms`);
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
