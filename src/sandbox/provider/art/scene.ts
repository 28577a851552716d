import { strewFlowers } from './flowers';
import { planLand } from './land';
import { layRange, paintRange, topsOf, type PaintedRange } from './painted-range';
import { createRandom } from './noise';
import { blankPicture, clamp01, forRows, mix, sample, type Picture } from './picture';
import { paintSky, type SkyPlan } from './sky';
import { drawSubject, lay, type Sprite } from './subjects';
import { airborne, paletteOf, type Palette, type Theme } from './theme';
import { drawWeather } from './weather';

/** A work of art that moves: `time` runs from 0 to 1, a still is taken at 0.5. */
export interface Artwork {
  frame(time: number): Promise<Picture>;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

interface Placed {
  readonly sprite: Sprite;
  readonly x: number;
  readonly y: number;
  readonly depth: number;
  readonly flies: boolean;
}

interface Stage {
  readonly size: Size;
  readonly theme: Theme;
  readonly palette: Palette;
  readonly sky: Picture;
  readonly plan: SkyPlan;
  readonly ranges: readonly PaintedRange[];
  readonly placed: readonly Placed[];
  /** Spare pixels each side, for the camera to move in. */
  readonly margin: number;
}

function planSky({ width, height }: Size, theme: Theme, margin: number): SkyPlan {
  const random = createRandom(theme.seed ^ 0x50);
  const unit = Math.min(width, height);
  const isLow = theme.hour === 'sunset' || theme.hour === 'dawn' || theme.hour === 'fire';
  const horizon = height * (theme.land === 'sea' ? 0.56 : theme.land === 'city' ? 0.7 : 0.6);
  return {
    width: width + 2 * margin,
    height,
    horizon,
    sunX: margin + width * (0.25 + 0.5 * random()),
    sunY: horizon * (isLow ? 0.68 + 0.16 * random() : 0.24 + 0.2 * random()),
    sunRadius: unit * (isLow ? 0.085 : theme.hour === 'night' ? 0.06 : 0.05),
  };
}

async function placeSubjects(stage: Omit<Stage, 'placed'>): Promise<Placed[]> {
  const { size, theme, palette, plan, ranges, margin } = stage;
  const random = createRandom(theme.seed ^ 0x5ab);
  const unit = Math.min(size.width, size.height);
  const placed: Placed[] = [];
  for (const [index, subject] of theme.subjects.entries()) {
    const flies = airborne.has(subject);
    const high = Math.round(unit * (flies ? 0.3 : 0.36) * (index === 0 ? 1 : 0.75));
    const sprite = await drawSubject(subject, palette, high);
    const third = (index + (random() < 0.5 ? 1 : 2)) % 3;
    const centre = size.width * (0.24 + 0.26 * third + 0.04 * random());
    const ground = ranges[ranges.length - 1];
    const onWater = theme.land === 'sea';
    const top = ground?.top[Math.round(centre) + margin] ?? plan.horizon;
    const foot = onWater
      ? plan.horizon + unit * 0.1
      : Math.min(top + high * 0.06, size.height * 0.97);
    const y = flies ? plan.horizon * 0.16 : foot - high;
    placed.push({ sprite, x: centre - high / 2, y, depth: flies ? 0.4 : 1, flies });
  }
  return placed;
}

/** Fills everything under the horizon with water that mirrors what is above it. */
async function layWater(onto: Picture, stage: Stage, time: number, shift: number): Promise<void> {
  const { plan, palette, size } = stage;
  const { width, height } = size;
  const horizon = Math.round(plan.horizon);
  const unit = Math.min(width, height);
  const sunX = plan.sunX - shift;
  await forRows(height - horizon, (row) => {
    const y = horizon + row;
    const near = row / (height - horizon);
    const swell = Math.sin(((row / unit) * 70) / (0.25 + near) - time * 14);
    const mirrorY = horizon - 1 - row * (0.9 + 0.08 * swell);
    const path = unit * (0.03 + 0.16 * near);
    for (let x = 0; x < width; x += 1) {
      const ripple =
        Math.sin((x / unit) * (30 - 18 * near) + row * 0.35 + time * 20) +
        Math.sin((x / unit) * (57 - 30 * near) - row * 0.21 - time * 26);
      const mx = x + ripple * unit * 0.004 * (0.4 + 2.5 * near);
      const my = Math.max(0, mirrorY + ripple * unit * 0.003);
      const at = y * width + x;
      const glint =
        Math.exp(-(((x - sunX) / path) ** 2)) * clamp01(ripple * 0.8 + swell * 0.5 - 0.35) * 0.75;
      const dim = 0.86 - 0.36 * near;
      onto.r[at] =
        sample(onto.r, width, height, mx, my) * dim + palette.top[0] * 0.1 + palette.sun[0] * glint;
      onto.g[at] =
        sample(onto.g, width, height, mx, my) * dim +
        palette.top[1] * 0.12 +
        palette.sun[1] * glint;
      onto.b[at] =
        sample(onto.b, width, height, mx, my) * dim +
        palette.top[2] * 0.14 +
        palette.sun[2] * glint;
    }
  });
}

async function cutSky(stage: Stage, shift: number): Promise<Picture> {
  const { sky, size } = stage;
  const result = blankPicture(size.width, size.height);
  const left = Math.floor(shift);
  const share = shift - left;
  await forRows(size.height, (y) => {
    for (let x = 0; x < size.width; x += 1) {
      const from = y * sky.width + x + left;
      const at = y * size.width + x;
      result.r[at] = mix(sky.r[from]!, sky.r[from + 1]!, share);
      result.g[at] = mix(sky.g[from]!, sky.g[from + 1]!, share);
      result.b[at] = mix(sky.b[from]!, sky.b[from + 1]!, share);
    }
  });
  return result;
}

async function drawFrame(stage: Stage, time: number): Promise<Picture> {
  const { size, theme, palette, ranges, placed, margin } = stage;
  const camera = (time - 0.5) * 1.6 * margin;
  const skyShift = margin + camera * 0.12;
  const picture = await cutSky(stage, skyShift);
  const bob = Math.sin(time * Math.PI * 4) * Math.min(size.width, size.height) * 0.004;
  const place = async ({ sprite, x, y, depth }: Placed): Promise<void> =>
    lay(picture, sprite, x - camera * depth, y + bob);
  for (const each of placed.filter(({ flies }) => flies)) await place(each);
  for (const range of ranges) await layRange(picture, range, margin + camera * range.depth);
  const meadow = theme.land === 'field' ? ranges[ranges.length - 1] : undefined;
  if (meadow !== undefined) {
    const tops = topsOf(meadow, size.width, margin + camera * meadow.depth);
    strewFlowers(picture, { tops, camera }, { seed: theme.seed, palette });
  }
  if (theme.land === 'sea') await layWater(picture, stage, time, skyShift);
  for (const each of placed.filter(({ flies }) => !flies)) await place(each);
  drawWeather(picture, { theme, palette, time });
  return picture;
}

/** A landscape of layers: sky, ranges of land or water, subjects, weather. */
export async function createScene(theme: Theme, size: Size): Promise<Artwork> {
  const unit = Math.min(size.width, size.height);
  const margin = Math.ceil(unit * 0.08);
  const palette = paletteOf(theme);
  const plan = planSky(size, theme, margin);
  const sky = await paintSky(plan, theme, palette);
  const land = {
    width: size.width + 2 * margin + 2,
    height: size.height,
    horizon: plan.horizon,
    unit,
  };
  const ranges: PaintedRange[] = [];
  for (const range of planLand(theme, palette, land))
    ranges.push(await paintRange(range, size.height));
  const empty = { size, theme, palette, sky, plan, ranges, margin };
  const stage = { ...empty, placed: await placeSubjects(empty) };
  return { frame: (time) => drawFrame(stage, time) };
}
