import { createRandom } from './noise';
import { clamp01, type Colour, type Picture } from './picture';
import type { Palette, Theme } from './theme';

/** Adds light to a soft round spot, in place. */
function spot(onto: Picture, x: number, y: number, radius: number, light: Colour): void {
  const reach = Math.ceil(radius * 2);
  for (
    let py = Math.max(0, Math.floor(y - reach));
    py <= Math.min(onto.height - 1, y + reach);
    py += 1
  ) {
    for (
      let px = Math.max(0, Math.floor(x - reach));
      px <= Math.min(onto.width - 1, x + reach);
      px += 1
    ) {
      const share = Math.exp(-((px - x) ** 2 + (py - y) ** 2) / (radius * radius));
      const at = py * onto.width + px;
      onto.r[at] = clamp01(onto.r[at]! + light[0] * share);
      onto.g[at] = clamp01(onto.g[at]! + light[1] * share);
      onto.b[at] = clamp01(onto.b[at]! + light[2] * share);
    }
  }
}

const wrap = (value: number): number => value - Math.floor(value);

interface Sky {
  readonly theme: Theme;
  readonly palette: Palette;
  /** 0-1 through the film. */
  readonly time: number;
}

function snow(onto: Picture, { theme, time }: Sky): void {
  const random = createRandom(theme.seed ^ 0x5e0);
  const unit = Math.min(onto.width, onto.height);
  for (let flake = 0; flake < 260; flake += 1) {
    const near = random() ** 2;
    const sway = Math.sin(time * 6.28 + random() * 6.28) * 0.012;
    const x = wrap(random() + sway + time * 0.08 * near) * onto.width;
    const y = wrap(random() + time * (0.25 + 0.75 * near)) * onto.height;
    const light = 0.35 + 0.45 * random();
    spot(onto, x, y, unit * (0.0016 + 0.0042 * near), [light, light, light]);
  }
}

function rain(onto: Picture, { theme, time }: Sky): void {
  const random = createRandom(theme.seed ^ 0xa1);
  for (let drop = 0; drop < 320; drop += 1) {
    const near = random();
    const long = Math.round(onto.height * (0.015 + 0.035 * near));
    const x0 = random() * onto.width;
    const y0 = wrap(random() + time * (4 + 3 * near)) * onto.height;
    const light = 0.08 + 0.16 * near;
    for (let step = 0; step < long; step += 1) {
      const x = Math.round(x0 - step * 0.18);
      const y = Math.round(y0 + step);
      if (x < 0 || x >= onto.width || y >= onto.height) continue;
      const at = y * onto.width + x;
      for (const plane of [onto.r, onto.g, onto.b]) plane[at] = clamp01(plane[at]! + light);
    }
  }
}

function embers(onto: Picture, { theme, palette, time }: Sky): void {
  const random = createRandom(theme.seed ^ 0xe3b);
  const unit = Math.min(onto.width, onto.height);
  for (let ember = 0; ember < 170; ember += 1) {
    const near = random() ** 2;
    const rise = wrap(random() - time * (0.2 + 0.5 * near));
    const x = wrap(random() + 0.03 * Math.sin(rise * 12 + ember)) * onto.width;
    const glow = rise * (0.5 + 0.5 * random());
    const [r, g, b] = palette.accent;
    spot(onto, x, rise * onto.height, unit * (0.0015 + 0.004 * near), [
      r * glow,
      g * glow * 0.8,
      b * glow * 0.5,
    ]);
  }
}

function birds(onto: Picture, { theme, palette, time }: Sky): void {
  const random = createRandom(theme.seed ^ 0xb12d);
  const unit = Math.min(onto.width, onto.height);
  const dark = palette.near;
  for (let bird = 0; bird < 9; bird += 1) {
    const span = unit * (0.012 + 0.018 * random());
    const x0 = wrap(0.2 + 0.6 * random() + time * 0.12) * onto.width;
    const y0 = (0.12 + 0.25 * random()) * onto.height;
    const flap = 0.5 + 0.35 * Math.sin(time * 40 + bird * 2);
    for (let step = -100; step <= 100; step += 1) {
      const t = step / 100;
      const x = Math.round(x0 + t * span);
      const y = y0 - span * flap * Math.sin(Math.abs(t) * Math.PI) * 0.7 + Math.abs(t) * span * 0.3;
      const thick = Math.max(1, Math.round(unit * 0.0022 * (1.4 - Math.abs(t))));
      for (let k = 0; k < thick; k += 1) {
        const row = Math.round(y) + k;
        if (x < 0 || x >= onto.width || row < 0 || row >= onto.height) continue;
        const at = row * onto.width + x;
        onto.r[at] = dark[0] * 0.5;
        onto.g[at] = dark[1] * 0.5;
        onto.b[at] = dark[2] * 0.5;
      }
    }
  }
}

function fireflies(onto: Picture, { theme, palette, time }: Sky): void {
  const random = createRandom(theme.seed ^ 0xf1f);
  const unit = Math.min(onto.width, onto.height);
  for (let fly = 0; fly < 46; fly += 1) {
    const phase = random() * 6.28;
    const x = wrap(random() + 0.02 * Math.sin(time * 6.28 + phase)) * onto.width;
    const y = (0.62 + 0.36 * random() + 0.01 * Math.cos(time * 9 + phase)) * onto.height;
    const glow = 0.35 + 0.45 * Math.sin(time * 18 + phase) ** 2;
    const [r, g, b] = palette.accent;
    spot(onto, x, y, unit * 0.0045, [r * glow, g * glow, b * glow * 0.6]);
  }
}

type Draw = (onto: Picture, sky: Sky) => void;

const draws: readonly (readonly [(theme: Theme) => boolean, Draw])[] = [
  [
    ({ weather, hour, land }) => weather.has('birds') || (hour !== 'night' && land === 'sea'),
    birds,
  ],
  [({ weather, land }) => weather.has('snow') || land === 'winter', snow],
  [({ weather }) => weather.has('rain'), rain],
  [({ weather, hour }) => weather.has('embers') || hour === 'fire', embers],
  [({ hour, land }) => hour === 'night' && (land === 'forest' || land === 'field'), fireflies],
];

/** What falls, rises and flies in front of a scene, in place. */
export function drawWeather(onto: Picture, sky: Sky): void {
  for (const [isThere, draw] of draws) if (isThere(sky.theme)) draw(onto, sky);
}
