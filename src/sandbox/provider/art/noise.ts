import { createHash } from 'node:crypto';
import { forRows, type Picture, type Plane } from './picture';

/** Numbers from 0 to 1, always the same for the same seed. */
export type Random = () => number;

/** A 32-bit seed of any text. */
export function seedOf(text: string): number {
  return createHash('sha256').update(text.normalize('NFKC')).digest().readUInt32LE(0);
}

/** Mulberry32: small, fast and even enough for pictures. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function pick<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

function hash2(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 2246822519);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth value noise from 0 to 1; one bump per unit. */
export function valueNoise(x: number, y: number, seed: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const top = hash2(x0, y0, seed) * (1 - sx) + hash2(x0 + 1, y0, seed) * sx;
  const low = hash2(x0, y0 + 1, seed) * (1 - sx) + hash2(x0 + 1, y0 + 1, seed) * sx;
  return top + (low - top) * sy;
}

/** Several octaves of value noise, from 0 to 1. */
export function cloudNoise(x: number, y: number, seed: number, octaves = 4): number {
  let sum = 0;
  let share = 0.5;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += share * valueNoise(x * scale, y * scale, seed + octave * 101);
    share /= 2;
    scale *= 2;
  }
  return sum / (1 - 0.5 ** octaves);
}

type Size = Pick<Picture, 'width' | 'height'>;

/** White noise, a value per pixel. */
export function grain({ width, height }: Size, seed: number): Plane {
  const random = createRandom(seed);
  return Float32Array.from({ length: width * height }, random);
}

/** Cloud noise over a whole picture; `size` is a bump in pixels. */
export async function clouds(
  { width, height }: Size,
  { seed, size, octaves = 3 }: { seed: number; size: number; octaves?: number },
): Promise<Plane> {
  const plane = new Float32Array(width * height);
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      plane[y * width + x] = cloudNoise(x / size, y / size, seed, octaves);
    }
  });
  return plane;
}
