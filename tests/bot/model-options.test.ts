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
