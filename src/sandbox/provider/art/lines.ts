import { smear, type Flow } from './flow';
import { clamp01, forRows, gaussian, type Picture, type Plane } from './picture';

export interface LineOptions {
  /** Width of a line in pixels, about. */
  readonly sigma: number;
  /** How much of the edge response counts; larger draws more. */
  readonly strength: number;
  /** The tone below which everything is ink, 0 to 1. */
  readonly level: number;
  /** How hard the step from ink to paper is. */
  readonly hardness: number;
  /** How far lines are drawn out along the flow, in pixels. */
  readonly reach: number;
}

/** Drawn lines (a difference of Gaussians along the flow): 1 is paper, 0 is ink. */
export async function drawLines(light: Plane, flow: Flow, options: LineOptions): Promise<Plane> {
  const size: Pick<Picture, 'width' | 'height'> = flow;
  const fine = await gaussian(light, size, options.sigma);
  const wide = await gaussian(light, size, options.sigma * 1.6);
  const difference = fine.map((value, at) => value + options.strength * (value - wide[at]!));
  const drawn = await smear(difference, flow, options.reach);
  const lines = new Float32Array(light.length);
  await forRows(size.height, (y) => {
    for (let at = y * size.width; at < (y + 1) * size.width; at += 1) {
      const below = drawn[at]! - options.level;
      lines[at] = below >= 0 ? 1 : clamp01(1 + Math.tanh(options.hardness * below));
    }
  });
  return lines;
}
