import { cloudNoise, createRandom, valueNoise } from './noise';
import { blankPicture, clamp01, forRows, mix, smoothstep, type Picture } from './picture';
import { fromHsl } from './hsl';
import type { Palette, Theme } from './theme';

export interface SkyPlan {
  readonly width: number;
  readonly height: number;
  /** Where the land or water begins, in pixels from the top. */
  readonly horizon: number;
  readonly sunX: number;
  readonly sunY: number;
  readonly sunRadius: number;
}

/** Paints the part of a picture at one pixel; adds to the three values of `out`. */
type Paint = (x: number, y: number, out: [number, number, number]) => void;

function gradient(plan: SkyPlan, { top, middle, horizon }: Palette): Paint {
  return (_x, y, out) => {
    const t = clamp01(y / plan.horizon);
    const [from, to, share] =
      t < 0.55 ? [top, middle, t / 0.55] : [middle, horizon, (t - 0.55) / 0.45];
    for (let c = 0; c < 3; c += 1) out[c as 0] = mix(from[c as 0], to[c as 0], share);
  };
}

function stars(plan: SkyPlan, theme: Theme): Paint {
  const unit = Math.min(plan.width, plan.height);
  const cell = unit / 34;
  return (x, y, out) => {
    const cx = Math.floor(x / cell);
    const cy = Math.floor(y / cell);
    const random = createRandom(
      theme.seed ^ Math.imul(cx + 7, 73856093) ^ Math.imul(cy + 3, 19349663),
    );
    const chance = random();
    if (chance > 0.55) return;
    const sx = (cx + 0.15 + 0.7 * random()) * cell;
    const sy = (cy + 0.15 + 0.7 * random()) * cell;
    const radius = (0.0007 + 0.0019 * random() ** 4) * unit + 0.35;
    const distance = (x - sx) ** 2 + (y - sy) ** 2;
    const light = Math.exp(-distance / (radius * radius)) * (0.35 + 0.65 * random());
    const fade = smoothstep(plan.horizon, plan.horizon * 0.5, y);
    for (let c = 0; c < 3; c += 1) out[c as 0] += light * fade;
  };
}

function sun(plan: SkyPlan, theme: Theme, palette: Palette): Paint {
  const { sunX, sunY, sunRadius } = plan;
  const isMoon = theme.hour === 'night';
  const glow = isMoon ? 0.28 : 0.55;
  return (x, y, out) => {
    const distance = Math.hypot(x - sunX, y - sunY) / sunRadius;
    const halo = glow * Math.exp(-Math.max(0, distance - 1) * 0.55) + 0.18 / (1 + distance * 0.6);
    const disc = smoothstep(1.02, 0.96, distance);
    const spots = isMoon ? 0.16 * cloudNoise((x / sunRadius) * 2.2, (y / sunRadius) * 2.2, 5) : 0;
    for (let c = 0; c < 3; c += 1) {
      const lit = out[c as 0] + palette.sun[c as 0] * halo * (isMoon ? 0.6 : 0.8);
      out[c as 0] = mix(lit, palette.sun[c as 0] - spots, disc);
    }
  };
}

function cloudsOver(plan: SkyPlan, theme: Theme, palette: Palette): Paint {
  const unit = Math.min(plan.width, plan.height);
  const cover = theme.hour === 'storm' ? 0.36 : theme.hour === 'night' ? 0.56 : 0.5;
  const random = createRandom(theme.seed ^ 0xc10d);
  const drift = random() * 100;
  const strength = 0.55 + 0.4 * random();
  return (x, y, out) => {
    const t = y / plan.horizon;
    if (t > 1.02) return;
    // Clouds lie flatter and closer together towards the horizon.
    const depth = 1.1 - 0.75 * clamp01(t);
    const u = (x / unit) * (1.6 / depth) + drift;
    const v = (y / unit) * (4.2 / depth);
    const warp = valueNoise(u * 0.7, v * 0.7, theme.seed) * 0.9;
    const body = cloudNoise(u + warp, v, theme.seed + 9, 5);
    const shade = cloudNoise(u + warp, v + 0.22, theme.seed + 9, 3);
    const alpha = smoothstep(cover, cover + 0.26, body) * strength * smoothstep(1.02, 0.85, t);
    const lit = clamp01(0.82 + (shade - body) * 1.6);
    for (let c = 0; c < 3; c += 1) {
      const tone = mix(palette.middle[c as 0] * 0.75, palette.cloud[c as 0], lit);
      out[c as 0] = mix(out[c as 0], tone, alpha);
    }
  };
}

function aurora(plan: SkyPlan, theme: Theme): Paint {
  const unit = Math.min(plan.width, plan.height);
  return (x, y, out) => {
    const u = x / unit;
    for (let curtain = 0; curtain < 3; curtain += 1) {
      const seed = theme.seed + curtain * 31;
      const foot =
        plan.horizon * (0.45 + 0.2 * curtain) + (cloudNoise(u * 1.7, 1, seed) - 0.5) * unit * 0.5;
      const above = (foot - y) / (unit * 0.34);
      if (above < -0.08 || above > 1) continue;
      const rays = 0.45 + 0.55 * valueNoise(u * 26 + above, 3, seed);
      const light = smoothstep(-0.08, 0.05, above) * (1 - above) ** 1.6 * rays * 0.62;
      const [r, g, b] = fromHsl(0.4 + 0.35 * above + curtain * 0.03, 0.85, 0.55);
      out[0] += r * light;
      out[1] += g * light;
      out[2] += b * light;
    }
  };
}

function rainbow(plan: SkyPlan): Paint {
  const radius = plan.width * 0.42;
  const band = Math.min(plan.width, plan.height) * 0.075;
  return (x, y, out) => {
    const t = (radius - Math.hypot(x - plan.width * 0.5, y - plan.horizon)) / band;
    if (t < 0 || t > 1) return;
    const [r, g, b] = fromHsl(t * 0.78, 0.9, 0.6);
    const share = 0.5 * Math.sin(t * Math.PI);
    out[0] = mix(out[0], r, share);
    out[1] = mix(out[1], g, share);
    out[2] = mix(out[2], b, share);
  };
}

/** The sky, opaque, with everything that hangs in it. */
export async function paintSky(plan: SkyPlan, theme: Theme, palette: Palette): Promise<Picture> {
  const isDark = theme.hour === 'night';
  const paints: Paint[] = [gradient(plan, palette)];
  if (isDark) paints.push(stars(plan, theme));
  if (theme.weather.has('aurora')) paints.push(aurora(plan, theme));
  else if (theme.hour !== 'storm') paints.push(sun(plan, theme, palette));
  paints.push(cloudsOver(plan, theme, palette));
  if (theme.weather.has('rainbow')) paints.push(rainbow(plan));
  const sky = blankPicture(plan.width, plan.height);
  const out: [number, number, number] = [0, 0, 0];
  await forRows(plan.height, (y) => {
    for (let x = 0; x < plan.width; x += 1) {
      for (const paint of paints) paint(x, y, out);
      const at = y * plan.width + x;
      sky.r[at] = out[0];
      sky.g[at] = out[1];
      sky.b[at] = out[2];
    }
  });
  return sky;
}
