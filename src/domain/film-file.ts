/**
 * What a person's MP4 is, by its headers alone. Nothing is decoded: a decoder is the part that a
 * crafted file would attack. The same headers tell where the film was made, by whom and when, and are
 * cleaned of that.
 */
import type { Film } from './film';
import { boxes, durationOf, isMp4, sizeOf, typeAt, viewOf, type Box } from './mp4';

export interface FilmFile extends Film {
  /** Of the picture, as the file spells it: "avc1". */
  readonly codec: string;
  /** Every box ends where the file says, and the pictures are in it. */
  readonly isWhole: boolean;
}

/** Undefined for what is no MP4 with a picture. */
export function readFilmFile(bytes: Uint8Array): FilmFile | undefined {
  if (!isMp4(bytes)) return undefined;
  const view = viewOf(bytes);
  const outer = boxes(view, 0, bytes.length);
  const moov = outer.find(({ type }) => type === 'moov');
  const picture = tracksOf(view, moov).find((track) => handlerOf(view, track) === 'vide');
  const mvhd = inside(view, moov, 'mvhd');
  const tkhd = inside(view, picture, 'tkhd');
  if (mvhd === undefined || tkhd === undefined) return undefined;
  const stsd = inside(view, picture, 'mdia', 'minf', 'stbl', 'stsd');
  const hasPictures = outer.some(({ type }) => type === 'mdat');
  return {
    ...sizeOf(view, tkhd),
    milliseconds: durationOf(view, mvhd),
    codec: stsd !== undefined && stsd.end - stsd.begin >= 16 ? typeAt(view, stsd.begin + 12) : '',
    isWhole: hasPictures && outer.at(-1)?.end === bytes.length,
  };
}

/** The measures alone; undefined for what is no film. */
export function measureFilm(bytes: Uint8Array): Film | undefined {
  const file = readFilmFile(bytes);
  if (file === undefined) return undefined;
  const { width, height, milliseconds } = file;
  return { width, height, milliseconds };
}

/** The same film without place, device, time and notes: nothing of it moves, so it plays as before. */
export function withoutNotes(bytes: Uint8Array): Uint8Array {
  const clean = Uint8Array.from(bytes);
  const view = viewOf(clean);
  const outer = boxes(view, 0, clean.length);
  const moov = outer.find(({ type }) => type === 'moov');
  const tracks = tracksOf(view, moov);
  for (const parent of [outer, childrenOf(view, moov), ...tracks.map((t) => childrenOf(view, t))]) {
    for (const box of parent) if (notes.has(box.type)) blank(clean, box);
  }
  forgetTime(clean, view, inside(view, moov, 'mvhd'));
  for (const track of tracks) {
    forgetTime(clean, view, inside(view, track, 'tkhd'));
    forgetTime(clean, view, inside(view, track, 'mdia', 'mdhd'));
    if (kept.has(handlerOf(view, track))) continue;
    // Positions by the second, say; first its samples, then what leads to them.
    for (const [from, to] of samplesOf(view, track)) clean.fill(0, from, to);
    blank(clean, track);
  }
  return clean;
}

const notes: ReadonlySet<string> = new Set(['udta', 'meta', 'uuid']);
const kept: ReadonlySet<string> = new Set(['vide', 'soun']);

const childrenOf = (view: DataView, box: Box | undefined): Box[] =>
  box === undefined ? [] : boxes(view, box.begin, box.end);

const tracksOf = (view: DataView, moov: Box | undefined): Box[] =>
  childrenOf(view, moov).filter(({ type }) => type === 'trak');

function inside(view: DataView, box: Box | undefined, ...path: string[]): Box | undefined {
  return path.reduce<Box | undefined>(
    (parent, type) => childrenOf(view, parent).find((child) => child.type === type),
    box,
  );
}

function handlerOf(view: DataView, track: Box): string {
  const hdlr = inside(view, track, 'mdia', 'hdlr');
  return hdlr !== undefined && hdlr.end - hdlr.begin >= 12 ? typeAt(view, hdlr.begin + 8) : '';
}

/** A box that players skip, with nothing in it. */
function blank(bytes: Uint8Array, { start, begin, end }: Box): void {
  bytes.set([0x66, 0x72, 0x65, 0x65], start + 4);
  bytes.fill(0, begin, end);
}

/** When it was made and changed: two numbers after the version, of four or eight bytes each. */
function forgetTime(bytes: Uint8Array, view: DataView, box: Box | undefined): void {
  if (box === undefined || box.end - box.begin < 20) return;
  bytes.fill(0, box.begin + 4, box.begin + (view.getUint8(box.begin) === 1 ? 20 : 12));
}

/** The entries of a table of whole numbers, as many as the box really has. */
function tableOf(
  view: DataView,
  box: Box | undefined,
  shape: { readonly from: number; readonly width: number },
): number[] {
  if (box === undefined || box.end - box.begin < shape.from) return [];
  const room = Math.floor((box.end - box.begin - shape.from) / shape.width);
  const amount = Math.min(room, view.getUint32(box.begin + shape.from - 4));
  return Array.from(
    { length: amount },
    (_none, index) => box.begin + shape.from + index * shape.width,
  );
}

/** Where the samples of a track lie in the file. */
function samplesOf(view: DataView, track: Box): [number, number][] {
  const table = (type: string) => inside(view, track, 'mdia', 'minf', 'stbl', type);
  const long = table('co64');
  const chunks =
    long === undefined
      ? tableOf(view, table('stco'), { from: 8, width: 4 }).map((at) => view.getUint32(at))
      : tableOf(view, long, { from: 8, width: 8 }).map((at) => Number(view.getBigUint64(at)));
  const runs = tableOf(view, table('stsc'), { from: 8, width: 12 }).map((at) => ({
    first: view.getUint32(at),
    samples: view.getUint32(at + 4),
  }));
  const stsz = table('stsz');
  const alike =
    stsz !== undefined && stsz.end - stsz.begin >= 12 ? view.getUint32(stsz.begin + 4) : 0;
  const sizes = tableOf(view, stsz, { from: 12, width: 4 }).map((at) => view.getUint32(at));
  let next = 0;
  let run = 0;
  // No more than the file holds, however often its tables name the same bytes.
  let left = view.byteLength;
  return chunks.flatMap((from, index): [number, number][] => {
    while ((runs[run + 1]?.first ?? Number.POSITIVE_INFINITY) <= index + 1) run += 1;
    const inChunk = runs[run]?.samples ?? 0;
    const length =
      alike > 0
        ? alike * inChunk
        : sizes.slice(next, next + inChunk).reduce((sum, size) => sum + size, 0);
    next += inChunk;
    left -= length;
    return left < 0 ? [] : [[from, from + length]];
  });
}
