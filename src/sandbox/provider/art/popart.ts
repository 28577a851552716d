import { paint } from './brush';
import { flowOf } from './flow';
import { toHsl } from './hsl';
import { drawLines } from './lines';
import {
  colour,
  luminance,
  mix,
  recolour,
  smoothstep,
  stretchTones,
  type Colour,
  type Picture,
} from './picture';

const ink = colour('#17122b');
const cream = colour('#fff4d6');

// A flat printing colour and its light for each twelfth of the hue circle, from red on.
const inks: readonly { readonly flat: Colour; readonly light: Colour }[] = [
  { flat: colour('#ee1d3c'), light: colour('#ff9c8f') },
  { flat: colour('#f5402c'), light: colour('#ffc928') },
  { flat: colour('#ffb400'), light: colour('#ffe680') },
  { flat: colour('#d9c400'), light: colour('#fff3a0') },
  { flat: colour('#35c759'), light: colour('#c4f5a0') },
  { flat: colour('#0fb98a'), light: colour('#b4f5dc') },
  { flat: colour('#00b8d4'), light: colour('#a5f0f5') },
  { flat: colour('#1c8cff'), light: colour('#a8d8ff') },
  { flat: colour('#2b50f0'), light: colour('#a8bcff') },
  { flat: colour('#7a35e8'), light: colour('#d0b4ff') },
  { flat: colour('#d926a9'), light: colour('#ffa6e4') },
  { flat: colour('#ff2e7a'), light: colour('#ffa8c8') },
];
const neutral = { flat: colour('#00a5c8'), light: colour('#bdf0f2') };

/** Coverage of a printing dot, 0 to 1: a grid turned by 45 degrees, dots growing with `amount`. */
function dot(x: number, y: number, pitch: number, amount: number): number {
  const u = (x + y) / pitch;
  const v = (x - y) / pitch;
  const fu = u - Math.floor(u) - 0.5;
  const fv = v - Math.floor(v) - 0.5;
  const distance = Math.sqrt(fu * fu + fv * fv);
  const radius = Math.sqrt(amount) * 0.62;
  return smoothstep(radius + 0.09, radius - 0.09, distance);
}

const blend = (from: Colour, to: Colour, share: number): Colour => [
  mix(from[0], to[0], share),
  mix(from[1], to[1], share),
  mix(from[2], to[2], share),
];

/** Comic print: six loud inks, dots in the lights, black shadows, thick outlines. */
export async function popart(photo: Picture): Promise<Picture> {
  const flow = await flowOf(luminance(photo), photo, 4);
  const flat = await paint(await paint(photo, flow, 4), flow, 3);
  const light = luminance(flat);
  const lines = await drawLines(light, flow, {
    sigma: 1.4,
    strength: 20,
    level: 0.16,
    hardness: 12,
    reach: 4,
  });
  const tones = stretchTones(light);
  const { width, height } = photo;
  const pitch = Math.max(width, height) / 64;
  return recolour(flat, (r, g, b, at) => {
    const x = at % width;
    const y = (at - x) / width;
    const [hue, saturation] = toHsl(r, g, b);
    const tone = tones[at]!;
    const pair = saturation < 0.16 ? neutral : inks[Math.round(hue * 12) % 12]!;
    // From dark to light: ink, flat colour, light colour with dots of the flat one, bare paper.
    let base = blend(ink, pair.flat, smoothstep(0.18, 0.22, tone));
    const dots = dot(x, y, pitch, smoothstep(0.8, 0.4, tone) * 0.6);
    const dotted = blend(pair.light, pair.flat, dots);
    base = blend(base, dotted, smoothstep(0.42, 0.45, tone));
    const paper = blend(cream, pair.flat, dot(x, y, pitch, smoothstep(1, 0.6, tone) * 0.22));
    base = blend(base, paper, smoothstep(0.7, 0.73, tone));
    return blend(ink, base, lines[at]!);
  });
}
