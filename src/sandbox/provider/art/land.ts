import { cloudNoise, createRandom, valueNoise, type Random } from './noise';
import { clamp01, mix, smoothstep, type Colour } from './picture';
import type { Land, Palette, Theme } from './theme';

/** One range of land: everything below its top line, nearer ones over farther ones. */
export interface Range {
  /** Height of the land's top in pixels from the picture's top, one per column. */
  readonly top: Float32Array;
  /** How much it moves with the camera: 0 stands still, 1 is the nearest. */
  readonly depth: number;
  /** The colour `below` pixels under the top at this column. */
  colourAt(x: number, y: number, below: number): Colour;
}

export interface LandPlan {
  /** Columns, wider than the picture so that the camera can move. */
  readonly width: number;
  readonly height: number;
  readonly horizon: number;
  readonly unit: number;
}

interface Shape {
  readonly plan: LandPlan;
  readonly seed: number;
  /** Where the range's foot line lies, in pixels from the top. */
  readonly base: number;
  /** 0 is the farthest range, 1 the nearest. */
  readonly nearness: number;
}

function columns({ width }: LandPlan, heightAt: (x: number) => number): Float32Array {
  return Float32Array.from({ length: width }, (_, x) => heightAt(x));
}

function rolling({ plan, seed, base, nearness }: Shape, lift: number): Float32Array {
  const scale = mix(2.6, 1.3, nearness) / plan.unit;
  return columns(plan, (x) => base - plan.unit * lift * cloudNoise(x * scale + 13, 1, seed, 4));
}

function peaks({ plan, seed, base, nearness }: Shape): Float32Array {
  const scale = mix(2.2, 1.5, nearness) / plan.unit;
  return columns(plan, (x) => {
    const ridge = 1 - Math.abs(2 * cloudNoise(x * scale, 2, seed, 5) - 1);
    const fine = valueNoise(x * scale * 17, 5, seed) - 0.5;
    return base - plan.unit * (mix(0.5, 0.3, nearness) * ridge ** 1.7 + 0.012 * fine);
  });
}

/** Lowers the top line (towards the sky) wherever a tree stands. */
function plantPines(top: Float32Array, random: Random, size: number): void {
  const ground = Float32Array.from(top);
  let at = -size;
  while (at < top.length + size) {
    at += size * (0.16 + 0.3 * random());
    const tall = size * (0.55 + 0.75 * random());
    const half = tall * 0.24;
    const foot = ground[Math.min(Math.max(Math.round(at), 0), top.length - 1)]!;
    for (let x = Math.ceil(at - half); x < at + half; x += 1) {
      if (x < 0 || x >= top.length) continue;
      const out = Math.abs(x - at) / half;
      // Teeth along the slope make boughs.
      const boughs = 0.09 * (1 - out) * Math.abs(((out * 5) % 1) - 0.5);
      top[x] = Math.min(top[x]!, foot + size * 0.05 - tall * (1 - out + boughs));
    }
  }
}

function blocks({ plan, seed, base, nearness }: Shape): Float32Array {
  const random = createRandom(seed);
  const top = new Float32Array(plan.width).fill(base);
  for (let x = 0; x < plan.width;) {
    const wide = Math.round(plan.unit * (0.035 + 0.07 * random()));
    const tall = plan.unit * mix(0.5, 0.3, nearness) * (0.25 + 0.75 * random() ** 1.5);
    top.fill(base - tall, x, x + wide);
    if (random() < 0.3)
      top.fill(base - tall - plan.unit * 0.06, x + (wide >> 1), x + (wide >> 1) + 2);
    x += wide + (random() < 0.2 ? Math.round(plan.unit * 0.02) : 0);
  }
  return top;
}

const lerp = (a: Colour, b: Colour, share: number): Colour => [
  mix(a[0], b[0], share),
  mix(a[1], b[1], share),
  mix(a[2], b[2], share),
];

/** Land that fades into the haze of the horizon at its foot. */
function hazy(shape: Shape, palette: Palette): Range['colourAt'] {
  const { plan, nearness, seed } = shape;
  const air = lerp(palette.far, palette.horizon, 0.45 * (1 - nearness));
  const body = lerp(air, palette.near, nearness ** 0.8);
  const foot = lerp(body, palette.horizon, 0.45 * (1 - nearness));
  return (x, y, below) => {
    const haze = clamp01(below / (plan.unit * 0.3));
    const texture = 0.94 + 0.12 * cloudNoise((x / plan.unit) * 18, (y / plan.unit) * 40, seed, 2);
    const [r, g, b] = lerp(body, foot, haze);
    return [r * texture, g * texture, b * texture];
  };
}

