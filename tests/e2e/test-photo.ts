import sharp from 'sharp';

/** A picture with a sky, a sun, a hill and a house: shapes that must survive any style. */
export async function testPhoto(): Promise<Buffer> {
  const scene = `<svg width="900" height="675" xmlns="http://www.w3.org/2000/svg">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#3d7cc9"/><stop offset="1" stop-color="#f6e3c5"/>
    </linearGradient></defs>
    <rect width="900" height="675" fill="url(#sky)"/>
    <circle cx="690" cy="150" r="80" fill="#fff3b0"/>
    <path d="M0 470 Q 300 330 560 450 T 900 420 V 675 H 0 Z" fill="#3f6b35"/>
    <rect x="210" y="330" width="190" height="190" fill="#b4452f"/>
    <path d="M180 340 L 305 230 L 430 340 Z" fill="#4a2d22"/>
    <rect x="285" y="430" width="50" height="90" fill="#241a16"/>
  </svg>`;
  return sharp(Buffer.from(scene)).jpeg({ quality: 90 }).toBuffer();
}

/** How alike two pictures are in where they are light and dark: 1 the same, 0 nothing in common. */
export async function likeness(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all([shades(one), shades(other)]);
  const pairs = a.map((value, at) => value * b[at]!);
  return sum(pairs) / Math.sqrt(sum(a.map((v) => v * v)) * sum(b.map((v) => v * v)));
}

/** Small, grey, and around zero; without the rim, where watercolour leaves paper. */
async function shades(picture: Buffer): Promise<readonly number[]> {
  const { width, height } = await sharp(picture).metadata();
  const rim = Math.round(Math.min(width, height) / 10);
  const { data } = await sharp(picture)
    .extract({ left: rim, top: rim, width: width - 2 * rim, height: height - 2 * rim })
    .removeAlpha()
    .greyscale()
    .resize(32, 32, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const values = Array.from(data);
  const mean = sum(values) / values.length;
  return values.map((value) => value - mean);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
