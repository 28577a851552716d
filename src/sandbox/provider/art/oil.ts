import { paintInDetail } from './brush';
import { flowOf, smear } from './flow';
import { saturate } from './hsl';
import { grain } from './noise';
import { clamp01, forRows, luminance, recolour, type Picture, type Plane } from './picture';

/** How the paint's relief catches light from the upper left; 0 is flat. */
async function relief(height: Plane, { width, height: rows }: Picture): Promise<Plane> {
  const light = new Float32Array(height.length);
  await forRows(rows, (y) => {
    const up = Math.max(y - 1, 0) * width;
    for (let x = 0; x < width; x += 1) {
      light[y * width + x] = height[y * width + x]! - height[up + Math.max(x - 1, 0)]!;
    }
  });
  return light;
}

/** Thick strokes that follow the forms, bristle marks and the weave of a canvas. */
export async function oil(photo: Picture): Promise<Picture> {
  const flow = await flowOf(luminance(photo), photo, 5);
  const painted = await paintInDetail(photo, flow, [6, 4]);
  const bristles = await smear(grain(photo, 7), flow, 10);
  const light = luminance(painted);
  const thickness = bristles.map((value, at) => value * 1.6 + light[at]! * 0.5);
  const shine = await relief(thickness, photo);
  const { width } = photo;
  return recolour(painted, (r, g, b, at) => {
    const x = at % width;
    const y = (at - x) / width;
    const weave = Math.sin(x * 1.25) * Math.sin(y * 1.25) * 0.012;
    const lift = shine[at]! * 0.55 + weave + (bristles[at]! - 0.5) * 0.16;
    const [sr, sg, sb] = saturate([r, g, b], 1.35);
    const contrast = (value: number): number => value + (value - 0.5) * 0.12;
    return [
      clamp01(contrast(sr) + lift + 0.012),
      clamp01(contrast(sg) + lift),
      clamp01(contrast(sb) + lift - 0.012),
    ];
  });
}
