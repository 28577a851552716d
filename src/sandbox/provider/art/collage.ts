import sharp from 'sharp';
import type { Size } from './scene';

interface Cell {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const gap = 8;

/** Side by side; three have a large one on the left, four make a square of squares. */
function cellsOf(count: number, { width, height }: Size): Cell[] {
  const half = { width: (width - gap) >> 1, height: (height - gap) >> 1 };
  const right = width - half.width;
  const low = height - half.height;
  const full = { top: 0, height };
  const upper = { top: 0, height: half.height };
  const lower = { top: low, height: half.height };
  const west = { left: 0, width: half.width };
  const east = { left: right, width: half.width };
  if (count === 1) return [{ left: 0, width, ...full }];
  if (count === 2)
    return [
      { ...west, ...full },
      { ...east, ...full },
    ];
  const onTheRight = [
    { ...east, ...upper },
    { ...east, ...lower },
  ];
  if (count === 3) return [{ ...west, ...full }, ...onTheRight];
  return [{ ...west, ...upper }, onTheRight[0]!, { ...west, ...lower }, onTheRight[1]!];
}

/** One to four photos on a sheet of the given size, each cut to its place. */
export async function layOut(photos: readonly Buffer[], size: Size): Promise<Buffer> {
  const cells = cellsOf(photos.length, size);
  const pieces = await Promise.all(
    cells.map(async ({ left, top, width, height }, index) => {
      const photo = sharp(photos[index]).rotate().flatten({ background: '#ffffff' });
      const input = await photo.resize(width, height, { fit: 'cover' }).png().toBuffer();
      return { input, left, top };
    }),
  );
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite(pieces)
    .png()
    .toBuffer();
}
