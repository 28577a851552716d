import { AppError } from '../../src/domain/errors';
import { anna, ben, modelOf, olga, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

describe('the first meeting', () => {
  test('gives the welcome tokens once, however often Start is pressed', async () => {
    await stage.text(ben, '/start');
    expect(stage.telegram.last().text).toContain('10 tokens');
    expect(stage.telegram.last().text).toContain('Hello, Ben!');
    await stage.text(ben, '/start from-a-link');
    expect(stage.telegram.last().text).not.toContain('welcome gift');
    expect(await stage.available(ben)).toBe(10n);
  });

  test('keeps the first gift when the owner changes its size', async () => {
    await stage.text(ben, '/start');
    stage.restart({ settings: { ...stage.deps.settings, welcomeTokens: 20n } });
    await stage.text(ben, '/start');
    expect(await stage.available(ben)).toBe(10n);
  });

  test("speaks the language of the person's Telegram until another is chosen", async () => {
    await stage.text(anna, '/start');
    expect(stage.telegram.last().text).toContain('Здравствуйте, Anna!');
    await stage.text(anna, '/language');
    await stage.press(anna, { type: 'lang', language: 'en' });
    await stage.text(anna, '/balance');
    expect(stage.telegram.last().text).toContain('Balance: 10 tokens');
  });

  test('gives the gift to whoever writes without pressing Start', async () => {
    await stage.text(ben, 'a red fox');
    expect(await stage.available(ben)).toBe(10n);
  });
});

describe('from words to an order', () => {
  test('shows the price first and starts one workflow on confirmation', async () => {
    await stage.text(ben, '/start');
    await stage.press(ben, { type: 'create', kind: 'image' });
    expect(stage.telegram.last().text).toContain('What shall I draw?');
    await stage.text(ben, 'a red fox');
    const card = stage.telegram.last();
    expect(card.text).toContain('Price: <b>2 tokens</b>');
    expect(card.text).toContain('Balance: 10 tokens');
    expect(stage.engine.generations.size).toBe(0);

    const { draftId } = stage.confirmButton();
    await stage.press(ben, { type: 'confirm', draftId });
    const personId = await stage.personId(ben);
    expect([...stage.engine.generations.values()]).toEqual([
      {
        generationId: draftId,
        personId,
        kind: 'image',
        model: 'draw',
        provider: 'sandbox',
        priceTokens: '2',
        complaintWindowMs: 1000,
        deadlineMs: 2000,
      },
    ]);
    const generation = await stage.deps.generations.get(draftId);
    expect(generation.request.prompt).toBe('a red fox');
    expect(generation.statusMessageId).toBe(card.messageId);
    expect(stage.telegram.last()).toMatchObject({ method: 'editText', messageId: card.messageId });
    expect(stage.telegram.last().text).toContain('Making your image');
    expect(await stage.deps.drafts.get(personId)).toBeNull();
  });

  test('takes plain words at any time as a wish for an image', async () => {
    await stage.text(anna, 'рыжая лиса');
    expect(stage.telegram.last().text).toContain('Цена: <b>2 токена</b>');
  });

  test('starts one workflow for two taps and for a repeated update', async () => {
    await stage.text(ben, 'a red fox');
    const confirm = stage.confirmButton();
    const { messageId } = stage.telegram.last();
    const first = stage.pressUpdate(ben, confirm, messageId);
    const second = stage.pressUpdate(ben, confirm, messageId);
    await Promise.all([stage.deliver(first), stage.deliver(second)]);
    await stage.deliver(first);
    expect(stage.engine.generations.size).toBe(1);
    const stored = await stage.database.generation.count();
    expect(stored).toBe(1);
  });

  test('says an old confirm button is old after other words were sent', async () => {
    await stage.text(ben, 'a red fox');
    const old = stage.confirmButton();
    const { messageId } = stage.telegram.last();
    await stage.text(ben, 'a blue fox');
    await stage.press(ben, old, messageId);
    expect(stage.engine.generations.size).toBe(0);
    expect(stage.telegram.notices.at(-1)).toContain('old message');
  });

  test("does not confirm somebody else's draft", async () => {
    await stage.text(anna, 'рыжая лиса');
    const hers = stage.confirmButton();
    await stage.press(ben, hers);
    expect(stage.engine.generations.size).toBe(0);
  });

  test('shows a changed price and asks again', async () => {
    await stage.text(ben, 'a red fox');
    await stage.database.model.update({ where: { slug: 'draw' }, data: { priceTokens: 5n } });
    await stage.press(ben, stage.confirmButton());
    expect(stage.engine.generations.size).toBe(0);
    expect(stage.telegram.last().text).toContain('The price has changed');
    await stage.press(ben, stage.confirmButton());
    expect([...stage.engine.generations.values()][0]?.priceTokens).toBe('5');
  });

  test('asks twice from the high-cost threshold on, and a double tap counts as one', async () => {
    const { settings } = stage.deps;
    const limits = { ...settings.limits, highCostTokens: 2n };
    stage.restart({ settings: { ...settings, limits } });
    await stage.text(ben, 'a red fox');
    const first = stage.confirmButton();
    const { messageId } = stage.telegram.last();
    await stage.press(ben, first, messageId);
    await stage.press(ben, first, messageId);
    expect(stage.engine.generations.size).toBe(0);
    expect(stage.telegram.last().text).toContain('This one is expensive');
    await stage.press(ben, stage.confirmButton());
    expect(stage.engine.generations.size).toBe(1);
  });

  test('offers to top up when the balance is short, and goes on from the same card afterwards', async () => {
    await stage.database.model.update({ where: { slug: 'draw' }, data: { priceTokens: 30n } });
    await stage.text(ben, 'a red fox');
    const confirm = stage.confirmButton();
    const { messageId } = stage.telegram.last();
    await stage.press(ben, confirm, messageId);
    expect(stage.engine.generations.size).toBe(0);
    expect(stage.telegram.last().text).toContain('Not enough tokens');
    expect(stage.telegram.last().actions).toContainEqual({ type: 'buy' });
    await stage.text(olga, `/addtokens ${ben.id} 100 a gift`);
    await stage.press(ben, confirm, messageId);
    expect(stage.engine.generations.size).toBe(1);
  });

  test('lets the person choose when several models fit', async () => {
    await stage.deps.catalogue.seed([modelOf('paint', 'image', ['text'], 4n)]);
    await stage.text(ben, 'a red fox');
    expect(stage.telegram.last().labels).toContain('Model paint · 4 tokens');
    await stage.press(ben, { type: 'model', slug: 'paint' });
    expect(stage.telegram.last().text).toContain('Price: <b>4 tokens</b>');
    await stage.press(ben, { type: 'remodel' });
    expect(stage.telegram.last().actions).toContainEqual({ type: 'model', slug: 'draw' });
  });

  test('says so when no model is active', async () => {
    await stage.database.model.updateMany({ data: { active: false } });
    await stage.text(ben, 'a red fox');
    expect(stage.telegram.last().text).toContain('switched off');
  });

  test('refuses a description that is too long', async () => {
    await stage.text(ben, 'a'.repeat(2001));
    expect(stage.telegram.last().text).toContain('2,000');
    expect(await stage.deps.drafts.get(await stage.personId(ben))).toBeNull();
  });

  test('makes a video of words', async () => {
    await stage.press(ben, { type: 'create', kind: 'video' }, 5n);
    await stage.text(ben, 'waves');
    await stage.press(ben, stage.confirmButton());
    expect([...stage.engine.generations.values()][0]).toMatchObject({
      kind: 'video',
      model: 'film',
    });
  });

  test('keeps markup in names and words harmless', async () => {
    const mallory = { ...ben, name: '<b>Mallory</b> & "Co"' };
    await stage.text(mallory, '/start');
    expect(stage.telegram.last().text).toContain('&lt;b&gt;Mallory&lt;/b&gt; &amp; &quot;Co&quot;');
    await stage.text(mallory, '<a href="tg://x">{{price}} $t(error.banned)</a>');
    expect(stage.telegram.last().text).not.toContain('<a ');
    expect(stage.telegram.last().text).toContain('$t(error.banned)');
  });
});

describe('when something is down', () => {
  test('gives the confirmation back while Temporal is away and completes it once afterwards', async () => {
    await stage.text(ben, 'a red fox');
    const update = stage.pressUpdate(ben, stage.confirmButton());
    stage.engine.down = true;
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    await expect(stage.handle(update)).rejects.toThrow('UNAVAILABLE');
    const troubles = stage.telegram.said.filter(({ text }) => text.includes('not answering'));
    expect(troubles).toHaveLength(1);
    stage.engine.down = false;
    stage.restart();
    await stage.deliver(update);
    await stage.deliver(update);
    expect(stage.engine.generations.size).toBe(1);
    expect(await stage.database.generation.count()).toBe(1);
    expect(await stage.deps.drafts.get(await stage.personId(ben))).toBeNull();
  });

  test('finishes a confirmation whose tokens are reserved already without calling it unaffordable', async () => {
    await stage.database.model.update({ where: { slug: 'draw' }, data: { priceTokens: 10n } });
    await stage.text(ben, 'a red fox');
    const { draftId } = stage.confirmButton();
    const update = stage.pressUpdate(ben, { type: 'confirm', draftId });
    const crash = { clear: async () => Promise.reject(new Error('killed')) };
    stage.restart({ drafts: { ...stage.deps.drafts, ...crash } });
    await expect(stage.handle(update)).rejects.toThrow('killed');
    await stage.deps.generations.begin(draftId, {
      activeMax: 3,
      perHour: 20,
      reserveExpiresAt: new Date(Date.now() + 60_000),
    });
    stage.restart();
    await stage.deliver(update);
    expect(stage.telegram.said.some(({ text }) => text.includes('Not enough'))).toBe(false);
    expect(await stage.deps.drafts.get(await stage.personId(ben))).toBeNull();
  });

  test('gives an update back when the database is away', async () => {
    await stage.text(ben, '/start');
    const away = { receive: async () => Promise.reject(new Error('connection refused')) };
    stage.restart({ updates: { ...stage.deps.updates, ...away } });
    const update = stage.messageUpdate(anna, { text: '/start' });
    await expect(stage.handle(update)).rejects.toThrow('connection refused');
    expect(stage.telegram.last().text).toContain('Ничего не потеряно');
    stage.restart();
    await stage.deliver(update);
    expect(await stage.available(anna)).toBe(10n);
  });

  test('starts the workflow even when the status card cannot be shown', async () => {
    await stage.text(ben, 'a red fox');
    stage.telegram.failures.set('editText', [new AppError('TELEGRAM_BUSY', 'busy')]);
    await stage.press(ben, stage.confirmButton());
    expect(stage.engine.generations.size).toBe(1);
  });

  test('does not repeat words whose fate is unknown, and asks again for those surely not sent', async () => {
    const lost = stage.messageUpdate(ben, { text: '/help' });
    stage.telegram.failures.set('sendText', [new AppError('OUTCOME_UNKNOWN', 'lost')]);
    await stage.deliver(lost);
    expect(stage.telegram.said).toHaveLength(0);
    const refused = stage.messageUpdate(ben, { text: '/help' });
    const busy = new AppError('TELEGRAM_BUSY', 'busy');
    stage.telegram.failures.set('sendText', [busy, busy]);
    await expect(stage.handle(refused)).rejects.toThrow('busy');
    await stage.deliver(refused);
    expect(stage.telegram.said).toHaveLength(1);
  });

  test('acknowledges what a person who blocked the bot asked for', async () => {
    stage.telegram.failures.set('sendText', [new AppError('PERSON_UNREACHABLE', 'blocked')]);
    await stage.text(ben, '/help');
    expect(stage.telegram.said).toHaveLength(0);
  });

  test('answers a mistake of its own once instead of repeating it for ever', async () => {
    const broken = { listActive: () => Promise.reject(new RangeError('a mistake')) };
    stage.restart({ catalogue: { ...stage.deps.catalogue, ...broken } });
    await stage.text(ben, 'a red fox');
    expect(stage.telegram.last().text).toContain('Something broke on our side');
  });

  test('leaves no button waiting, whatever happens', async () => {
    stage.engine.down = true;
    await stage.text(ben, 'a red fox');
    await expect(stage.handle(stage.pressUpdate(ben, stage.confirmButton()))).rejects.toThrow();
    expect(stage.telegram.notices).toHaveLength(1);
  });
});
