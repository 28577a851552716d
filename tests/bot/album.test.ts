/** Photos that come at the same moment, as over the webhook: to this process and to others. */
import sharp from 'sharp';
import type { Update } from 'telegraf/types';
import { createBot, type Bot } from '../../src/bot/bot';
import { readDraft } from '../../src/bot/draft';
import { createDraftStore } from '../../src/storage/draft-store';
import { ben, modelOf, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
  await stage.database.model.deleteMany({});
  await stage.deps.catalogue.seed([
    { ...modelOf('collage', 'image', ['text', 'photo'], 3n), inputsMax: 8 },
  ]);
  await stage.text(ben, '/start');
});
afterEach(() => stage.close());

/** Each is as wide as its place in the album says. */
async function album(size: number): Promise<Update[]> {
  const updates: Update[] = [];
  for (let place = 1; place <= size; place += 1) {
    const fileId = `photo-${place}`;
    const picture = { width: 60 + place, height: 48, channels: 3, background: '#3a7' } as const;
    stage.telegram.files.set(fileId, await sharp({ create: picture }).jpeg().toBuffer());
    updates.push(stage.photoUpdate(ben, fileId, { album: 'a1' }));
  }
  return updates;
}

async function composition() {
  const stored = await stage.deps.drafts.get(await stage.personId(ben));
  const draft = stored === null ? undefined : readDraft(stored);
  if (draft === undefined) throw new Error('There is no draft');
  return draft.composition;
}

async function widths(): Promise<(number | null)[]> {
  const { inputAssetIds } = await composition();
  const assets = await Promise.all(inputAssetIds.map((id) => stage.deps.assets.get(id)));
  return assets.map(({ width }) => width);
}

function processes(count: number): Bot[] {
  return Array.from({ length: count }, () => createBot(stage.deps));
}

/** As Telegram does, until each is done; the processes take them by turns. */
async function atOnce(updates: readonly Update[]): Promise<void> {
  const bots = processes(3);
  const outcomes = await Promise.all(
    updates.map(async (update, index) => bots[index % bots.length]?.handleUpdate(update)),
  );
  expect(outcomes.filter((outcome) => outcome === 'done').length).toBeGreaterThan(0);
}

const orders: [string, (updates: Update[]) => Update[]][] = [
  ['in their order', (updates) => updates],
  ['the last first', (updates) => updates.toReversed()],
];

describe.each(orders)('an album handled at the same moment, %s', (_name, arrange) => {
  test('is in the draft with all its photos, in the order they were sent, under one card', async () => {
    await atOnce(arrange(await album(6)));
    expect(await widths()).toEqual([61, 62, 63, 64, 65, 66]);
    expect(stage.telegram.last().text).toContain('Got your photos: 6.');
    const cards = stage.telegram.said.filter(({ method }) => method === 'sendText');
    expect(cards).toHaveLength(2);
    expect((await composition()).cardMessageId).toBe(cards.at(-1)?.messageId.toString());
  });

  test('has each photo once, however many copies of the updates come', async () => {
    const updates = await album(4);
    const copies = updates.flatMap((update) => [
      update,
      { ...update, update_id: stage.nextId() },
      update,
      { ...update, update_id: stage.nextId() },
    ]);
    await atOnce(arrange(copies));
    expect(await widths()).toEqual([61, 62, 63, 64]);
  });

  test('takes the place of what was composed before, and not of its own photos', async () => {
    await stage.text(ben, 'a red fox');
    await atOnce(arrange(await album(3)));
    expect(await composition()).toMatchObject({ prompt: '', mode: 'photo' });
    expect(await widths()).toEqual([61, 62, 63]);
  });

  test('keeps as many photos as the models take', async () => {
    await atOnce(arrange(await album(10)));
    expect(new Set(await widths()).size).toBe(8);
  });
});

test('photos asked for one by one do not push each other out', async () => {
  const [first, second, third] = await album(3);
  if (first === undefined || second === undefined || third === undefined) throw new Error('3');
  await stage.deliver(first);
  await stage.press(ben, { type: 'photo:more' });
  await atOnce([second, third]);
  expect(await widths()).toEqual([61, 62, 63]);
});

test('a style chosen while a photo comes is kept, and so is the photo', async () => {
  const [first, second] = await album(2);
  if (first === undefined || second === undefined) throw new Error('2');
  await stage.deliver(first);
  const style = stage.pressUpdate(ben, { type: 'style', style: 'oil' });
  await atOnce([second, style]);
  expect(await widths()).toEqual([61, 62]);
  expect(await composition()).toMatchObject({ look: 'oil' });
});

test('a photo waits for the card of the one before, which Telegram is slow to take', async () => {
  const [first, second] = await album(2);
  if (first === undefined || second === undefined) throw new Error('2');
  const { sendText } = stage.telegram;
  let other: Promise<unknown> | undefined;
  jest.spyOn(stage.telegram, 'sendText').mockImplementation(async (...card) => {
    if (other !== undefined) return sendText(...card);
    const looksAgain = new Promise((resolve) => {
      jest.spyOn(stage.deps.drafts, 'get').mockImplementationOnce(async (personId) => {
        resolve(true);
        return createDraftStore(stage.database).get(personId);
      });
    });
    other = stage.handle(second);
    await Promise.race([looksAgain, other]);
    return sendText(...card);
  });
  await stage.deliver(first);
  await other;
  expect(await widths()).toEqual([61, 62]);
  expect(stage.telegram.sendText).toHaveBeenCalledTimes(1);
  expect(stage.telegram.last().text).toContain('Got your photos: 2.');
});

test('a card that never comes keeps nobody waiting for ever', async () => {
  const [first, second] = await album(2);
  if (first === undefined || second === undefined) throw new Error('2');
  stage.telegram.failures.set('sendText', [new Error('Telegram is away')]);
  await expect(stage.handle(first)).rejects.toThrow('away');
  await stage.deliver(second);
  expect(await widths()).toEqual([61, 62]);
});
