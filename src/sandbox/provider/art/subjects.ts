import sharp from 'sharp';
import { forRows, type Colour, type Picture } from './picture';
import type { Palette, Subject } from './theme';

// Silhouettes on a field of 100 by 100 whose foot is the lower edge. `b` is the body's colour, `a`
// the accent's.
const drawings: Readonly<Record<Subject, string>> = {
  cat: '<path fill="b" d="M36 100C28 84 30 62 40 50C34 44 32 34 34 26L34 8L43 18Q50 15 57 18L66 8L66 26C68 34 66 44 60 50C70 62 72 84 66 96C78 96 84 88 82 78C81 72 86 70 88 76C92 90 82 100 68 100Z"/><circle cx="43" cy="30" r="3" fill="a"/><circle cx="57" cy="30" r="3" fill="a"/>',
  dog: '<path fill="b" d="M30 100L30 70C26 62 26 54 30 46C24 42 18 42 12 40C8 36 12 32 18 31C22 22 30 16 38 18C46 18 50 26 48 34C52 44 58 50 68 56C76 62 78 72 78 84C84 80 88 70 92 66C96 70 92 86 82 94L82 100L58 100L58 82C54 84 48 84 44 82L44 100Z"/><circle cx="30" cy="28" r="2.4" fill="a"/>',
  house:
    '<path fill="b" d="M14 100V56H8L50 20L66 33V22H76V42L92 56H86V100Z"/><path fill="a" d="M26 64H42V80H26ZM58 64H74V80H58Z"/><path fill="b" d="M33 64H35V80H33ZM26 71H42V73H26ZM65 64H67V80H65ZM58 71H74V73H58Z"/>',
  boat: '<path fill="b" d="M10 84H90C86 94 78 100 66 100H32C20 100 14 94 10 84ZM48 8H51V84H48Z"/><path fill="a" d="M53 12C74 32 82 56 84 76H53Z"/><path fill="a" opacity=".8" d="M46 20C36 42 26 60 18 76H46Z"/>',
  tree: '<path fill="b" d="M46 100C48 84 47 74 44 64C30 70 14 62 14 48C4 42 8 26 22 24C26 8 46 4 56 12C70 4 88 14 84 30C96 36 92 56 78 58C72 66 60 68 54 64C52 76 53 86 56 100Z"/><g fill="a" opacity=".55"><circle cx="30" cy="36" r="7"/><circle cx="52" cy="26" r="9"/><circle cx="72" cy="40" r="7"/><circle cx="48" cy="50" r="6"/></g>',
  balloon:
    '<path fill="a" d="M50 2C26 2 14 20 16 38C18 54 36 66 42 78H58C64 66 82 54 84 38C86 20 74 2 50 2Z"/><path fill="b" opacity=".35" d="M50 2C40 2 34 20 36 40C37 56 45 68 47 78H53C55 68 63 56 64 40C66 20 60 2 50 2Z"/><path fill="b" d="M42 78H44L46 88H45ZM56 78H58L55 88H54ZM43 87H57V98Q50 102 43 98Z"/>',
  rocket:
    '<path fill="b" d="M50 2C64 14 68 34 66 56L78 72V86L64 78H36L22 86V72L34 56C32 34 36 14 50 2Z"/><circle cx="50" cy="36" r="8" fill="a"/><path fill="a" d="M38 80H62C62 88 56 94 50 100C44 94 38 88 38 80Z"/>',
  lighthouse:
    '<path fill="b" d="M24 100C26 94 32 92 38 92L42 34H38V30H42V18L50 10L58 18V30H62V34H58L62 92C70 92 76 94 78 100Z"/><path fill="a" d="M44 20H56V29H44Z"/><path fill="a" opacity=".3" d="M44 24L0 10V40ZM56 24L100 10V40Z"/><path fill="a" opacity=".5" d="M41.500 46H58.500L59 54H41ZM40 66H60L60.500 74H39.500Z"/>',
  castle:
    '<path fill="b" d="M6 100V48H10V42H14V48H18V42H22V48H28V30H26L36 8L46 30H44V54H48V48H52V54H56V54V26H54L68 2L82 26H80V54H84V46H88V54H94V100Z"/><path fill="a" d="M34 36Q36 32 38 36V42H34ZM66 32Q68 28 70 32V40H66ZM44 84Q50 74 56 84V100H44ZM16 60Q18 57 20 60V66H16ZM82 64Q84 61 86 64V70H82Z"/>',
  robot:
    '<path fill="b" d="M48 4H52V14H70V38H56V44H78V50H90V74H82V56H78V76H70V100H56V80H44V100H30V76H22V56H18V74H10V50H22V44H44V38H30V14H48Z"/><circle cx="50" cy="4" r="4" fill="a"/><circle cx="41" cy="25" r="5" fill="a"/><circle cx="59" cy="25" r="5" fill="a"/><path fill="a" d="M40 54H60V60H40Z"/>',
  person:
    '<path fill="b" d="M50 6C58 6 63 12 63 20C63 28 58 34 54 36C66 38 70 46 70 56L72 74L66 75L62 58L61 100H52L50 74L48 100H39L38 58L34 75L28 74L30 56C30 46 34 38 46 36C42 34 37 28 37 20C37 12 42 6 50 6Z"/><path fill="a" opacity=".8" d="M44 38Q50 44 56 38L58 44Q50 49 42 44Z"/>',
  heart:
    '<path fill="a" d="M50 96C20 72 4 54 4 32C4 16 16 6 28 6C38 6 46 12 50 20C54 12 62 6 72 6C84 6 96 16 96 32C96 54 80 72 50 96Z"/><path fill="#fff" opacity=".35" d="M18 30C18 22 24 16 31 17C26 20 23 26 23 33C22 37 18 35 18 30Z"/>',
};

