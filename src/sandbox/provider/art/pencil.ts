import { flowOf } from './flow';
import { drawLines } from './lines';
import { clouds, grain } from './noise';
import {
  blur,
  clamp01,
  forRows,
  luminance,
  recolour,
  smoothstep,
  type Picture,
  type Plane,
} from './picture';

/** Straight strokes of uneven pressure at an angle, a value per pixel, 0 to 1. */
async function strokes(size: Picture, angle: number, seed: number): Promise<Plane> {
  const noise = grain(size, seed);
  const { width, height } = size;
  const dx = Math.cos(angle);
  const dy = Math.sin(angle);
  const plane = new Float32Array(width * height);
  const reach = 14;
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let k = -reach; k <= reach; k += 1) {
        const px = (x + Math.round(k * dx) + width) % width;
        const py = (y + Math.round(k * dy) + height) % height;
        sum += noise[py * width + px]!;
      }
      // The mean of many is near a half; stretch it back to the whole range.
      plane[y * width + x] = clamp01(0.5 + (sum / (2 * reach + 1) - 0.5) * 5);
    }
  });
  return plane;
}

/** Graphite on paper: dodged tones, outlines, hatching that thickens in the shadows. */
export async function pencil(photo: Picture): Promise<Picture> {
  const light = luminance(photo);
  const flow = await flowOf(light, photo, 3);
  const around = await blur(light, photo, 9);
  const lines = await drawLines(light, flow, {
    sigma: 0.9,
    strength: 18,
    level: 0.2,
    hardness: 4,
    reach: 3,
  });
  const hatch = await strokes(photo, -Math.PI / 4, 3);
  const cross = await strokes(photo, -Math.PI / 4 + 1.2, 4);
  const tooth = await clouds(photo, { seed: 9, size: 2.2, octaves: 2 });
  return recolour(photo, (_r, _g, _b, at) => {
    const tone = light[at]!;
    // Colour dodge with the blurred negative: flat areas turn white, edges stay.
    const dodged = clamp01(tone / (around[at]! + 0.02));
    const shade = 1 - tone ** 0.8;
    const first = smoothstep(0.2, 0.85, shade) * hatch[at]! * 0.85;
    const second = smoothstep(0.55, 1, shade) * cross[at]! * 0.8;
    const ink = (1 - dodged) * 1.1 + (1 - lines[at]!) * 0.65 + first + second + shade * 0.12;
    const graphite = clamp01(ink * (0.72 + 0.5 * tooth[at]!));
    const value = 0.965 - 0.87 * graphite;
    return [value, value * 0.992, value * 0.97];
  });
}
