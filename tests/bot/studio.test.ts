import { anna, ben, modelOf, Stage } from './stage';

let stage: Stage;

const collage = {
  ...modelOf('collage', 'image', ['text', 'photo'], 3n),
  options: { aspect: ['auto', '16:9'], quality: ['medium', 'high'] },
  surcharge: { percent: { quality: { high: 300 } } },
  inputsMax: 4,
} as const;
const clip = {
  ...modelOf('clip', 'video', ['text', 'photo'], 2n),
  surcharge: { perSecond: 1n },
  options: { duration: ['4', '8'] },
} as const;

beforeEach(async () => {
  stage = await Stage.open();
  await stage.database.model.deleteMany({});
  await stage.deps.catalogue.seed([collage, clip]);
});

afterEach(async () => {
  await stage.close();
});

async function ordered() {
  const { draftId } = stage.confirmButton();
  await stage.press(ben, { type: 'confirm', draftId });
  return stage.deps.generations.get(draftId);
}

describe('the settings under the price', () => {
  test('open with the price each value makes, and keep what was chosen', async () => {
    await stage.text(ben, 'a red fox');
    expect(stage.telegram.last().labels).toEqual(expect.arrayContaining(['📐 auto']));
    await stage.press(ben, { type: 'option', key: 'quality' });
    expect(stage.telegram.last().labels).toEqual([
      '✓ standard · 3 tokens',
      'high · 9 tokens',
      '⬅️ Back',
    ]);
    await stage.press(ben, { type: 'choose', choice: 'quality.high' });
    expect(stage.telegram.last().text).toContain('Price: <b>9 tokens</b>');
    await stage.press(ben, { type: 'option', key: 'aspect' });
    const wide = stage.telegram.last().actions[1];
    if (wide?.type !== 'choose') throw new Error('No value to choose');
    await stage.press(ben, wide);
    const { request, priceTokens } = await ordered();
    expect(request.options).toEqual({ aspect: '16:9', quality: 'high' });
    expect(priceTokens).toBe(9n);
  });

  test('are left without a change by the way back', async () => {
    await stage.text(ben, 'a red fox');
    const { draftId } = stage.confirmButton();
    await stage.press(ben, { type: 'option', key: 'quality' });
    await stage.press(ben, { type: 'settings' });
    expect(stage.confirmButton().draftId).not.toBe(draftId);
    expect((await ordered()).request.options).toEqual({ aspect: 'auto', quality: 'medium' });
  });

  test('keep the default when a button names what is not on offer', async () => {
    await stage.text(ben, 'a red fox');
    await stage.press(ben, { type: 'choose', choice: 'quality.golden' });
    expect((await ordered()).request.options['quality']).toBe('medium');
  });

  test('belong to the newest card only', async () => {
    await stage.text(ben, 'a red fox');
    const { messageId } = stage.telegram.last();
    await stage.text(ben, 'a blue fox');
    const said = stage.telegram.said.length;
    await stage.press(ben, { type: 'option', key: 'quality' }, messageId);
    await stage.press(ben, { type: 'choose', choice: 'quality.high' }, messageId);
    expect(stage.telegram.said).toHaveLength(said);
    expect((await ordered()).request.options['quality']).toBe('medium');
  });
});

