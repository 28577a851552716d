import { createRandom } from './noise';
import { clamp01, mix, smoothstep, type Colour, type Picture } from './picture';
import type { Palette } from './theme';

interface Flower {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly petals: number;
  readonly turn: number;
  readonly bloom: Colour;
}

function drawFlower(onto: Picture, flower: Flower): void {
  const { radius, bloom } = flower;
  const reach = Math.ceil(radius * 1.2);
  const x0 = Math.round(flower.x);
  const y0 = Math.round(flower.y);
  const soft = 1 / radius;
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      const x = x0 + dx;
      const y = y0 + dy;
      if (x < 0 || x >= onto.width || y < 0 || y >= onto.height) continue;
      const u = dx / radius;
      const v = (dy / radius) * 1.35;
      const distance = Math.hypot(u, v);
      const edge = 0.72 + 0.24 * Math.cos(flower.petals * Math.atan2(v, u) + flower.turn);
      const petal = smoothstep(edge + soft, edge - soft, distance);
      if (petal === 0) continue;
      const heart = smoothstep(0.3 + soft, 0.3 - soft, distance);
      const light = 0.7 + 0.3 * distance - 0.12 * v;
      const at = y * onto.width + x;
      onto.r[at] = mix(onto.r[at]!, mix(bloom[0] * light, 0.42, heart), petal);
      onto.g[at] = mix(onto.g[at]!, mix(bloom[1] * light, 0.27, heart), petal);
      onto.b[at] = mix(onto.b[at]!, mix(bloom[2] * light, 0.08, heart), petal);
    }
  }
}

/**
 * Strews flowers over a meadow, in place, small ones far away first. `tops` is the meadow's upper
 * edge per column of the picture; `camera` shifts near flowers more than far ones.
 */
export function strewFlowers(
  onto: Picture,
  meadow: { readonly tops: Float32Array; readonly camera: number },
  look: { readonly seed: number; readonly palette: Palette },
): void {
  const random = createRandom(look.seed ^ 0xf10);
  const { width, height } = onto;
  const unit = Math.min(width, height);
  const count = 720;
  for (let index = 0; index < count; index += 1) {
    // Evenly many per row of perspective: crowded far away, sparse near by.
    const near = (index / count) ** 1.9;
    const x = (random() * 1.2 - 0.1) * width - meadow.camera * (0.5 + near);
    const column = Math.round(Math.min(Math.max(x, 0), width - 1));
    const top = meadow.tops[column]!;
    const kind = random();
    const { accent, sun, cloud } = look.palette;
    const base = kind < 0.6 ? accent : kind < 0.85 ? cloud : sun;
    const shade = 0.82 + 0.26 * random();
    drawFlower(onto, {
      x,
      y: top + unit * 0.006 + near * (height - top),
      radius: unit * (0.0035 + 0.034 * near) * (0.8 + 0.5 * random()),
      petals: kind < 0.6 ? 5 : 8,
      turn: random() * 6.28,
      bloom: [clamp01(base[0] * shade), clamp01(base[1] * shade), clamp01(base[2] * shade)],
    });
  }
}
