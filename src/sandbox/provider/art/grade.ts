import { createRandom } from './noise';
import {
  blur,
  clamp01,
  luminance,
  mix,
  recolour,
  smoothstep,
  type Colour,
  type Picture,
} from './picture';
import { paletteOf, type Theme } from './theme';

const exposureOfHour = { day: 1.08, dawn: 1.06, sunset: 0.98, night: 0.58, storm: 0.8, fire: 0.88 };

/** How a colour leans, as a factor per channel; its own brightness is taken out. */
function tintOf([r, g, b]: Colour): Colour {
  const light = 0.299 * r + 0.587 * g + 0.114 * b + 0.02;
  const factor = (value: number): number => Math.min(1.6, Math.max(0.45, value / light));
  return [factor(r), factor(g), factor(b)];
}

/** Colours a photo by the words of a theme: its shadows, its lights, its hour, a soft glow. */
export async function gradePhoto(photo: Picture, theme: Theme): Promise<Picture> {
  const palette = paletteOf(theme);
  const light = luminance(photo);
  const glow = await blur(light, photo, Math.round(Math.max(photo.width, photo.height) / 40));
  const exposure = exposureOfHour[theme.hour];
  // Without words to go by the grade is a gentle one whose warmth the prompt's seed decides.
  const share = theme.isScene ? 0.75 : 0.3;
  const lean = createRandom(theme.seed)() * 0.06 - 0.03;
  const { width, height } = photo;
  const shadow = tintOf(palette.top);
  const high = tintOf(palette.horizon);
  return recolour(photo, (r, g, b, at) => {
    const tone = smoothstep(0.05, 0.85, light[at]!);
    const x = (at % width) / width - 0.5;
    const y = Math.floor(at / width) / height - 0.5;
    const vignette = 1 - 0.5 * smoothstep(0.35, 0.8, Math.hypot(x, y));
    const bloom = smoothstep(0.55, 1, glow[at]!) * 0.1;
    const channel = (value: number, dark: number, bright: number, warmth: number): number => {
      const tint = mix(dark, bright, tone);
      const mixed = value * mix(1, tint, share) + bloom * bright * share + warmth;
      return clamp01((mixed + (mixed - 0.5) * 0.08) * exposure * vignette);
    };
    return [
      channel(r, shadow[0], high[0], lean),
      channel(g, shadow[1], high[1], 0),
      channel(b, shadow[2], high[2], -lean),
    ];
  });
}