describe('several photos', () => {
  test('come in one album, under one card, in their order', async () => {
    for (let sent = 0; sent < 3; sent += 1) await stage.photo(ben, { album: 'a1' });
    const cards = stage.telegram.said.filter(({ method }) => method === 'sendText');
    expect(cards).toHaveLength(1);
    expect(stage.telegram.last().text).toContain('Got your photos: 3.');
    await stage.press(ben, { type: 'style', style: 'oil' });
    expect(stage.telegram.last().text).toContain('Photos: 3');
    const { request } = await ordered();
    expect(new Set(request.inputAssetIds).size).toBe(3);
    expect(request).toMatchObject({ mode: 'photo', style: 'oil' });
  });

  test('come one by one, until the person is done', async () => {
    await stage.photo(ben);
    await stage.press(ben, { type: 'photo:more' });
    expect(stage.telegram.last().text).toContain('Photos: 1 of 4');
    await stage.photo(ben);
    expect(stage.telegram.last().text).toContain('Photos: 2 of 4');
    await stage.press(ben, { type: 'photo:done' });
    await stage.text(ben, 'put them on one beach');
    const { request } = await ordered();
    expect(request.inputAssetIds).toHaveLength(2);
    expect(request.prompt).toBe('put them on one beach');
  });

  test('are asked for no longer than the models take them', async () => {
    for (let sent = 0; sent < 5; sent += 1) await stage.photo(ben, { album: 'a1' });
    expect(stage.telegram.last().text).toContain('Up to 4 photos');
    expect(stage.telegram.last().actions).not.toContainEqual({ type: 'photo:more' });
    await stage.press(ben, { type: 'words' });
    await stage.text(ben, 'a family portrait');
    expect((await ordered()).request.inputAssetIds).toHaveLength(4);
  });

  test('are counted once when Telegram repeats one of them', async () => {
    await stage.photo(ben, { album: 'a1' });
    const update = await stage.photo(ben, { album: 'a1' });
    await stage.deliver({ ...update, update_id: stage.nextId() });
    expect(stage.telegram.last().text).toContain('Got your photos: 2.');
  });

  test('become no video where no model takes so many', async () => {
    await stage.photo(ben);
    expect(stage.telegram.last().actions).toContainEqual({ type: 'as', kind: 'video' });
    await stage.photo(ben, { album: 'a1' });
    await stage.photo(ben, { album: 'a1' });
    expect(stage.telegram.last().actions).not.toContainEqual({ type: 'as', kind: 'video' });
  });
});

test('a photo is brought to life for as long as the person likes', async () => {
  await stage.photo(ben);
  await stage.press(ben, { type: 'as', kind: 'video' });
  await stage.press(ben, { type: 'option', key: 'duration' });
  expect(stage.telegram.last().labels).toContain('8 s · 10 tokens');
  await stage.press(ben, { type: 'choose', choice: 'duration.8' });
  const { request, priceTokens } = await ordered();
  expect(request).toMatchObject({ kind: 'video', mode: 'photo', options: { duration: '8' } });
  expect(priceTokens).toBe(10n);
});

test('words become a video instead of an image by one button', async () => {
  await stage.text(ben, 'a red fox');
  await stage.press(ben, { type: 'as', kind: 'video' });
  expect(stage.telegram.last().text).toContain('Make this video?');
  expect((await ordered()).request).toMatchObject({ kind: 'video', prompt: 'a red fox' });
});

test('the model a person took is theirs the next time, and may be changed', async () => {
  await stage.deps.catalogue.seed([modelOf('other', 'image', ['text'], 5n)]);
  await stage.text(ben, 'a red fox');
  expect(stage.telegram.last().text).toContain('Which model');
  expect(stage.telegram.last().text).toContain('Model other');
  await stage.press(ben, { type: 'model', slug: 'other' });
  await ordered();
  await stage.text(ben, 'a blue fox');
  expect(stage.telegram.last().text).toContain('Price: <b>5 tokens</b>');
  await stage.press(ben, { type: 'remodel' });
  expect(stage.telegram.last().actions).toContainEqual({ type: 'model', slug: 'collage' });
  await stage.text(anna, 'синяя лиса');
  expect(stage.telegram.last().text).toContain('Какой моделью');
});

describe('an idea', () => {
  test('leads to the price of its words', async () => {
    await stage.text(ben, '/start');
    await stage.press(ben, { type: 'templates' });
    await stage.press(ben, { type: 'template', template: 'drone' });
    const { request } = await ordered();
    expect(request.kind).toBe('video');
    expect(request.prompt).toContain('drone flight');
  });

  test('that needs photos asks for them and joins them', async () => {
    await stage.text(anna, '/templates');
    await stage.press(anna, { type: 'template', template: 'together' });
    expect(stage.telegram.last().text).toContain('Теперь фото');
    await stage.photo(anna);
    await stage.photo(anna);
    await stage.press(anna, { type: 'photo:done' });
    const { draftId } = stage.confirmButton();
    await stage.press(anna, { type: 'confirm', draftId });
    const { request } = await stage.deps.generations.get(draftId);
    expect(request).toMatchObject({ mode: 'photo', kind: 'image' });
    expect(request.inputAssetIds).toHaveLength(2);
    expect(request.prompt).toContain('Соедини');
  });
});
