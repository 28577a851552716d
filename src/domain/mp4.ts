/** What the headers of an MP4 say of the video in it. */

export interface VideoInfo {
  /** Pixels as shown; 0 where the file does not say. */
  readonly width: number;
  readonly height: number;
  /** Rounded; 0 where the file does not say. */
  readonly durationSeconds: number;
}

/** A box between two offsets; its header lies before `begin`. */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly begin: number;
  readonly end: number;
}

export const typeAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));

export function isMp4(bytes: Uint8Array): boolean {
  return bytes.length > 12 && typeAt(viewOf(bytes), 4) === 'ftyp';
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function boxes(view: DataView, begin: number, end: number): Box[] {
  const found: Box[] = [];
  let at = begin;
  while (at + 8 <= end) {
    const short = view.getUint32(at);
    const isLong = short === 1 && at + 16 <= end;
    const size = isLong ? Number(view.getBigUint64(at + 8)) : short === 0 ? end - at : short;
    const header = isLong ? 16 : 8;
    if (size < header || at + size > end) break;
    found.push({ type: typeAt(view, at + 4), start: at, begin: at + header, end: at + size });
    at += size;
  }
  return found;
}

/** In milliseconds; 0 where the file does not say. */
export function durationOf(view: DataView, mvhd: Box): number {
  if (mvhd.end - mvhd.begin < 4) return 0;
  const isVersion1 = view.getUint8(mvhd.begin) === 1;
  const at = mvhd.begin + (isVersion1 ? 20 : 12);
  if (at + 12 > mvhd.end) return 0;
  const timescale = view.getUint32(at);
  const units = isVersion1 ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4);
  return timescale === 0 ? 0 : Math.round((units * 1000) / timescale);
}

/**
 * Width and height are the last eight bytes of a track header, as 16.16 fixed point numbers; the
 * matrix before them says whether the picture lies on its side, as phones film.
 */
export function sizeOf(view: DataView, tkhd: Box): { width: number; height: number } {
  if (tkhd.end - tkhd.begin < 44) return { width: 0, height: 0 };
  const [width, height] = [tkhd.end - 8, tkhd.end - 4].map((at) => view.getUint32(at) >>> 16);
  const isOnItsSide = view.getInt32(tkhd.end - 44) === 0 && view.getInt32(tkhd.end - 40) !== 0;
  return isOnItsSide
    ? { width: height ?? 0, height: width ?? 0 }
    : { width: width ?? 0, height: height ?? 0 };
}

export function readMp4(bytes: Uint8Array): VideoInfo {
  const view = viewOf(bytes);
  const moov = boxes(view, 0, bytes.length).find(({ type }) => type === 'moov');
  const inside = moov ? boxes(view, moov.begin, moov.end) : [];
  const mvhd = inside.find(({ type }) => type === 'mvhd');
  const sizes = inside
    .filter(({ type }) => type === 'trak')
    .flatMap(({ begin, end }) => boxes(view, begin, end))
    .filter(({ type }) => type === 'tkhd')
    .map((tkhd) => sizeOf(view, tkhd));
  const picture = sizes.find(({ width }) => width > 0) ?? { width: 0, height: 0 };
  return { ...picture, durationSeconds: mvhd ? Math.round(durationOf(view, mvhd) / 1000) : 0 };
}
