import { paintInDetail } from './brush';
import { flowOf } from './flow';
import { saturate } from './hsl';
import { clouds, grain } from './noise';
import {
  blankPicture,
  blur,
  clamp01,
  forRows,
  luminance,
  mix,
  recolour,
  sample,
  smoothstep,
  type Picture,
  type Plane,
} from './picture';

const paper = [0.985, 0.972, 0.94] as const;

/** Lets the paint run a little: every pixel is taken from a place some noise away. */
async function bleed(picture: Picture, sideways: Plane, downwards: Plane): Promise<Picture> {
  const { width, height } = picture;
  const result = blankPicture(width, height);
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const px = x + (sideways[at]! - 0.5) * 9;
      const py = y + (downwards[at]! - 0.5) * 9;
      result.r[at] = sample(picture.r, width, height, px, py);
      result.g[at] = sample(picture.g, width, height, px, py);
      result.b[at] = sample(picture.b, width, height, px, py);
    }
  });
  return result;
}

/** Where washes end, pigment gathers: the strength of the edges of the painted picture. */
async function wetEdges(light: Plane, picture: Picture): Promise<Plane> {
  const { width, height } = picture;
  const soft = await blur(light, picture, 1);
  const wide = await blur(light, picture, 5);
  const edges = new Float32Array(light.length);
  await forRows(height, (y) => {
    for (let at = y * width; at < (y + 1) * width; at += 1) {
      edges[at] = smoothstep(0.008, 0.12, wide[at]! - soft[at]!);
    }
  });
  return edges;
}

/** The ragged border where the brush left the paper white: 1 is painted, 0 is bare. */
function border(x: number, y: number, picture: Picture, wobble: number): number {
  const { width, height } = picture;
  const inset = Math.min(x, y, width - 1 - x, height - 1 - y) / Math.max(width, height);
  return smoothstep(0.004, 0.016, inset - 0.035 * wobble);
}

/** Thin washes on rough paper: light tones, dark rims, blooms, and a white ragged border. */
export async function watercolour(photo: Picture): Promise<Picture> {
  const flow = await flowOf(luminance(photo), photo, 4);
  const flat = await paintInDetail(photo, flow, [5, 4]);
  const near = await clouds(photo, { seed: 11, size: 28 });
  const far = await clouds(photo, { seed: 23, size: 34 });
  const run = await bleed(flat, near, far);
  const light = luminance(run);
  const edges = await wetEdges(light, photo);
  const blooms = await clouds(photo, { seed: 37, size: 120, octaves: 4 });
  const fibres = await blur(grain(photo, 5), photo, 1);
  const { width } = photo;
  return recolour(run, (r, g, b, at) => {
    const x = at % width;
    const y = (at - x) / width;
    const painted = border(x, y, photo, near[at]! + far[at]! * 0.6);
    const tooth = (fibres[at]! - 0.5) * 0.9;
    // Pigment density: blooms make clouds of it, edges gather it, the paper's tooth breaks it.
    const density = 1 + (blooms[at]! - 0.5) * 1.5 + edges[at]! * 0.9 + tooth;
    const wash = (value: number): number => {
      const thin = mix(clamp01(value) ** 0.8, 1, 0.27);
      return clamp01(thin - (thin - thin * thin) * (density - 1));
    };
    const [sr, sg, sb] = saturate([wash(r), wash(g), wash(b)], 1.45);
    const bump = 1 + (fibres[at]! - 0.5) * 0.06;
    return [
      mix(paper[0], sr * paper[0], painted) * bump,
      mix(paper[1], sg * paper[1], painted) * bump,
      mix(paper[2], sb * paper[2], painted) * bump,
    ];
  });
}
