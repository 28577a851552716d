import sharp from 'sharp';

/** One channel, a value per pixel, rows from the top. */
export type Plane = Float32Array;

/** An sRGB picture in three planes; values run from 0 to 1. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly r: Plane;
  readonly g: Plane;
  readonly b: Plane;
}

export type Colour = readonly [number, number, number];

const sliceMs = 12;
let sliceBegan = 0;

/**
 * Calls `row` for each row and lets the event loop breathe every few milliseconds, so that a server
 * in the same process goes on answering while a picture is made.
 */
export async function forRows(height: number, row: (y: number) => void): Promise<void> {
  for (let y = 0; y < height; y += 1) {
    if (performance.now() - sliceBegan > sliceMs) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceBegan = performance.now();
    }
    row(y);
  }
}

export const clamp01 = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = clamp01((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

export function colour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

export function blankPicture(width: number, height: number): Picture {
  const size = width * height;
  return {
    width,
    height,
    r: new Float32Array(size),
    g: new Float32Array(size),
    b: new Float32Array(size),
  };
}

/** Decodes an image, turned upright and scaled so that its long side is `longSide`. */
export async function readPicture(bytes: Buffer, longSide: number): Promise<Picture> {
  const { data, info } = await sharp(bytes)
    .rotate()
    .flatten({ background: '#ffffff' })
    .resize(longSide, longSide, { fit: 'inside', kernel: 'lanczos3' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const picture = blankPicture(info.width, info.height);
  const { r, g, b } = picture;
  for (let i = 0, at = 0; i < r.length; i += 1, at += info.channels) {
    r[i] = data[at]! / 255;
    g[i] = data[at + (info.channels > 2 ? 1 : 0)]! / 255;
    b[i] = data[at + (info.channels > 2 ? 2 : 0)]! / 255;
  }
  return picture;
}

/** 8-bit RGB, interleaved. */
export function toRgb({ r, g, b }: Picture): Buffer {
  const rgb = Buffer.allocUnsafe(r.length * 3);
  for (let i = 0, at = 0; i < r.length; i += 1, at += 3) {
    rgb[at] = clamp01(r[i]!) * 255 + 0.5;
    rgb[at + 1] = clamp01(g[i]!) * 255 + 0.5;
    rgb[at + 2] = clamp01(b[i]!) * 255 + 0.5;
  }
  return rgb;
}

export function luminance({ r, g, b }: Picture): Plane {
  const plane = new Float32Array(r.length);
  for (let i = 0; i < plane.length; i += 1) {
    plane[i] = 0.299 * r[i]! + 0.587 * g[i]! + 0.114 * b[i]!;
  }
  return plane;
}

/** Stretches tones so that the darkest and lightest hundredth become 0 and 1. */
export function stretchTones(plane: Plane): Plane {
  const counts = new Uint32Array(256);
  for (const value of plane) counts[Math.round(clamp01(value) * 255)]! += 1;
  const edge = plane.length / 100;
  let low = 0;
  for (let sum = counts[0]!; sum < edge; sum += counts[low]!) low += 1;
  let high = 255;
  for (let sum = counts[255]!; sum < edge; sum += counts[high]!) high -= 1;
  const span = Math.max(high - low, 32) / 255;
  return plane.map((value) => clamp01((value - low / 255) / span));
}

/** A value between pixels; outside, the edge goes on. */
export function sample(plane: Plane, width: number, height: number, x: number, y: number): number {
  const cx = x < 0 ? 0 : x > width - 1.001 ? width - 1.001 : x;
  const cy = y < 0 ? 0 : y > height - 1.001 ? height - 1.001 : y;
  const x0 = cx | 0;
  const y0 = cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const at = y0 * width + x0;
  const top = plane[at]! + (plane[at + 1]! - plane[at]!) * fx;
  const low = plane[at + width]! + (plane[at + width + 1]! - plane[at + width]!) * fx;
  return top + (low - top) * fy;
}

async function boxBlur(
  plane: Plane,
  width: number,
  height: number,
  radius: number,
): Promise<Plane> {
  const across = new Float32Array(plane.length);
  const share = 1 / (2 * radius + 1);
  await forRows(height, (y) => {
    const row = y * width;
    let sum = plane[row]! * (radius + 1);
    for (let x = 1; x <= radius; x += 1) sum += plane[row + Math.min(x, width - 1)]!;
    for (let x = 0; x < width; x += 1) {
      across[row + x] = sum * share;
      const leaves = x - radius < 0 ? 0 : x - radius;
      const enters = x + radius + 1 > width - 1 ? width - 1 : x + radius + 1;
      sum += plane[row + enters]! - plane[row + leaves]!;
    }
  });
  // Columns are summed a row at a time: running down each column would miss the cache.
  const result = new Float32Array(plane.length);
  // Double precision: what a running sum loses would show as streaks in black areas.
  const sums = new Float64Array(width);
  for (let y = -radius; y <= radius; y += 1) {
    const row = Math.min(Math.max(y, 0), height - 1) * width;
    for (let x = 0; x < width; x += 1) sums[x]! += across[row + x]!;
  }
  await forRows(height, (y) => {
    const leaves = Math.max(y - radius, 0) * width;
    const enters = Math.min(y + radius + 1, height - 1) * width;
    for (let x = 0; x < width; x += 1) {
      result[y * width + x] = sums[x]! * share;
      sums[x]! += across[enters + x]! - across[leaves + x]!;
    }
  });
  return result;
}

/** Two box blurs, close to a Gaussian of sigma ≈ 0.8 × radius. The radius is whole pixels, ≥ 1. */
export async function blur(
  plane: Plane,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  radius: number,
): Promise<Plane> {
  return boxBlur(await boxBlur(plane, width, height, radius), width, height, radius);
}

/** A true Gaussian, for the small sigmas a box is too coarse for. */
export async function gaussian(
  plane: Plane,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  sigma: number,
): Promise<Plane> {
  const radius = Math.max(1, Math.ceil(sigma * 2.5));
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((sum, each) => sum + each, 0);
  const across = new Float32Array(plane.length);
  const result = new Float32Array(plane.length);
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let k = -radius; k <= radius; k += 1) {
        const at = x + k < 0 ? 0 : x + k >= width ? width - 1 : x + k;
        sum += plane[y * width + at]! * kernel[k + radius]!;
      }
      across[y * width + x] = sum / total;
    }
  });
  await forRows(height, (y) => {
    const out = y * width;
    for (let k = -radius; k <= radius; k += 1) {
      const row = (y + k < 0 ? 0 : y + k >= height ? height - 1 : y + k) * width;
      const weight = kernel[k + radius]! / total;
      for (let x = 0; x < width; x += 1) result[out + x]! += across[row + x]! * weight;
    }
  });
  return result;
}

/** Applies one change of colour to every pixel. */
export async function recolour(
  picture: Picture,
  change: (r: number, g: number, b: number, at: number) => Colour,
): Promise<Picture> {
  const { width, height, r, g, b } = picture;
  const result = blankPicture(width, height);
  await forRows(height, (y) => {
    for (let at = y * width; at < (y + 1) * width; at += 1) {
      const [cr, cg, cb] = change(r[at]!, g[at]!, b[at]!, at);
      result.r[at] = cr;
      result.g[at] = cg;
      result.b[at] = cb;
    }
  });
  return result;
}
