import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createLocalAssetFiles, type AssetFiles } from '../../src/storage/asset-files';
import { createAssetStore } from '../../src/storage/asset-store';
import { codeOf, createWorld, together, type World } from './store-world';

let world: World;
let folder: string;
let files: AssetFiles;
beforeAll(async () => {
  world = await createWorld();
  folder = await mkdtemp(join(tmpdir(), 'easel-retention-'));
  files = createLocalAssetFiles(folder);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const dayMs = 24 * 3_600_000;
const now = new Date();
const before = new Date(now.getTime() - 30 * dayMs);
const store = (over: AssetFiles = files) => createAssetStore(world.db, over);
const clean = (over?: AssetFiles) => store(over).removeExpired({ before, now, limit: 100 });
const picture = (background: string) =>
  sharp({ create: { width: 9, height: 9, channels: 3, background } })
    .png()
    .toBuffer();

async function kept(personId: string, background: string, days = 31) {
  const asset = await store().save({ personId, role: 'output', bytes: await picture(background) });
  const createdAt = new Date(now.getTime() - days * dayMs);
  await world.db.asset.update({ where: { id: asset.id }, data: { createdAt } });
  return asset;
}

const isThere = (asset: { storageKey: string }) => existsSync(join(folder, asset.storageKey));

test('a file whose time is over is removed and its row says so; a younger one stays', async () => {
  const { id: personId } = await world.person();
  const old = await kept(personId, '#111');
  const young = await kept(personId, '#222', 29);
  await clean();
  expect([isThere(old), isThere(young)]).toEqual([false, true]);
  expect((await store().get(old.id)).removedAt).toEqual(now);
  expect(await codeOf(store().read(old.id))).toBe('FILE_EXPIRED');
  expect(await codeOf(store().assertKept([young.id, old.id]))).toBe('FILE_EXPIRED');
  expect(await store().read(young.id)).toBeDefined();
  expect(await clean()).toBe(0);
});

test('what an open generation needs stays until it has ended', async () => {
  const person = await world.person(10n);
  const input = await kept(person.id, '#333');
  const output = await kept(person.id, '#444');
  const { id } = await world.order(person);
  await world.db.generation.update({
    where: { id },
    data: { inputAssetIds: [input.id], outputAssetIds: [output.id] },
  });
  await clean();
  expect([isThere(input), isThere(output)]).toEqual([true, true]);
  await world.generations.release(id, 'CANCELLED');
  await clean();
  expect([isThere(input), isThere(output)]).toEqual([false, false]);
});

test('a file that another row has too stays until the last of them goes', async () => {
  const [one, two] = [await world.person(), await world.person()];
  const old = await kept(one.id, '#555');
  const young = await kept(two.id, '#555', 1);
  expect(young.storageKey).toBe(old.storageKey);
  await clean();
  expect(await codeOf(store().read(old.id))).toBe('FILE_EXPIRED');
  expect(await store().read(young.id)).toBeDefined();
});

test('a file saved again while it is removed is there in the end', async () => {
  const { id: personId } = await world.person();
  for (let round = 0; round < 10; round += 1) {
    const colour = `#66${String(round)}`;
    await kept(personId, colour);
    const bytes = await picture(colour);
    const saves = together(4, () => store().save({ personId, role: 'output', bytes }));
    const [saved] = await Promise.all([saves, clean()]);
    for (const asset of saved) expect(await store().read(asset.id)).toEqual(bytes);
  }
});

/** Until somebody waits for an advisory lock of this database, or the work is done without. */
async function untilWaiting(work: Promise<unknown>): Promise<void> {
  const done = work.then(() => true);
  const isDone = () => Promise.race([done, Promise.resolve(false)]);
  const waiting = () => world.db.$queryRaw<unknown[]>`
    SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`;
  while (!(await isDone()) && (await waiting()).length === 0) continue;
}

test('a save in the middle of a removal waits for its end and then writes the file anew', async () => {
  const { id: personId } = await world.person();
  await kept(personId, '#888');
  const bytes = await picture('#888');
  const saves: ReturnType<ReturnType<typeof store>['save']>[] = [];
  const interrupted: AssetFiles = {
    ...files,
    async remove(key) {
      const save = store().save({ personId, role: 'output', bytes });
      saves.push(save);
      await untilWaiting(save);
      await files.remove(key);
    },
  };
  await clean(interrupted);
  const [saved] = await Promise.all(saves);
  expect(await store().read(saved?.id ?? '')).toEqual(bytes);
});

test('a file that could not be removed is tried again by the next run', async () => {
  const { id: personId } = await world.person();
  const old = await kept(personId, '#777');
  const broken = { ...files, remove: () => Promise.reject(new Error('the disk is away')) };
  await expect(clean(broken)).rejects.toThrow('the disk is away');
  expect((await store().get(old.id)).removedAt).toBeNull();
  await clean();
  expect(isThere(old)).toBe(false);
});
