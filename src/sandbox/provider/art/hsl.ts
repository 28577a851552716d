import { clamp01, type Colour } from './picture';

/** Hue 0-1, saturation 0-1, lightness 0-1. */
export function toHsl(r: number, g: number, b: number): Colour {
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  const lightness = (max + min) / 2;
  const span = max - min;
  if (span < 1e-6) return [0, 0, lightness];
  const saturation = span / (1 - Math.abs(2 * lightness - 1) + 1e-6);
  let hue: number;
  if (max === r) hue = ((g - b) / span + 6) % 6;
  else if (max === g) hue = (b - r) / span + 2;
  else hue = (r - g) / span + 4;
  return [hue / 6, clamp01(saturation), lightness];
}

export function fromHsl(hue: number, saturation: number, lightness: number): Colour {
  const span = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): number => {
    const k = (n + hue * 12) % 12;
    return lightness - span * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Moves a colour away from (or, below 1, towards) its own grey. */
export function saturate([r, g, b]: Colour, factor: number): Colour {
  const grey = 0.299 * r + 0.587 * g + 0.114 * b;
  return [
    clamp01(grey + (r - grey) * factor),
    clamp01(grey + (g - grey) * factor),
    clamp01(grey + (b - grey) * factor),
  ];
}
