import { createRandom } from './noise';
import { blur, clamp01, luminance, mix, recolour, smoothstep, type Picture } from './picture';
import { paletteOf, type Theme } from './theme';

const exposureOfHour = { day: 1.08, dawn: 1.06, sunset: 0.98, night: 0.58, storm: 0.8, fire: 0.88 };

/** Colours a photo by the words of a theme: its shadows, its lights, its hour, a soft glow. */
export async function gradePhoto(photo: Picture, theme: Theme): Promise<Picture> {
  const palette = paletteOf(theme);
  const light = luminance(photo);
  const glow = await blur(light, photo, Math.round(Math.max(photo.width, photo.height) / 40));
  const exposure = exposureOfHour[theme.hour];
  // Without words to go by the grade is a gentle one whose warmth the prompt's seed decides.
  const share = theme.isScene ? 0.42 : 0.26;
  const lean = createRandom(theme.seed)() * 0.06 - 0.03;
  const { width, height } = photo;
  const shadow = palette.top;
  const high = palette.horizon;
  return recolour(photo, (r, g, b, at) => {
    const tone = light[at]!;
    const x = (at % width) / width - 0.5;
    const y = Math.floor(at / width) / height - 0.5;
    const vignette = 1 - 0.55 * smoothstep(0.35, 0.8, Math.hypot(x, y));
    const bloom = smoothstep(0.5, 1, glow[at]!) * 0.16;
    const channel = (value: number, dark: number, bright: number, warmth: number): number => {
      const target = mix(dark * (0.25 + tone), bright, smoothstep(0.1, 0.95, tone)) * (0.25 + tone);
      const mixed = mix(value, target, share) + bloom * bright + warmth;
      return clamp01((mixed + (mixed - 0.5) * 0.1) * exposure * vignette);
    };
    return [
      channel(r, shadow[0], high[0], lean),
      channel(g, shadow[1], high[1], 0),
      channel(b, shadow[2], high[2], -lean),
    ];
  });
}
