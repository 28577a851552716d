import { anna, ben, olga, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

describe('stopping', () => {
  test('signals the workflow of the owner only', async () => {
    const generationId = await stage.ordered(ben, 'a red fox');
    await stage.press(anna, { type: 'gen:cancel', generationId });
    expect(stage.engine.cancelled).toEqual([]);
    expect(stage.telegram.notices.at(-1)).toContain('не нашли');
    await stage.press(ben, { type: 'gen:cancel', generationId });
    expect(stage.engine.cancelled).toEqual([generationId]);
  });

  test('is told that it is too late when the workflow has ended', async () => {
    const generationId = await stage.ordered(ben, 'a red fox');
    stage.engine.ended.add(generationId);
    await stage.press(ben, { type: 'gen:cancel', generationId });
    expect(stage.telegram.notices.at(-1)).toContain('finished already');
  });

  test('forgets a draft, offers what is under way, or says that there is nothing', async () => {
    await stage.text(ben, '/cancel');
    expect(stage.telegram.last().text).toContain('nothing to cancel');
    await stage.text(ben, 'a blue fox');
    const confirm = stage.confirmButton();
    await stage.text(ben, '/cancel');
    expect(stage.telegram.last().text).toContain('forgotten');
    await stage.press(ben, confirm);
    expect(stage.engine.generations.size).toBe(0);
    const generationId = await stage.ordered(ben, 'a red fox');
    await stage.text(ben, '/cancel');
    expect(stage.telegram.last().actions).toContainEqual({ type: 'gen:cancel', generationId });
  });

  test('forgets the draft under the pressed cancel button', async () => {
    await stage.text(ben, 'a red fox');
    await stage.press(ben, { type: 'draft:cancel' });
    expect(await stage.deps.drafts.get(await stage.personId(ben))).toBeNull();
  });
});

describe('the buttons under a result', () => {
  test('make the same again, at the price of today and after a new confirmation', async () => {
    const first = await stage.ordered(ben, 'a red fox');
    await stage.press(ben, { type: 'gen:again', generationId: first });
    const { draftId } = stage.confirmButton();
    expect(draftId).not.toBe(first);
    await stage.press(ben, { type: 'confirm', draftId });
    const { request } = await stage.deps.generations.get(draftId);
    expect(request).toMatchObject({ prompt: 'a red fox', options: {} });
    expect(stage.engine.generations.size).toBe(2);
  });

  test('vary by an option that differs each time', async () => {
    const first = await stage.ordered(ben, 'a red fox');
    const variations = new Set<string | undefined>();
    for (let times = 0; times < 2; times += 1) {
      await stage.press(ben, { type: 'gen:vary', generationId: first });
      const { draftId } = stage.confirmButton();
      await stage.press(ben, { type: 'confirm', draftId });
      const { request } = await stage.deps.generations.get(draftId);
      variations.add(request.options['variation']);
    }
    expect(variations.size).toBe(2);
    expect(variations).not.toContain(undefined);
  });

  test('take the result as the next input', async () => {
    const generationId = await stage.ordered(ben, 'a red fox');
    const assetId = await stage.delivered(ben, generationId);
    await stage.press(ben, { type: 'gen:use', generationId });
    await stage.press(ben, { type: 'style', style: 'oil' });
    const { draftId } = stage.confirmButton();
    await stage.press(ben, { type: 'confirm', draftId });
    const { request } = await stage.deps.generations.get(draftId);
    expect(request).toMatchObject({ inputAssetIds: [assetId], style: 'oil', mode: 'photo' });
  });

  test('report a bad result to the admins once, with a ready refund command', async () => {
    await stage.text(olga, '/start');
    const generationId = await stage.ordered(ben, 'a red fox');
    await stage.press(ben, { type: 'gen:report', generationId });
    await stage.press(ben, { type: 'gen:report', generationId });
    const reports = stage.telegram.said.filter(({ text }) =>
      text.includes('bad result was reported'),
    );
    expect(reports).toHaveLength(1);
    expect(reports[0]?.text).toContain(`/refund ${generationId} all bad result`);
    expect(reports[0]?.text).toContain(await stage.personId(ben));
    expect(reports[0]?.text).not.toContain(String(ben.id));
    const records = await stage.deps.audit.list({ target: `generation:${generationId}`, limit: 9 });
    expect(records).toHaveLength(1);
  });

  test.each(['gen:again', 'gen:vary', 'gen:use', 'gen:report', 'history:show'] as const)(
    'answer %s of a stranger with "not found"',
    async (type) => {
      const generationId = await stage.ordered(ben, 'a red fox');
      await stage.delivered(ben, generationId);
      const said = stage.telegram.said.length;
      await stage.press(anna, { type, generationId });
      expect(stage.telegram.notices.at(-1)).toContain('не нашли');
      expect(stage.telegram.said).toHaveLength(said);
    },
  );
});

describe('history', () => {
  test('is empty at first', async () => {
    await stage.text(ben, '/history');
    expect(stage.telegram.last().text).toContain('Nothing here yet');
  });

  test('goes page by page, the newest first, and only through one’s own', async () => {
    for (let number = 1; number <= 7; number += 1) await stage.ordered(ben, `fox ${number}`);
    await stage.text(ben, '/history');
    const first = stage.telegram.last();
    expect(first.text).toContain('fox 7');
    expect(first.text).not.toContain('fox 2');
    const older = first.actions.find(({ type }) => type === 'history:page');
    if (older === undefined) throw new Error('No way to older ones');
    await stage.press(ben, older);
    expect(stage.telegram.last().text).toContain('fox 2');
    expect(stage.telegram.last().text).not.toContain('fox 3');
    await stage.press(anna, older);
    expect(stage.telegram.notices.at(-1)).toContain('не нашли');
  });

  test('sends a result again without uploading what Telegram knows', async () => {
    const generationId = await stage.ordered(ben, 'a <red> fox');
    const assetId = await stage.delivered(ben, generationId);
    await stage.text(ben, '/history');
    expect(stage.telegram.last().actions).toContainEqual({ type: 'history:show', generationId });
    await stage.press(ben, { type: 'history:show', generationId });
    expect(stage.telegram.last().method).toBe('sendPhoto');
    expect(stage.telegram.last().text).toContain('a &lt;red&gt; fox');
    await stage.deps.assets.rememberFileId(assetId, 'known-file');
    await stage.press(ben, { type: 'history:show', generationId });
    expect(stage.telegram.last()).toMatchObject({
      method: 'sendDocument',
      file: { fileId: 'known-file' },
    });
  });

  test('tells where a result is that Telegram does not take', async () => {
    const assetId = await stage.delivered(ben, await stage.ordered(ben, 'a huge fox'));
    const where = { where: { id: assetId } };
    await stage.database.asset.update({ ...where, data: { bytes: 60 * 1024 * 1024 } });
    await stage.text(ben, '/history');
    const show = stage.telegram.last().actions.find(({ type }) => type === 'history:show');
    if (show === undefined) throw new Error('No result to show');
    await stage.press(ben, show);
    expect(stage.telegram.last()).toMatchObject({ method: 'sendText' });
    expect(stage.telegram.last().text).toContain(`https://bot.example.org/assets/${assetId}`);
  });

  test('says so when a file is not kept any more, also to who wants to go on from it', async () => {
    const generationId = await stage.ordered(ben, 'an old fox');
    const assetId = await stage.delivered(ben, generationId);
    await stage.database.asset.update({ where: { id: assetId }, data: { removedAt: new Date() } });
    await stage.press(ben, { type: 'history:show', generationId });
    expect(stage.telegram.last().text).toContain('not kept any more');
    await stage.press(ben, { type: 'gen:use', generationId });
    expect(stage.telegram.last().text).toContain('not kept any more');
  });
});

describe('the balance', () => {
  test('shows what there is, what is held and the last movements', async () => {
    const generationId = await stage.ordered(ben, 'a red fox');
    await stage.deps.generations.begin(generationId, {
      activeMax: 3,
      perHour: 20,
      reserveExpiresAt: new Date(Date.now() + 60_000),
    });
    await stage.text(ben, '/balance');
    const { text } = stage.telegram.last();
    expect(text).toContain('Balance: 8 tokens');
    expect(text).toContain('Held for what is being made: 2 tokens');
    expect(text).toContain('gift <b>+10</b> → 10');
    expect(text).toContain('for a job <b>−2</b>');
  });
});
