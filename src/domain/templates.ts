/** Ready wishes a person may start from; their names and words are texts, `studio.template`. */
import type { GenerationKind } from './generation';

export const templateIds = [
  'postcard',
  'poster',
  'space',
  'figurine',
  'restore',
  'together',
  'drone',
  'storm',
  'alive',
] as const;
export type TemplateId = (typeof templateIds)[number];

/** What becomes of a template, and whether it starts from the person's photos. */
export const templates: Readonly<
  Record<TemplateId, { readonly kind: GenerationKind; readonly mode: 'text' | 'photo' }>
> = {
  postcard: { kind: 'image', mode: 'text' },
  poster: { kind: 'image', mode: 'text' },
  space: { kind: 'image', mode: 'text' },
  figurine: { kind: 'image', mode: 'photo' },
  restore: { kind: 'image', mode: 'photo' },
  together: { kind: 'image', mode: 'photo' },
  drone: { kind: 'video', mode: 'text' },
  storm: { kind: 'video', mode: 'text' },
  alive: { kind: 'video', mode: 'photo' },
};
