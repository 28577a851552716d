import { fromHsl } from './hsl';
import { cloudNoise, createRandom } from './noise';
import { blankPicture, forRows, mix, smoothstep, type Colour } from './picture';
import type { Artwork, Size } from './scene';
import type { Theme } from './theme';

const shades = 1024;

/** A ring of colours that fit together, as a table to look up in. */
function colourRing(theme: Theme): readonly Colour[] {
  const random = createRandom(theme.seed ^ 0xc01);
  const hue = theme.hue ?? random();
  const step = theme.hue === undefined ? 0.08 + 0.3 * random() : 0.06;
  const stops = [
    fromHsl(hue, 0.7, 0.12),
    fromHsl(hue, 0.75, 0.45),
    fromHsl((hue + step) % 1, 0.85, 0.62),
    fromHsl((hue + step * 0.5) % 1, 0.5, 0.92),
    fromHsl((hue + 1 - step) % 1, 0.8, 0.55),
    fromHsl((hue + 1 - step * 0.6) % 1, 0.8, 0.28),
  ];
  return Array.from({ length: shades }, (_, at) => {
    const place = (at / shades) * stops.length;
    const from = stops[Math.floor(place)]!;
    const to = stops[(Math.floor(place) + 1) % stops.length]!;
    const share = smoothstep(0, 1, place % 1);
    return [mix(from[0], to[0], share), mix(from[1], to[1], share), mix(from[2], to[2], share)];
  });
}

/** Marbled colour: noise bent by noise bent by noise, its colours flowing with time. */
export async function createAbstract(theme: Theme, { width, height }: Size): Promise<Artwork> {
  const unit = Math.min(width, height);
  const random = createRandom(theme.seed);
  const scale = 1.4 + 1.2 * random();
  const bend = 1.6 + 1.4 * random();
  const turns = 1.1 + 0.8 * random();
  const field = new Float32Array(width * height);
  const fold = new Float32Array(width * height);
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      const u = (x / unit) * scale;
      const v = (y / unit) * scale;
      const qx = cloudNoise(u, v, theme.seed, 3);
      const qy = cloudNoise(u + 5.2, v + 1.3, theme.seed, 3);
      const rx = cloudNoise(u + bend * qx + 1.7, v + bend * qy + 9.2, theme.seed + 1, 3);
      const ry = cloudNoise(u + bend * qx + 8.3, v + bend * qy + 2.8, theme.seed + 1, 3);
      const at = y * width + x;
      field[at] = cloudNoise(u + bend * rx, v + bend * ry, theme.seed + 2, 4);
      fold[at] = rx - ry;
    }
  });
  const ring = colourRing(theme);
  return {
    async frame(time) {
      const picture = blankPicture(width, height);
      await forRows(height, (y) => {
        for (let at = y * width; at < (y + 1) * width; at += 1) {
          const place = field[at]! * turns + fold[at]! * 0.35 + time * 0.22;
          const [r, g, b] = ring[Math.floor((place - Math.floor(place)) * shades)]!;
          // Light along the folds gives the paint a body.
          const next = at + width + 1 < field.length ? at + width + 1 : at;
          const slope = (field[at]! - field[next]!) * unit * 0.045;
          picture.r[at] = r + slope;
          picture.g[at] = g + slope;
          picture.b[at] = b + slope;
        }
      });
      return picture;
    },
  };
}
