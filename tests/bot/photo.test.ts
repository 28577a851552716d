import { AppError } from '../../src/domain/errors';
import { anna, aPicture, ben, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

describe('a photo', () => {
  test('is stored, gets a style and is ordered with it', async () => {
    await stage.photo(anna);
    expect(stage.telegram.last().actions.filter(({ type }) => type === 'style')).toHaveLength(5);
    expect(stage.telegram.last().text).toContain('Фото получено');
    await stage.press(anna, { type: 'style', style: 'watercolour' });
    expect(stage.telegram.last().text).toContain('Стиль: Акварель');
    const { draftId } = stage.confirmButton();
    await stage.press(anna, { type: 'confirm', draftId });
    const { request } = await stage.deps.generations.get(draftId);
    expect(request).toMatchObject({ kind: 'image', mode: 'photo', style: 'watercolour' });
    const [assetId] = request.inputAssetIds;
    const asset = await stage.deps.assets.get(assetId ?? '');
    expect(asset).toMatchObject({ role: 'input', width: 64, height: 48 });
  });

  test('keeps its caption as words, which may decide alone', async () => {
    await stage.photo(ben, { caption: 'as a knight' });
    expect(stage.telegram.last().text).toContain('your words');
    await stage.press(ben, { type: 'words' });
    const { draftId } = stage.confirmButton();
    await stage.press(ben, { type: 'confirm', draftId });
    const { request } = await stage.deps.generations.get(draftId);
    expect(request.prompt).toBe('as a knight');
    expect(request.style).toBeUndefined();
  });

  test('asks for words when they shall decide and there are none', async () => {
    await stage.photo(ben);
    await stage.press(ben, { type: 'words' });
    expect(stage.telegram.last().text).toContain('What shall change');
    await stage.text(ben, 'add a hat');
    await stage.press(ben, stage.confirmButton());
    const { request } = await stage.deps.generations.get(
      [...stage.engine.generations.keys()][0] ?? '',
    );
    expect(request).toMatchObject({ mode: 'photo', prompt: 'add a hat' });
  });

  test('takes words instead of a style right away', async () => {
    await stage.photo(ben);
    await stage.text(ben, 'add a hat');
    await stage.press(ben, stage.confirmButton());
    expect([...stage.engine.generations.values()][0]?.model).toBe('restyle');
  });

  test('may get another style before it is confirmed', async () => {
    await stage.photo(ben);
    await stage.press(ben, { type: 'style', style: 'oil' });
    const old = stage.confirmButton();
    await stage.press(ben, { type: 'restyle' });
    await stage.press(ben, { type: 'style', style: 'pencil' });
    await stage.press(ben, old);
    expect(stage.engine.generations.size).toBe(0);
    await stage.press(ben, stage.confirmButton());
    const { request } = await stage.deps.generations.get(
      [...stage.engine.generations.keys()][0] ?? '',
    );
    expect(request.style).toBe('pencil');
  });

  test('is not touched by the style buttons of an earlier photo', async () => {
    await stage.photo(ben);
    const { messageId } = stage.telegram.last();
    await stage.photo(ben);
    const before = stage.telegram.said.length;
    await stage.press(ben, { type: 'style', style: 'anime' }, messageId);
    expect(stage.telegram.notices.at(-1)).toContain('old message');
    expect(stage.telegram.said).toHaveLength(before);
  });

  test('becomes a video when a video was asked for', async () => {
    await stage.text(ben, '/start');
    await stage.press(ben, { type: 'create', kind: 'video' });
    await stage.photo(ben);
    await stage.press(ben, stage.confirmButton());
    expect([...stage.engine.generations.values()][0]).toMatchObject({
      kind: 'video',
      model: 'film',
    });
  });

  test('is accepted as a file too', async () => {
    await stage.photo(ben);
    const bytes = [...stage.telegram.files.values()][0] ?? Buffer.alloc(0);
    stage.telegram.files.set('document', bytes);
    const document = { file_id: 'document', file_unique_id: 'd', mime_type: 'image/png' };
    await stage.deliver(stage.messageUpdate(ben, { document }));
    expect(stage.telegram.last().actions).toContainEqual({ type: 'style', style: 'popart' });
  });

  test('is only the first of an album, and the person is told', async () => {
    await stage.photo(ben, { album: 'a1' });
    expect(stage.telegram.last().text).toContain('I take the first');
    const said = stage.telegram.said.length;
    const draft = await stage.deps.drafts.get(await stage.personId(ben));
    await stage.photo(ben, { album: 'a1' });
    await stage.photo(ben, { album: 'a1' });
    expect(stage.telegram.said).toHaveLength(said);
    expect(await stage.deps.drafts.get(await stage.personId(ben))).toEqual(draft);
  });

  test('is refused kindly when it is no picture or too large', async () => {
    stage.telegram.files.set('fake', Buffer.from('<html>not a picture</html>'));
    await stage.deliver(stage.photoUpdate(ben, 'fake'));
    expect(stage.telegram.last().text).toContain('not a picture');
    const document = { file_id: 'big', mime_type: 'image/png', file_size: 21 * 1024 * 1024 };
    await stage.deliver(stage.messageUpdate(ben, { document }));
    expect(stage.telegram.last().text).toContain('too large');
  });

  test('is fetched again when Telegram could not give it out', async () => {
    const update = stage.photoUpdate(ben, 'late');
    stage.telegram.failures.set('download', [new AppError('TELEGRAM_BUSY', 'busy')]);
    await expect(stage.handle(update)).rejects.toThrow('busy');
    stage.telegram.files.set('late', await aPicture());
    await stage.deliver(update);
    expect(stage.telegram.last().actions).toContainEqual({ type: 'words' });
  });
});
