import { openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

const mb = 1024 * 1024;

/** A made generation whose result is said to be so large. */
async function madeOf(bytes: number, size: { width?: number; height?: number } = {}) {
  const generation = await stage.made();
  const { outputAssetIds } = await stage.generations.get(generation.id);
  const [assetId = ''] = outputAssetIds;
  await stage.db.asset.update({ where: { id: assetId }, data: { bytes, ...size } });
  return { ...generation, assetId };
}

test('a picture beyond 10 MB goes as a file, once, and is paid for', async () => {
  const generation = await madeOf(10 * mb + 1);
  const { delivery, telegram } = stage.play();
  await delivery.deliver(generation.id);
  expect(telegram.done.map(({ method }) => method)).toEqual(['sendDocument', 'editText']);
  expect((await stage.generations.get(generation.id)).status).toBe('delivered');
  expect((await stage.assets.get(generation.assetId)).fileId).toMatch(/^file-/);
});

test('a picture with sides beyond what a photo may have goes as a file', async () => {
  const generation = await madeOf(mb, { width: 9_000, height: 1_001 });
  const { delivery, telegram } = stage.play();
  await delivery.deliver(generation.id);
  expect(telegram.times('sendPhoto')).toBe(0);
  expect(telegram.times('sendDocument')).toBe(1);
});

test('a result beyond 50 MB is told with a link to it and is paid for once', async () => {
  const generation = await madeOf(50 * mb + 1);
  const { delivery, telegram } = stage.play({ publicUrl: 'https://bot.example.org' });
  await delivery.deliver(generation.id);
  await delivery.deliver(generation.id);
  expect(telegram.times('sendText')).toBe(1);
  expect(telegram.times('sendPhoto') + telegram.times('sendDocument')).toBe(0);
  expect(telegram.done[0]?.text).toContain(
    `<a href="https://bot.example.org/assets/${generation.assetId}?expires=`,
  );
  expect(telegram.done[0]?.text).toContain('51 MB');
  expect((await stage.generations.get(generation.id)).status).toBe('delivered');
});

test('without an address of our own its person hears what to do', async () => {
  const generation = await madeOf(60 * mb);
  const { delivery, telegram } = stage.play();
  await delivery.deliver(generation.id);
  expect(telegram.done[0]?.text).toContain('/paysupport');
  expect(telegram.done[0]?.text).not.toContain('href');
});

test('files go after thirty days, and what an open generation needs stays', async () => {
  const open = await stage.made();
  const done = await stage.made();
  await stage.play().delivery.deliver(done.id);
  const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000);
  const firstOf = async ({ id }: { id: string }) => {
    const [assetId = ''] = (await stage.generations.get(id)).outputAssetIds;
    return (await stage.assets.get(assetId)).removedAt;
  };
  await stage.play({ now: inDays(29) }).retention.removeExpiredFiles();
  expect(await firstOf(done)).toBeNull();
  await stage.play({ now: inDays(31) }).retention.removeExpiredFiles();
  expect(await firstOf(done)).not.toBeNull();
  expect(await firstOf(open)).toBeNull();
});
