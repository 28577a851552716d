import sharp from 'sharp';
import { clamp01, type Picture } from './picture';

// A font of our own: a small machine may have none. Five columns by seven rows a letter.
const letters: Readonly<Record<string, readonly string[]>> = {
  S: ['.###.', '#...#', '#....', '.###.', '....#', '#...#', '.###.'],
  A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  N: ['#...#', '##..#', '#.#.#', '#.#.#', '#..##', '#...#', '#...#'],
  D: ['####.', '#...#', '#...#', '#...#', '#...#', '#...#', '####.'],
  B: ['####.', '#...#', '#...#', '####.', '#...#', '#...#', '####.'],
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  X: ['#...#', '#...#', '.#.#.', '..#..', '.#.#.', '#...#', '#...#'],
};
const word = 'SANDBOX';
const columns = word.length * 6 + 3;
const rows = 11;

function isInk(column: number, row: number): boolean {
  const letter = letters[word[Math.floor((column - 2) / 6)] ?? ''];
  return letter?.[row - 2]?.[(column - 2) % 6] === '#';
}

/** Draws the word SANDBOX on a dark plate in the lower right corner, in place. */
export function drawLabel(picture: Picture): void {
  const { width, height } = picture;
  const scale = Math.max(1, Math.round(Math.min(width, height) / 420));
  const margin = scale * 5;
  const left = width - margin - columns * scale;
  const top = height - margin - rows * scale;
  for (let y = 0; y < rows * scale; y += 1) {
    for (let x = 0; x < columns * scale; x += 1) {
      const at = (top + y) * width + left + x;
      const ink = isInk(Math.floor(x / scale), Math.floor(y / scale));
      for (const plane of [picture.r, picture.g, picture.b]) {
        plane[at] = ink ? 0.96 : clamp01(plane[at]!) * 0.4 + 0.04;
      }
    }
  }
}

export const sandboxSoftware = 'Easel sandbox';
export const sandboxDescription = 'Made by the Easel sandbox, not by an AI model';

// IPTC's words for how a picture came to be, as provenance readers know them.
const sources = 'http://cv.iptc.org/newscodes/digitalsourcetype';

function xmp(fromPhoto: boolean): string {
  const source = `${sources}/${fromPhoto ? 'algorithmicallyEnhanced' : 'algorithmicMedia'}`;
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
    ` xmp:CreatorTool="${sandboxSoftware}" Iptc4xmpExt:DigitalSourceType="${source}"/>`,
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
  ].join('\n');
}

// By the XMP specification (ISO 16684-1, part 3): a box of this type at the top level of an MP4.
const xmpBoxType = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');

/** An MP4 that says in its XMP where it comes from. Players skip the box. */
export function markFilm(film: Buffer, fromPhoto: boolean): Buffer {
  const packet = Buffer.from(xmp(fromPhoto));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + xmpBoxType.length + packet.length);
  head.write('uuid', 4, 'latin1');
  return Buffer.concat([film, head, xmpBoxType, packet]);
}

/** A JPEG that says in its EXIF and XMP where it comes from. */
export function encodeMarked(
  rgb: Buffer,
  size: { readonly width: number; readonly height: number },
  fromPhoto: boolean,
): Promise<Buffer> {
  return sharp(rgb, { raw: { width: size.width, height: size.height, channels: 3 } })
    .withExif({ IFD0: { ImageDescription: sandboxDescription, Software: sandboxSoftware } })
    .withXmp(xmp(fromPhoto))
    .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
