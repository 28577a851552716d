import type { PhotoStyle } from '../domain/generation';
import type { ProviderJob } from './provider';

/** The styles Easel offers, as models that follow instructions understand them. */
const words: Readonly<Record<PhotoStyle, string>> = {
  anime: 'a hand-drawn anime film still: clean ink lines, cel shading, luminous colours',
  oil: 'a classical oil painting: visible brushwork, thick impasto, warm light',
  watercolour: 'a watercolour: transparent washes, soft edges, paper texture',
  pencil: 'a graphite pencil sketch on white paper: fine hatching, no colour',
  popart: 'a pop-art print: flat bold colours, thick outlines, halftone dots',
};

/** What a model is told: the style that was chosen, if any, and the person's own words. */
export function promptOf({ prompt, style, inputs }: ProviderJob): string {
  const wish = prompt.trim();
  if (style === undefined) return wish;
  const what = inputs.length === 0 ? 'Make it' : 'Repaint the photo as';
  const keep = inputs.length === 0 ? '' : ' Keep the people, their faces and the composition.';
  return [`${what} ${words[style]}.${keep}`, wish].filter((text) => text !== '').join(' ');
}
