import sharp from 'sharp';
import { createArtwork, type Wish } from './artwork';
import { blankPicture, forRows, mix, type Picture } from './picture';

/** The photo as it is, with art of the words where it is transparent. */
export async function fillHoles(photo: Buffer, wish: Wish, longSide: number): Promise<Picture> {
  const { data, info } = await sharp(photo)
    .rotate()
    .resize(longSide, longSide, { fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const art = await (await createArtwork(wish, { width, height })).frame(0.5);
  const filled = blankPicture(width, height);
  await forRows(height, (y) => {
    for (let at = y * width; at < (y + 1) * width; at += 1) {
      const opacity = data[at * 4 + 3]! / 255;
      filled.r[at] = mix(art.r[at]!, data[at * 4]! / 255, opacity);
      filled.g[at] = mix(art.g[at]!, data[at * 4 + 1]! / 255, opacity);
      filled.b[at] = mix(art.b[at]!, data[at * 4 + 2]! / 255, opacity);
    }
  });
  return filled;
}
