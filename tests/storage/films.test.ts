import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readFilmFile } from '../../src/domain/film-file';
import { readFilm } from '../../src/storage/asset-content';
import { createLocalAssetFiles } from '../../src/storage/asset-files';
import { createAssetStore, type AssetStore } from '../../src/storage/asset-store';
import { thumbnailOf } from '../../src/telegram/thumbnail';
import { codeOf, createWorld, type World } from './store-world';

const film = readFileSync(join(__dirname, '..', 'provider', 'fixtures', 'fractal.mp4'));

let world: World;
let folder: string;
let assets: AssetStore;
let personId: string;
beforeAll(async () => {
  world = await createWorld();
  folder = await mkdtemp(join(tmpdir(), 'easel-films-'));
  assets = createAssetStore(world.db, createLocalAssetFiles(folder));
  personId = (await world.person()).id;
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const save = (bytes: Buffer) => assets.save({ personId, role: 'input', bytes, isFilm: true });

/** Where the box of that type begins, its size and type included. */
const boxAt = (bytes: Buffer, type: string): number => bytes.indexOf(type, 0, 'latin1') - 4;

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(film);
  change(bytes);
  return bytes;
}

describe('a film a person sends', () => {
  test('is kept with its size, and without place, device and time', async () => {
    const asset = await save(film);
    expect(asset).toMatchObject({
      mediaType: 'video/mp4',
      width: 1280,
      height: 720,
      role: 'input',
    });
    const kept = await assets.read(asset.id);
    expect(kept).toHaveLength(film.length);
    const secrets = ['Secret Camera', 'loci'].map((secret) => [
      film.includes(secret),
      kept.includes(secret),
    ]);
    expect(secrets).toEqual([
      [true, false],
      [true, false],
    ]);
    const made = boxAt(kept, 'mvhd') + 12;
    expect([film.readUInt32BE(made), kept.readUInt32BE(made)]).toEqual([expect.any(Number), 0]);
    expect(film.readUInt32BE(made)).toBeGreaterThan(0);
  });

  test('still plays after that', async () => {
    const kept = await assets.read((await save(film)).id);
    expect(readFilmFile(kept)).toEqual(readFilmFile(film));
    expect(await thumbnailOf(kept)).toEqual(await thumbnailOf(film));
  });

  test('loses tracks that are neither picture nor sound, with what is in them', async () => {
    const asTrack = changed((bytes) => {
      const sound = bytes.indexOf('soun', 0, 'latin1');
      bytes.write('meta', sound, 'latin1');
    });
    const kept = await assets.read((await save(asTrack)).id);
    expect([asTrack.includes('mp4a'), kept.includes('mp4a')]).toEqual([true, false]);
    expect(await thumbnailOf(kept)).toEqual(await thumbnailOf(film));
    const zeros = (bytes: Buffer) => bytes.filter((byte) => byte === 0).length;
    expect(zeros(kept) - zeros(asTrack)).toBeGreaterThan(5_000);
  });

  test.each([
    ['a text', () => Buffer.from('no film at all')],
    ['half of the film', () => film.subarray(0, film.length / 2)],
    ['a film without its pictures', () => film.subarray(0, boxAt(film, 'mdat'))],
    [
      'another codec',
      () => changed((bytes) => bytes.write('hvc1', bytes.indexOf('stsd', 0) + 16, 'latin1')),
    ],
    [
      'a film without a length',
      () => changed((bytes) => bytes.writeUInt32BE(0, boxAt(bytes, 'mvhd') + 24)),
    ],
    [
      'a film without a picture',
      () => changed((bytes) => bytes.write('text', bytes.indexOf('vide', 0), 'latin1')),
    ],
  ])('is refused when it is %s', async (_what, make) => {
    expect(await codeOf(save(make()))).toBe('FILE_NOT_A_FILM');
  });

  test('is refused when it is longer than a minute, larger than 4096 pixels or than 20 MB', async () => {
    const long = changed((bytes) => bytes.writeUInt32BE(61_000, boxAt(bytes, 'mvhd') + 24));
    const wide = changed((bytes) => bytes.writeUInt16BE(5_000, boxAt(bytes, 'tkhd') + 84));
    const heavy = Buffer.concat([film, Buffer.alloc(20 * 1024 * 1024)]);
    for (const bytes of [long, wide, heavy]) {
      expect(await codeOf(save(bytes))).toBe('FILE_TOO_LARGE');
    }
  });

  test('is no photo, and a photo is no film', async () => {
    const asPhoto = assets.save({ personId, role: 'input', bytes: film });
    expect(await codeOf(asPhoto)).toBe('FILE_NOT_AN_IMAGE');
  });

  test('survives tables that lead nowhere, in little time', async () => {
    const broken = changed((bytes) => {
      bytes.write('meta', bytes.indexOf('soun', 0, 'latin1'), 'latin1');
      const stco = bytes.lastIndexOf('stco', bytes.length, 'latin1') + 4;
      bytes.writeUInt32BE(0xffffffff, stco + 4);
      for (let at = stco + 8; at < stco + 16; at += 4) bytes.writeUInt32BE(0xfffffff0, at);
    });
    expect((await save(broken)).mediaType).toBe('video/mp4');
  });

  test('with any damage to its headers is read or refused, never more', async () => {
    const headers = boxAt(film, 'mdat');
    const damage = fc.tuple(
      fc.nat({ max: headers - 5 }),
      fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0xffffffff), fc.nat()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
        const bytes = Buffer.from(film);
        for (const [at, value] of damages) bytes.writeUInt32BE(value, at);
        const outcome = await readFilm(bytes).then(
          (content) => content.bytes.length,
          (error: unknown) => (error as { code?: unknown }).code,
        );
        expect([film.length, 'FILE_NOT_A_FILM', 'FILE_TOO_LARGE']).toContain(outcome);
      }),
      { numRuns: 400 },
    );
  });
});