/** Snow lies on the upper slopes, more on the sunny side. */
function snowy(shape: Shape, palette: Palette, isWinter: boolean): Range['colourAt'] {
  const plain = hazy(shape, palette);
  const { plan, seed, nearness } = shape;
  const white = lerp(palette.cloud, [0.95, 0.97, 1], 0.35);
  const line = plan.unit * (isWinter ? 0.5 : mix(0.11, 0.05, nearness));
  return (x, y, below) => {
    const u = x / plan.unit;
    const v = y / plan.unit;
    const rough = cloudNoise(u * 14 + v * 6, v * 9, seed + 4, 3);
    const snow = smoothstep(line * 1.1, line * 0.55, below + (rough - 0.5) * line * 1.8);
    const shade = 0.8 + 0.24 * smoothstep(0.3, 0.7, cloudNoise(u * 8 - v * 4, v * 6, seed + 8, 3));
    const [r, g, b] = plain(x, y, below);
    return lerp([r * shade, g * shade, b * shade], white, snow * 0.9 * shade);
  };
}

/** Walls with windows, some of them lit. */
function walls(shape: Shape, palette: Palette, isDark: boolean): Range['colourAt'] {
  const plain = hazy(shape, palette);
  const { plan, seed, nearness } = shape;
  const cell = Math.max(4, plan.unit * mix(0.009, 0.014, nearness));
  return (x, y, below) => {
    const wall = plain(x, y, below);
    const fx = (x / cell) % 1;
    const fy = (y / cell / 1.4) % 1;
    if (below < cell || fx < 0.3 || fx > 0.85 || fy < 0.3 || fy > 0.8) return wall;
    const room = createRandom(
      seed ^ Math.imul(Math.floor(x / cell), 7919) ^ Math.imul(Math.floor(y / cell / 1.4), 104729),
    )();
    const lit = room < (isDark ? 0.42 : 0.12);
    return lit
      ? lerp(wall, palette.accent, isDark ? 0.55 + room : 0.5)
      : lerp(wall, [0, 0, 0.05], 0.2);
  };
}

type Draw = (shape: Shape) => Pick<Range, 'top' | 'colourAt'>;

function drawers(theme: Theme, palette: Palette): Readonly<Record<Land, readonly Draw[]>> {
  const isDark = theme.hour === 'night' || theme.hour === 'fire' || theme.hour === 'sunset';
  const hill =
    (lift: number): Draw =>
    (shape) => ({
      top: rolling(shape, lift),
      colourAt: hazy(shape, palette),
    });
  const mountain: Draw = (shape) => ({ top: peaks(shape), colourAt: snowy(shape, palette, false) });
  const whiteHill: Draw = (shape) => ({
    top: rolling(shape, 0.2),
    colourAt: snowy(shape, palette, true),
  });
  const pines =
    (size: number): Draw =>
    (shape) => {
      const top = rolling(shape, 0.14);
      plantPines(top, createRandom(shape.seed), shape.plan.unit * size);
      // Haze follows the ground, not each tree's tip.
      const paint = hazy(shape, palette);
      const edge = shape.base - shape.plan.unit * 0.16;
      return { top, colourAt: (x, y) => paint(x, y, Math.max(0, y - edge)) };
    };
  const houses: Draw = (shape) => ({
    top: blocks(shape),
    colourAt: walls(shape, palette, isDark),
  });
  return {
    sea: [hill(0.2), hill(0.1)],
    mountains: [mountain, mountain, mountain, pines(0.1)],
    forest: [hill(0.28), pines(0.12), pines(0.19), pines(0.3)],
    hills: [hill(0.34), hill(0.28), hill(0.22), hill(0.2)],
    desert: [hill(0.2), hill(0.26), hill(0.3)],
    city: [houses, houses, houses],
    field: [hill(0.26), pines(0.06), hill(0.1)],
    winter: [mountain, whiteHill, pines(0.13), whiteHill],
    space: [],
  };
}

/** The ranges of a theme's land, from the farthest to the nearest. */
export function planLand(theme: Theme, palette: Palette, plan: LandPlan): Range[] {
  const draws = drawers(theme, palette)[theme.land];
  const isSea = theme.land === 'sea';
  return draws.map((draw, index) => {
    const nearness = isSea ? 0.1 + index * 0.3 : (index + 0.5) / draws.length;
    const room = plan.height - plan.horizon;
    const base = isSea
      ? plan.horizon + 1
      : plan.horizon + room * (index / draws.length) ** 1.2 * 0.95;
    const shape = {
      plan,
      seed: theme.seed + index * 977,
      base: base + (isSea ? 0 : plan.unit * 0.06),
      nearness,
    };
    return { ...draw(shape), depth: mix(0.25, 1, nearness) };
  });
}
