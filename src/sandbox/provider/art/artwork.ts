import { createAbstract } from './abstract';
import { createScene, type Artwork, type Size } from './scene';
import { createSpace } from './space';
import { themeOf } from './theme';

/** Art from words alone: the same prompt and size always give the same work. */
export function createArtwork(prompt: string, size: Size): Promise<Artwork> {
  const theme = themeOf(prompt);
  if (!theme.isScene) return createAbstract(theme, size);
  if (theme.land === 'space') return createSpace(theme, size);
  return createScene(theme, size);
}
