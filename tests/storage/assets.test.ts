import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createLocalAssetFiles } from '../../src/storage/asset-files';
import { createAssetStore, type AssetRole, type AssetStore } from '../../src/storage/asset-store';
import { codeOf, createWorld, together, type World } from './store-world';

let world: World;
let folder: string;
let assets: AssetStore;
let personId: string;
beforeAll(async () => {
  world = await createWorld();
  folder = await mkdtemp(join(tmpdir(), 'easel-assets-'));
  assets = createAssetStore(world.db, createLocalAssetFiles(folder));
  personId = (await world.person()).id;
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const save = (bytes: Buffer, role: AssetRole = 'input') => assets.save({ personId, role, bytes });

function picture(width = 60, height = 40, background = '#8a5') {
  return sharp({ create: { width, height, channels: 3, background } });
}

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('a photo a person sends', () => {
  test('is kept upright and without place, camera and time', async () => {
    const bytes = await picture()
      .jpeg()
      .withExif({ IFD0: { Model: 'Secret Camera' }, IFD3: { GPSLatitude: '59/1 56/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const asset = await save(bytes);
    expect(asset).toMatchObject({ mediaType: 'image/jpeg', width: 40, height: 60, role: 'input' });
    const kept = await assets.read(asset.id);
    const { exif, orientation, width } = await sharp(kept).metadata();
    expect({ exif, orientation, width }).toEqual({ width: 40 });
    expect(kept.toString('latin1')).not.toContain('Secret Camera');
    expect(asset.bytes).toBe(kept.length);
  });

  test.each(['jpeg', 'png', 'webp'] as const)('may be a %s', async (format) => {
    const asset = await save(await picture().toFormat(format).toBuffer());
    expect(asset.mediaType).toBe(`image/${format}`);
    expect((await sharp(await assets.read(asset.id)).metadata()).format).toBe(format);
  });

  test.each([
    ['text', async () => Buffer.from('<svg onload="x">')],
    ['nothing', async () => Buffer.alloc(0)],
    ['a GIF', async () => picture().gif().toBuffer()],
    ['an SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')],
    ['half a PNG', async () => (await picture(400, 400).png().toBuffer()).subarray(0, 300)],
  ])('is refused when it is %s, whatever it is called', async (_, make) => {
    expect(await codeOf(save(await make()))).toBe('FILE_NOT_AN_IMAGE');
  });

  test('is refused above 20 MB and above 50 million pixels', async () => {
    expect(await codeOf(save(Buffer.alloc(20 * 1024 * 1024 + 1)))).toBe('FILE_TOO_LARGE');
    // A small file that would unpack to a huge picture.
    const bomb = await picture(7_100, 7_100).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(2_000_000);
    expect(await codeOf(save(bomb))).toBe('FILE_TOO_LARGE');
  });
});

describe('a result of a provider', () => {
  test('is kept byte for byte', async () => {
    const png = await picture(70, 30, '#35a')
      .withExif({ IFD0: { Software: 'sandbox' } })
      .png()
      .toBuffer();
    const asset = await save(png, 'output');
    expect(asset).toMatchObject({ mediaType: 'image/png', width: 70, height: 30 });
    expect(await assets.read(asset.id)).toEqual(png);
  });

  test('keeps the marks of its maker: C2PA in a JPEG is there to the last byte', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    // A C2PA manifest is a JUMBF superbox in APP11 segments; what re-encodes a picture drops it.
    const box = Buffer.from('0000001b6a756d62000000136a756d6463327061001100108000', 'hex');
    const segment = Buffer.concat([Buffer.from('JP\0\x01\0\0\0\x01', 'latin1'), box]);
    const head = Buffer.from([0xff, 0xeb, 0, segment.length + 2]);
    const marked = Buffer.concat([jpeg.subarray(0, 2), head, segment, jpeg.subarray(2)]);
    const kept = await assets.read((await save(marked, 'output')).id);
    expect(kept).toEqual(marked);
    expect(kept.toString('latin1')).toContain('c2pa');
    // As a person's photo the same picture is made anew, without anything but pixels.
    const anew = await assets.read((await save(marked, 'input')).id);
    expect(anew.toString('latin1')).not.toContain('c2pa');
  });

  test('may be an MP4 and nothing else that moves', async () => {
    const mp4 = Buffer.concat([
      Buffer.from([0, 0, 0, 24]),
      Buffer.from('ftypisom'),
      Buffer.alloc(9),
    ]);
    expect(await save(mp4, 'output')).toMatchObject({ mediaType: 'video/mp4', width: null });
    expect(await codeOf(save(Buffer.from('<html></html>'), 'output'))).toBe('NO_OUTPUT');
  });
});

test('equal files written at once are one file, whole, without leftovers', async () => {
  const bytes = await picture(300, 200, '#f0f').png().toBuffer();
  const before = (await filesIn(folder)).length;
  const saved = await together(10, () => save(bytes, 'output'));
  expect(new Set(saved.map((asset) => asset.id)).size).toBe(10);
  expect(await filesIn(folder)).toHaveLength(before + 1);
  expect((await filesIn(folder)).every((name) => /^[0-9a-f]{64}\.\w+$/.test(name))).toBe(true);
  await Promise.all(saved.map(async (a) => expect(await assets.read(a.id)).toEqual(bytes)));
});

test('a missing row or file is told as such, and keys never leave the folder', async () => {
  const asset = await save(await picture(10, 10, '#001').png().toBuffer(), 'output');
  await rm(join(folder, asset.storageKey));
  expect(await codeOf(assets.read(asset.id))).toBe('NOT_FOUND');
  expect(await codeOf(assets.get('00000000-0000-7000-8000-000000000000'))).toBe('NOT_FOUND');
  const files = createLocalAssetFiles(folder);
  expect(await codeOf(files.read('../../etc/passwd'))).toBe('INVALID_INPUT');
});

test("Telegram's file id is remembered", async () => {
  const asset = await save(await picture().png().toBuffer());
  expect(asset.fileId).toBeNull();
  await assets.rememberFileId(asset.id, 'AgAC-1');
  expect((await assets.get(asset.id)).fileId).toBe('AgAC-1');
});
