import type { Flow } from './flow';
import {
  blankPicture,
  blur,
  forRows,
  luminance,
  mix,
  recolour,
  smoothstep,
  type Picture,
} from './picture';

/**
 * Paints a picture with flat dabs that end at edges: a Kuwahara filter whose sectors are stretched
 * along the flow. Each pixel looks at eight blurred neighbours and takes the calm ones' colour.
 */
export async function paint(picture: Picture, flow: Flow, radius: number): Promise<Picture> {
  const { width, height } = picture;
  const soft = Math.max(1, Math.round(radius / 2));
  const light = luminance(picture);
  const [r, g, b] = [
    await blur(picture.r, picture, soft),
    await blur(picture.g, picture, soft),
    await blur(picture.b, picture, soft),
  ];
  const mean = await blur(light, picture, soft);
  const square = await blur(
    light.map((value) => value * value),
    picture,
    soft,
  );
  const unrest = mean.map((value, at) => {
    const variance = Math.max(0, square[at]! - value * value);
    // Steep, so that a sector across an edge weighs next to nothing.
    return 1 / (1e-5 + variance * variance * variance * 1e6 + variance * 0.02);
  });
  const result = blankPicture(width, height);
  const ring = Array.from({ length: 8 }, (_, k) => [
    Math.cos((k * Math.PI) / 4),
    Math.sin((k * Math.PI) / 4),
  ]);
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const stretch = 1 + flow.clarity[at]!;
      const along = radius * stretch;
      const across = radius / stretch;
      const dx = flow.dx[at]!;
      const dy = flow.dy[at]!;
      let weights = 0;
      let [sr, sg, sb] = [0, 0, 0];
      for (let k = 0; k < 8; k += 1) {
        const u = ring[k]![0]! * along;
        const v = ring[k]![1]! * across;
        const px = Math.round(x + u * dx - v * dy);
        const py = Math.round(y + u * dy + v * dx);
        const cx = px < 0 ? 0 : px >= width ? width - 1 : px;
        const cy = py < 0 ? 0 : py >= height ? height - 1 : py;
        const there = cy * width + cx;
        const weight = unrest[there]!;
        weights += weight;
        sr += r[there]! * weight;
        sg += g[there]! * weight;
        sb += b[there]! * weight;
      }
      result.r[at] = sr / weights;
      result.g[at] = sg / weights;
      result.b[at] = sb / weights;
    }
  });
  return result;
}

/**
 * Paints with a large brush and goes over with a small one where the large one lost something: eyes,
 * mouths, letters.
 */
export async function paintInDetail(
  picture: Picture,
  flow: Flow,
  radii: readonly [number, number],
): Promise<Picture> {
  const coarse = await paint(await paint(picture, flow, radii[0]), flow, radii[1]);
  const fine = await paint(picture, flow, 2);
  const before = luminance(coarse);
  const missed = luminance(fine).map((value, at) => Math.abs(value - before[at]!));
  const lost = await blur(missed, picture, 3);
  return recolour(coarse, (r, g, b, at) => {
    const share = smoothstep(0.018, 0.06, lost[at]!);
    return [mix(r, fine.r[at]!, share), mix(g, fine.g[at]!, share), mix(b, fine.b[at]!, share)];
  });
}
