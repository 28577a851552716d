import { cloudNoise, createRandom, type Random } from './noise';
import {
  blankPicture,
  clamp01,
  colour,
  forRows,
  mix,
  sample,
  smoothstep,
  type Picture,
} from './picture';
import { fromHsl } from './hsl';
import type { Artwork, Size } from './scene';
import { drawSubject, lay } from './subjects';
import type { Theme } from './theme';

function lightUp(sky: Picture, x: number, y: number, light: number): void {
  if (x < 0 || x >= sky.width || y < 0 || y >= sky.height) return;
  const at = y * sky.width + x;
  for (const plane of [sky.r, sky.g, sky.b]) plane[at] = clamp01(plane[at]! + light);
}

/** Stars of several sizes, the large ones with rays, in place. */
function scatterStars(sky: Picture, random: Random): void {
  const { width, height } = sky;
  const count = Math.round(Math.max(width, height) * 0.9);
  for (let star = 0; star < count; star += 1) {
    const x = Math.floor(random() * width);
    const y = Math.floor(random() * height);
    const light = 0.25 + 0.75 * random() ** 3;
    const reach = random() < 0.02 ? 3 : random() < 0.14 ? 1 : 0;
    for (let k = -reach; k <= reach; k += 1) {
      lightUp(sky, x + k, y, light / (1 + k * k));
      lightUp(sky, x, y + k, light / (1 + k * k));
    }
  }
}

/** Clouds of glowing gas, and stars. */
async function paintNebula({ width, height }: Size, theme: Theme): Promise<Picture> {
  const sky = blankPicture(width, height);
  const unit = Math.min(width, height);
  const random = createRandom(theme.seed);
  const hue = theme.hue ?? random();
  const warm = fromHsl(hue, 0.75, 0.55);
  const cool = fromHsl((hue + 0.18 + 0.2 * random()) % 1, 0.8, 0.5);
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      const u = (x / unit) * 2.2;
      const v = (y / unit) * 2.2;
      const bend = cloudNoise(u + 5, v, theme.seed, 3) * 1.4;
      const gas = smoothstep(0.38, 0.85, cloudNoise(u + bend, v - bend, theme.seed + 1, 6));
      const veil = smoothstep(0.42, 0.9, cloudNoise(u - bend, v + bend, theme.seed + 2, 5));
      const at = y * width + x;
      sky.r[at] = 0.015 + warm[0] * gas * 0.85 + cool[0] * veil * 0.75;
      sky.g[at] = 0.015 + warm[1] * gas * 0.85 + cool[1] * veil * 0.75;
      sky.b[at] = 0.045 + warm[2] * gas * 0.85 + cool[2] * veil * 0.75;
    }
  });
  scatterStars(sky, random);
  return sky;
}

interface Planet {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly hue: number;
  readonly ringed: boolean;
  readonly seed: number;
}

