import type { PhotoStyle } from '../../../domain/generation';
import { anime } from './anime';
import { oil } from './oil';
import { pencil } from './pencil';
import type { Picture } from './picture';
import { popart } from './popart';
import { watercolour } from './watercolour';

/** Each style repaints a photo; the same photo always gives the same painting. */
export const styles: Readonly<Record<PhotoStyle, (photo: Picture) => Promise<Picture>>> = {
  anime,
  oil,
  watercolour,
  pencil,
  popart,
};
