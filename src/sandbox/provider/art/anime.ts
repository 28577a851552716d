import { paint } from './brush';
import { flowOf } from './flow';
import { saturate } from './hsl';
import { drawLines } from './lines';
import {
  clamp01,
  luminance,
  mix,
  recolour,
  smoothstep,
  stretchTones,
  type Picture,
} from './picture';

const steps = 5;

/** Flat steps of tone with a short soft edge, as painted cels have. */
function celTone(light: number): number {
  const scaled = light * steps;
  const step = Math.floor(scaled);
  return (step + smoothstep(0.35, 0.65, scaled - step)) / steps;
}

/** Cel shading: calm areas of clear colour, stepped tones, clean dark outlines. */
export async function anime(photo: Picture): Promise<Picture> {
  const flow = await flowOf(luminance(photo), photo, 4);
  const once = await paint(photo, flow, 3);
  const flat = await paint(once, flow, 3);
  const light = luminance(flat);
  const tones = stretchTones(light);
  const lines = await drawLines(luminance(once), flow, {
    sigma: 1.1,
    strength: 20,
    level: 0.14,
    hardness: 9,
    reach: 4,
  });
  return recolour(flat, (r, g, b, at) => {
    const tone = mix(light[at]!, tones[at]!, 0.7);
    // Lifted shadows and bright lights: the palette of a sunny film.
    const wanted = 0.1 + 0.92 * celTone(clamp01(tone ** 0.85));
    const gain = wanted / (light[at]! + 0.03);
    // Shadows lean to violet, as they do under a painted sky.
    const shade = smoothstep(0.45, 0.1, wanted) * 0.12;
    const [cr, cg, cb] = saturate([r * gain + shade * 0.5, g * gain, b * gain + shade], 1.25);
    const ink = lines[at]!;
    return [cr * ink + 0.1 * (1 - ink), cg * ink + 0.07 * (1 - ink), cb * ink + 0.16 * (1 - ink)];
  });
}
