import { blur, forRows, sample, type Picture, type Plane } from './picture';

/** The direction things run at each pixel (along edges, not across) and how clear it is, 0 to 1. */
export interface Flow {
  readonly width: number;
  readonly height: number;
  readonly dx: Plane;
  readonly dy: Plane;
  readonly clarity: Plane;
}

type Size = Pick<Picture, 'width' | 'height'>;

/** The flow of a plane: the lesser eigenvector of its smoothed structure tensor. */
export async function flowOf(plane: Plane, size: Size, radius: number): Promise<Flow> {
  const { width, height } = size;
  const xx = new Float32Array(plane.length);
  const xy = new Float32Array(plane.length);
  const yy = new Float32Array(plane.length);
  await forRows(height, (y) => {
    const up = (y === 0 ? 0 : y - 1) * width;
    const row = y * width;
    const low = (y === height - 1 ? y : y + 1) * width;
    for (let x = 0; x < width; x += 1) {
      const l = x === 0 ? 0 : x - 1;
      const r = x === width - 1 ? x : x + 1;
      const gx =
        plane[up + r]! -
        plane[up + l]! +
        2 * (plane[row + r]! - plane[row + l]!) +
        plane[low + r]! -
        plane[low + l]!;
      const gy =
        plane[low + l]! -
        plane[up + l]! +
        2 * (plane[low + x]! - plane[up + x]!) +
        plane[low + r]! -
        plane[up + r]!;
      xx[row + x] = gx * gx;
      xy[row + x] = gx * gy;
      yy[row + x] = gy * gy;
    }
  });
  const [sxx, sxy, syy] = [
    await blur(xx, size, radius),
    await blur(xy, size, radius),
    await blur(yy, size, radius),
  ];
  const clarity = new Float32Array(plane.length);
  await forRows(height, (y) => {
    for (let at = y * width; at < (y + 1) * width; at += 1) {
      const [a, b, c] = [sxx[at]!, sxy[at]!, syy[at]!];
      const spread = Math.sqrt((a - c) * (a - c) + 4 * b * b);
      const angle = 0.5 * Math.atan2(2 * b, a - c) + Math.PI / 2;
      // The planes are done with at this pixel, so they carry the result.
      sxx[at] = Math.cos(angle);
      sxy[at] = Math.sin(angle);
      clarity[at] = a + c > 1e-6 ? spread / (a + c) : 0;
    }
  });
  return { width, height, dx: sxx, dy: sxy, clarity };
}

/** Smears a plane along the flow (line integral convolution), `steps` pixels each way. */
export async function smear(plane: Plane, flow: Flow, steps: number): Promise<Plane> {
  const { width, height, dx, dy } = flow;
  const result = new Float32Array(plane.length);
  const walk = (x: number, y: number, sign: number): number => {
    let px = x;
    let py = y;
    let lastX = dx[y * width + x]! * sign;
    let lastY = dy[y * width + x]! * sign;
    let sum = 0;
    for (let step = 0; step < steps; step += 1) {
      px += lastX;
      py += lastY;
      sum += sample(plane, width, height, px, py);
      const cx = px < 0 ? 0 : px > width - 1 ? width - 1 : px | 0;
      const cy = py < 0 ? 0 : py > height - 1 ? height - 1 : py | 0;
      const vx = dx[cy * width + cx]!;
      const vy = dy[cy * width + cx]!;
      // A direction has no sign of its own: keep walking the way we came.
      const turn = vx * lastX + vy * lastY < 0 ? -1 : 1;
      lastX = vx * turn;
      lastY = vy * turn;
    }
    return sum;
  };
  await forRows(height, (y) => {
    for (let x = 0; x < width; x += 1) {
      const sum = plane[y * width + x]! + walk(x, y, 1) + walk(x, y, -1);
      result[y * width + x] = sum / (2 * steps + 1);
    }
  });
  return result;
}
