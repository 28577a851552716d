import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { anna, ben, filmFile, modelOf, Stage } from './stage';

/** Three seconds, 1280 x 720. */
const film = readFileSync(join(__dirname, '..', 'provider', 'fixtures', 'fractal.mp4'));

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
  const options = { duration: ['5', '1', '2', '3', '4', '10'], audio: ['on', 'off'] };
  const remake = modelOf('remake', 'video', ['video'], 1n);
  await stage.deps.catalogue.seed([{ ...remake, options, surcharge: { perSecond: 2n } }]);
});

afterEach(async () => {
  await stage.close();
});

/** The same film said to last so many milliseconds. */
function lasting(milliseconds: number): Buffer {
  const bytes = Buffer.from(film);
  const mvhd = bytes.indexOf('mvhd', 0, 'latin1') - 4;
  bytes.writeUInt32BE(1000, mvhd + 20);
  bytes.writeUInt32BE(milliseconds, mvhd + 24);
  return bytes;
}

async function orderedFilm(): Promise<string> {
  await stage.film(ben, film);
  await stage.text(ben, 'make it night');
  const { draftId } = stage.confirmButton();
  await stage.press(ben, { type: 'confirm', draftId });
  return draftId;
}

describe('a film', () => {
  test('is stored, asked about, priced by its own length and ordered', async () => {
    await stage.film(anna, film);
    expect(stage.telegram.last().text).toContain('Что в нём изменить?');
    await stage.text(anna, 'пусть будет ночь');
    const card = stage.telegram.last();
    expect(card.text).toContain('Цена: <b>7 токенов</b>');
    expect(card.text).toContain('3 с');
    const { draftId } = stage.confirmButton();
    await stage.press(anna, { type: 'confirm', draftId });
    const generation = await stage.deps.generations.get(draftId);
    expect(generation.request).toMatchObject({
      kind: 'video',
      mode: 'video',
      prompt: 'пусть будет ночь',
      options: { duration: '3', audio: 'on' },
    });
    const asset = await stage.deps.assets.get(generation.request.inputAssetIds[0] ?? '');
    expect(asset).toMatchObject({ mediaType: 'video/mp4', width: 1280, height: 720 });
    expect(generation.priceTokens).toBe(7n);
  });

  test.each([
    ['a moving picture', (id: string) => ({ animation: filmFile(id), document: filmFile(id) })],
    ['a file', (id: string) => ({ document: filmFile(id) })],
    ['a video with words', (id: string) => ({ video: filmFile(id), caption: 'at night' })],
  ])('may come as %s', async (_what, content) => {
    await stage.film(ben, film, (id) => ({ caption: 'at night', ...content(id) }));
    expect(stage.telegram.last().text).toContain('Make this video?');
    expect(stage.telegram.last().text).toContain('at night');
  });

  test('has no length to choose, only the sound', async () => {
    await stage.film(ben, film, (id) => ({ video: filmFile(id), caption: 'at night' }));
    const options = stage.telegram.last().actions.filter(({ type }) => type === 'option');
    expect(options).toEqual([{ type: 'option', key: 'audio' }]);
    await stage.press(ben, { type: 'choose', choice: 'duration.1' });
    expect(stage.telegram.last().text).toContain('Price: <b>7 tokens</b>');
    await stage.press(ben, { type: 'choose', choice: 'audio.off' });
    expect(stage.telegram.last().text).toContain('no sound');
  });

  test('costs the next longer work a model has, a tenth of a second over it spared', async () => {
    for (const [milliseconds, tokens] of [
      [3_090, 7],
      [3_200, 9],
      [4_500, 11],
      [9_000, 21],
    ] as const) {
      await stage.film(ben, lasting(milliseconds), (id) => ({ video: filmFile(id), caption: 'x' }));
      expect(stage.telegram.last().text).toContain(`Price: <b>${tokens} tokens</b>`);
    }
  });

  test.each([
    ['longer than every model takes', () => lasting(10_200), 11],
    ['shorter than every model takes', () => lasting(800), 1],
  ])('%s is told what fits, and nothing is drafted', async (_what, make) => {
    await stage.film(ben, make());
    expect(stage.telegram.last().text).toContain('does not fit any model');
    expect(stage.telegram.last().text).toContain('1 to 10 s');
    await stage.text(ben, 'a hill');
    expect(stage.telegram.last().text).toContain('Make this image?');
  });

  test('that is no MP4 is refused with what to do', async () => {
    await stage.film(ben, Buffer.from('no film'));
    expect(stage.telegram.last().text).toContain('cannot be read');
  });

  test('is not taken where no provider can be given it', async () => {
    stage.restart({ films: new Map() });
    await stage.film(ben, film);
    expect(stage.telegram.last().text).toContain('No model here changes videos');
    await stage.press(ben, { type: 'create', kind: 'video' });
    expect(stage.telegram.last().text).not.toContain('short video to change');
  });

  test('is invited where one can', async () => {
    await stage.text(ben, '/start');
    await stage.press(ben, { type: 'create', kind: 'video' });
    expect(stage.telegram.last().text).toContain('short video to change');
  });

  test('of an album is taken once', async () => {
    const content = (id: string) => ({ video: filmFile(id), media_group_id: 'album' });
    await stage.film(ben, film, content);
    const said = stage.telegram.said.length;
    expect(stage.telegram.last().text).toContain('I take the first one');
    await stage.film(ben, film, content);
    expect(stage.telegram.said).toHaveLength(said);
  });

  test('is changed again, and its result can be changed too', async () => {
    const id = await orderedFilm();
    await stage.delivered(ben, id, film);
    await stage.press(ben, { type: 'gen:again', generationId: id });
    expect(stage.telegram.last().text).toContain('Price: <b>7 tokens</b>');
    await stage.press(ben, { type: 'gen:use', generationId: id });
    expect(stage.telegram.last().text).toContain('What shall change in it?');
    await stage.text(ben, 'now at dawn');
    const draft = await stage.deps.drafts.get(await stage.personId(ben));
    const { outputAssetIds } = await stage.deps.generations.get(id);
    expect(draft?.data).toMatchObject({
      mode: 'video',
      prompt: 'now at dawn',
      inputAssetIds: outputAssetIds,
    });
  });
});
