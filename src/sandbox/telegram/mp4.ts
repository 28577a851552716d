export interface VideoInfo {
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
}

interface Box {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
}

export function isMp4(bytes: Buffer): boolean {
  return bytes.length > 12 && bytes.toString('latin1', 4, 8) === 'ftyp';
}

function boxes(bytes: Buffer, begin: number, end: number): Box[] {
  const found: Box[] = [];
  let at = begin;
  while (at + 8 <= end) {
    const short = bytes.readUInt32BE(at);
    const isLong = short === 1 && at + 16 <= end;
    const size = isLong ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short;
    const header = isLong ? 16 : 8;
    if (size < header || at + size > end) break;
    found.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      begin: at + header,
      end: at + size,
    });
    at += size;
  }
  return found;
}

function durationOf(bytes: Buffer, mvhd: Box): number {
  const isVersion1 = bytes[mvhd.begin] === 1;
  const at = mvhd.begin + (isVersion1 ? 20 : 12);
  if (at + 12 > mvhd.end) return 0;
  const timescale = bytes.readUInt32BE(at);
  const units = isVersion1 ? Number(bytes.readBigUInt64BE(at + 4)) : bytes.readUInt32BE(at + 4);
  return timescale === 0 ? 0 : Math.round(units / timescale);
}

/** Width and height are the last eight bytes of a track header, as 16.16 fixed point numbers. */
function sizeOf(bytes: Buffer, tkhd: Box): { width: number; height: number } {
  if (tkhd.end - tkhd.begin < 8) return { width: 0, height: 0 };
  return {
    width: bytes.readUInt32BE(tkhd.end - 8) >>> 16,
    height: bytes.readUInt32BE(tkhd.end - 4) >>> 16,
  };
}

/** Size and duration from the headers of an MP4; zeros where they are missing. */
export function readMp4(bytes: Buffer): VideoInfo {
  const moov = boxes(bytes, 0, bytes.length).find(({ type }) => type === 'moov');
  const inside = moov ? boxes(bytes, moov.begin, moov.end) : [];
  const mvhd = inside.find(({ type }) => type === 'mvhd');
  const sizes = inside
    .filter(({ type }) => type === 'trak')
    .flatMap(({ begin, end }) => boxes(bytes, begin, end))
    .filter(({ type }) => type === 'tkhd')
    .map((tkhd) => sizeOf(bytes, tkhd));
  const picture = sizes.find(({ width }) => width > 0) ?? { width: 0, height: 0 };
  return { ...picture, durationSeconds: mvhd ? durationOf(bytes, mvhd) : 0 };
}
