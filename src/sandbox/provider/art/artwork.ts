import { createAbstract } from './abstract';
import { createScene, type Artwork, type Size } from './scene';
import { createSpace } from './space';
import { themeOf } from './theme';

/** What art from words alone is made of; the same always gives the same work. */
export interface Wish {
  readonly prompt: string;
  readonly variation?: string | undefined;
}

export function createArtwork({ prompt, variation }: Wish, size: Size): Promise<Artwork> {
  const theme = themeOf(prompt, variation);
  if (!theme.isScene) return createAbstract(theme, size);
  if (theme.land === 'space') return createSpace(theme, size);
  return createScene(theme, size);
}
