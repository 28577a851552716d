import sharp from 'sharp';
import { ben, modelOf, Stage } from './stage';

let stage: Stage;

const clip = {
  ...modelOf('clip', 'video', ['text'], 2n),
  surcharge: { perSecond: 1n, percent: { audio: { on: 150 } } },
  options: { duration: ['4', '8'], audio: ['off', 'on'] },
} as const;

beforeEach(async () => {
  stage = await Stage.open();
  await stage.database.model.deleteMany({ where: { kind: 'video' } });
  await stage.deps.catalogue.seed([clip]);
});

afterEach(async () => {
  await stage.close();
});

async function described(): Promise<void> {
  await stage.press(ben, { type: 'create', kind: 'video' }, 5n);
  await stage.text(ben, 'a red fox');
}

test('the price shown and frozen is that of the options, which are kept with the order', async () => {
  await described();
  expect(stage.telegram.last().text).toContain('Price: <b>6 tokens</b>');
  const { draftId } = stage.confirmButton();
  await stage.press(ben, { type: 'confirm', draftId });
  const { priceTokens, request } = await stage.deps.generations.get(draftId);
  expect(priceTokens).toBe(6n);
  expect(request.options).toEqual({ duration: '4', audio: 'off' });
});

test('an option that is gone when the person confirms is said, not swapped in silence', async () => {
  await described();
  const { draftId } = stage.confirmButton();
  await stage.database.model.update({
    where: { slug: 'clip' },
    data: { options: { duration: ['5'] } },
  });
  stage.restart();
  await stage.press(ben, { type: 'confirm', draftId });
  expect(stage.engine.generations.size).toBe(0);
  expect(stage.telegram.last().text).toContain('has changed since you chose');
  expect(stage.telegram.last().text).toContain('Price: <b>7 tokens</b>');
});

test('a surcharge raised meanwhile shows the new price before anything is spent', async () => {
  await described();
  const { draftId } = stage.confirmButton();
  await stage.database.model.update({
    where: { slug: 'clip' },
    data: { surcharge: { perSecond: '2' } },
  });
  stage.restart();
  await stage.press(ben, { type: 'confirm', draftId });
  expect(stage.engine.generations.size).toBe(0);
  expect(stage.telegram.last().text).toContain('Price: <b>10 tokens</b>');
});

describe('a model that can leave a part of the photo as it is', () => {
  const mask = ['off', 'on'];
  const offered = () => stage.telegram.last().actions.filter(({ type }) => type === 'option');

  async function sendPicture(alpha: number): Promise<void> {
    const background = { r: 9, g: 9, b: 9, alpha };
    const picture = sharp({ create: { width: 40, height: 40, channels: 4, background } });
    stage.telegram.files.set('cut-out', await picture.png().toBuffer());
    const document = { file_id: 'cut-out', file_unique_id: 'c', mime_type: 'image/png' };
    await stage.deliver(stage.messageUpdate(ben, { document, caption: 'on a beach' }));
    await stage.press(ben, { type: 'words' });
  }

  beforeEach(async () => {
    await stage.database.model.update({ where: { slug: 'restyle' }, data: { options: { mask } } });
    stage.restart();
  });

  test('offers that for a picture with a transparent part, and orders it', async () => {
    await sendPicture(0.5);
    expect(stage.telegram.last().text).toContain('🩹 all of it');
    expect(offered()).toEqual([{ type: 'option', key: 'mask' }]);
    await stage.press(ben, { type: 'option', key: 'mask' });
    expect(stage.telegram.last().text).toContain('What may change in the photo?');
    await stage.press(ben, { type: 'choose', choice: 'mask.on' });
    expect(stage.telegram.last().text).toContain('only the transparent part');
    const { draftId } = stage.confirmButton();
    await stage.press(ben, { type: 'confirm', draftId });
    expect((await stage.deps.generations.get(draftId)).request.options).toEqual({ mask: 'on' });
  });

  test('says nothing of it for a picture without one', async () => {
    await sendPicture(1);
    expect(stage.telegram.last().text).not.toContain('🩹');
    expect(offered()).toEqual([]);
  });
});
