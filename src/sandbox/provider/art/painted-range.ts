import type { Range } from './land';
import { blankPicture, forRows, mix, type Picture } from './picture';

/** A range whose colours are worked out once, so that a film only has to move it. */
export interface PaintedRange {
  readonly top: Float32Array;
  readonly depth: number;
  readonly paint: Picture;
}

/** Colours a range below its top line. */
export async function paintRange(range: Range, height: number): Promise<PaintedRange> {
  const width = range.top.length;
  const paint = blankPicture(width, height);
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      // One pixel more than is seen, for the softened edge.
      const below = y + 1.5 - range.top[x]!;
      if (below <= 0) continue;
      const at = y * width + x;
      const [r, g, b] = range.colourAt(x, y, below);
      paint.r[at] = r;
      paint.g[at] = g;
      paint.b[at] = b;
    }
  });
  return { top: range.top, depth: range.depth, paint };
}

/** The top line as seen by a camera moved by `shift` columns. */
export function topsOf(range: PaintedRange, width: number, shift: number): Float32Array {
  return Float32Array.from({ length: width }, (_, x) => {
    const at = Math.min(Math.max(x + shift, 0), range.top.length - 1.001);
    const left = at | 0;
    return mix(range.top[left]!, range.top[left + 1]!, at - left);
  });
}

/** Lays a range over a picture, in place; the top line is softened over one pixel. */
export async function layRange(onto: Picture, range: PaintedRange, shift: number): Promise<void> {
  const { width, height } = onto;
  const { paint } = range;
  const tops = topsOf(range, width, shift);
  const highest = Math.max(0, Math.floor(tops.reduce((a, b) => Math.min(a, b), height)));
  const first = Math.floor(shift);
  const share = shift - first;
  await forRows(height - highest, (row) => {
    const y = highest + row;
    for (let x = 0; x < width; x += 1) {
      const below = y + 0.5 - tops[x]!;
      if (below <= 0) continue;
      const from = y * paint.width + x + first;
      const at = y * width + x;
      // Beside a steep edge the neighbour isn't painted; the pixel itself is enough there.
      const part = range.top[x + first + 1]! > y + 1.5 ? 0 : share;
      const cover = below < 1 ? below : 1;
      onto.r[at] = mix(onto.r[at]!, mix(paint.r[from]!, paint.r[from + 1]!, part), cover);
      onto.g[at] = mix(onto.g[at]!, mix(paint.g[from]!, paint.g[from + 1]!, part), cover);
      onto.b[at] = mix(onto.b[at]!, mix(paint.b[from]!, paint.b[from + 1]!, part), cover);
    }
  });
}