/** A drawn thing with see-through surroundings. */
export interface Sprite {
  readonly picture: Picture;
  readonly alpha: Float32Array;
}

function hex([r, g, b]: Colour): string {
  const part = (value: number): string =>
    Math.round(Math.min(Math.max(value, 0), 1) * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${part(r)}${part(g)}${part(b)}`;
}

/** Draws a subject `size` pixels high. */
export async function drawSubject(
  subject: Subject,
  palette: Pick<Palette, 'near' | 'accent'>,
  size: number,
): Promise<Sprite> {
  const [r, g, b] = palette.near;
  const body = hex([r * 0.5, g * 0.5, b * 0.55]);
  const shapes = drawings[subject]
    .replaceAll('fill="b"', `fill="${body}"`)
    .replaceAll('fill="a"', `fill="${subject === 'heart' ? '#ff4064' : hex(palette.accent)}"`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">${shapes}</svg>`;
  const { data, info } = await sharp(Buffer.from(svg))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = info.width * info.height;
  const channel = (offset: number): Float32Array =>
    Float32Array.from({ length: pixels }, (_, at) => data[at * 4 + offset]! / 255);
  const picture = {
    width: info.width,
    height: info.height,
    r: channel(0),
    g: channel(1),
    b: channel(2),
  };
  return { picture, alpha: channel(3) };
}

/** Lays a sprite over a picture, in place, its upper left corner at (left, top). */
export async function lay(onto: Picture, sprite: Sprite, left: number, top: number): Promise<void> {
  const { picture, alpha } = sprite;
  const x0 = Math.round(left);
  const y0 = Math.round(top);
  await forRows(picture.height, (y) => {
    if (y0 + y < 0 || y0 + y >= onto.height) return;
    for (let x = Math.max(0, -x0); x < Math.min(picture.width, onto.width - x0); x += 1) {
      const from = y * picture.width + x;
      const to = (y0 + y) * onto.width + x0 + x;
      const share = alpha[from]!;
      onto.r[to] = onto.r[to]! * (1 - share) + picture.r[from]! * share;
      onto.g[to] = onto.g[to]! * (1 - share) + picture.g[from]! * share;
      onto.b[to] = onto.b[to]! * (1 - share) + picture.b[from]! * share;
    }
  });
}