/** A banded ball lit from the upper left that turns with time, in place. */
async function drawPlanet(onto: Picture, planet: Planet, time: number): Promise<void> {
  const { x: cx, y: cy, radius, hue, seed } = planet;
  const light = fromHsl(hue, 0.6, 0.72);
  const dark = fromHsl((hue + 0.08) % 1, 0.7, 0.38);
  const reach = radius * 2.3;
  const top = Math.max(0, Math.floor(cy - reach));
  const rows = Math.min(onto.height, Math.ceil(cy + reach)) - top;
  await forRows(rows, (row) => {
    const y = top + row;
    for (
      let x = Math.max(0, Math.floor(cx - reach));
      x < Math.min(onto.width, cx + reach);
      x += 1
    ) {
      const dx = (x - cx) / radius;
      const dy = (y - cy) / radius;
      const distance = dx * dx + dy * dy;
      const at = y * onto.width + x;
      const tilt = dy * 3.4 + dx * 0.9;
      const orbit = Math.sqrt(dx * dx + tilt * tilt);
      const ring = planet.ringed && orbit > 1.35 && orbit < 2.15 && (distance > 1 || tilt > 0);
      if (distance < 1.02) {
        const dz = Math.sqrt(Math.max(0, 1 - distance));
        const sun = clamp01(0.12 + 1.05 * (-0.55 * dx - 0.5 * dy + 0.67 * dz));
        const turn = Math.asin(clamp01((dx + 1) / 2) * 2 - 1) + time * 0.8;
        const band = cloudNoise(
          turn * 1.2 + dy * 0.6,
          dy * 5 + cloudNoise(turn * 3, dy * 8, seed, 3),
          seed,
          4,
        );
        const share = smoothstep(0.32, 0.68, band);
        const edge = smoothstep(1.02, 0.985, distance);
        onto.r[at] = mix(onto.r[at]!, mix(dark[0], light[0], share) * sun, edge);
        onto.g[at] = mix(onto.g[at]!, mix(dark[1], light[1], share) * sun, edge);
        onto.b[at] = mix(onto.b[at]!, mix(dark[2], light[2], share) * sun, edge);
      } else {
        const air =
          0.35 * Math.exp(-(Math.sqrt(distance) - 1) * 16) * clamp01(0.4 - 0.5 * dx - 0.5 * dy);
        onto.r[at]! += light[0] * air;
        onto.g[at]! += light[1] * air;
        onto.b[at]! += light[2] * air;
      }
      if (!ring) continue;
      const groove = 0.35 + 0.5 * cloudNoise(orbit * 16, 1, seed, 2);
      onto.r[at] = mix(onto.r[at]!, light[0], groove);
      onto.g[at] = mix(onto.g[at]!, light[1], groove);
      onto.b[at] = mix(onto.b[at]!, light[2], groove);
    }
  });
}

/** Deep space: a nebula, one large planet, often a moon, and what the prompt put there. */
export async function createSpace(theme: Theme, size: Size): Promise<Artwork> {
  const { width, height } = size;
  const unit = Math.min(width, height);
  const random = createRandom(theme.seed ^ 0x59ace);
  const margin = Math.ceil(unit * 0.06);
  const sky = await paintNebula({ width: width + 2 * margin, height }, theme);
  const side = random() < 0.5 ? 0.3 : 0.7;
  const planet: Planet = {
    x: width * side,
    y: height * (0.4 + 0.25 * random()),
    radius: unit * (0.17 + 0.09 * random()),
    hue: random(),
    ringed: random() < 0.6,
    seed: theme.seed + 5,
  };
  const moon: Planet = {
    x: width * (1 - side) + unit * 0.06 * random(),
    y: height * (0.2 + 0.12 * random()),
    radius: unit * 0.05,
    hue: random(),
    ringed: false,
    seed: theme.seed + 6,
  };
  const palette = { near: colour('#c9d4ea'), accent: colour('#ff9d3d') };
  const sprites = await Promise.all(
    theme.subjects.map((subject) => drawSubject(subject, palette, Math.round(unit * 0.3))),
  );
  return {
    async frame(time) {
      const result = blankPicture(width, height);
      const shift = margin + (time - 0.5) * margin;
      await forRows(height, (y) => {
        for (let x = 0; x < width; x += 1) {
          const at = y * width + x;
          result.r[at] = sample(sky.r, sky.width, height, x + shift, y);
          result.g[at] = sample(sky.g, sky.width, height, x + shift, y);
          result.b[at] = sample(sky.b, sky.width, height, x + shift, y);
        }
      });
      await drawPlanet(result, moon, time);
      await drawPlanet(result, { ...planet, x: planet.x - (time - 0.5) * margin }, time);
      for (const [index, sprite] of sprites.entries()) {
        const x = width * (0.62 - side * 0.35 + index * 0.2) - unit * 0.1;
        await lay(result, sprite, x, height * 0.58 - time * unit * 0.08);
      }
      return result;
    },
  };
}
