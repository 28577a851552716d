import { anna, ben, olga, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

const last = () => stage.telegram.last().text;

describe('/promo', () => {
  test('is made by an admin, used by a person once, listed and switched off', async () => {
    await stage.text(olga, '/promo new spring tokens 7 max=100 until=2099-01-31 a campaign');
    expect(last()).toContain('SPRING');
    await stage.text(ben, '/promo Spring');
    expect(last()).toContain('7 tokens for you');
    expect(await stage.available(ben)).toBe(17n);
    await stage.text(ben, '/promo SPRING');
    expect(last()).toContain('used this promo code already');
    await stage.text(olga, '/promo list');
    expect(last()).toMatch(/🟢 <code>SPRING<\/code> · 7 tokens · 1\/100 · until 1 Feb/);
    await stage.text(olga, '/promo off SPRING leaked');
    await stage.text(anna, '/promo SPRING');
    expect(last()).toContain('Такого промокода нет');
  });

  test('gives once for one message, also when its update is repeated', async () => {
    await stage.text(olga, '/promo new many tokens 7 each=9 a campaign');
    const update = stage.messageUpdate(ben, { text: '/promo MANY' });
    stage.telegram.failures.set('sendText', [new Error('the process died here')]);
    await expect(stage.handle(update)).rejects.toThrow('the process died here');
    await stage.deliver(update);
    expect(await stage.available(ben)).toBe(17n);
  });

  test('takes the code after the button, and anything that is no code as what it always is', async () => {
    await stage.text(olga, '/promo new deal extra 50 a campaign');
    await stage.text(ben, '/start');
    await stage.text(ben, '/promo');
    expect(last()).toContain('Send it in one message');
    await stage.text(ben, 'a red fox in the snow');
    expect(stage.confirmButton().type).toBe('confirm');
    await stage.text(ben, 'deal');
    expect(last()).toContain('50% more tokens');
    await stage.text(ben, 'deal');
    expect(stage.confirmButton().type).toBe('confirm');
  });

  test.each([
    'new',
    'new X off 20 short code',
    'new LIST off 20 a reserved word',
    'new SPRING off 91 nearly free',
    'new SPRING off 20',
    'new SPRING off 20 until=2026-13-01 no such month',
    'new SPRING off 20 max=0 nobody',
    'on',
  ])('shows an admin how it is written instead of doing: %s', async (words) => {
    await stage.text(olga, `/promo ${words}`);
    expect(last()).toContain('Usage');
    expect(await stage.deps.promos.list(9)).toEqual([]);
  });
});

describe('/ref', () => {
  /** What follows ?start= in the person's link. */
  async function linkOf(sender: typeof ben): Promise<string> {
    await stage.text(sender, '/ref');
    const found = /t\.me\/easel_test_bot\?start=(ref_[\w-]+)/.exec(last());
    return found?.[1] ?? '';
  }

  test('gives a link that counts a new friend once and tells both', async () => {
    await stage.text(ben, '/start');
    const payload = await linkOf(ben);
    const update = await stage.text(anna, `/start ${payload}`);
    expect(last()).toContain('по ссылке друга');
    const toBen = stage.telegram.said.filter(({ text }) => text.includes('came by your link'));
    expect(toBen.map(({ chatId }) => chatId)).toEqual([BigInt(ben.id)]);
    await stage.deliver(update);
    await stage.text(anna, `/start ${payload}`);
    await stage.text(ben, '/ref');
    expect(last()).toContain('Came by it: <b>1</b>');
  });

  test('does not count oneself or nonsense, and the start goes on', async () => {
    await stage.text(ben, '/start');
    await stage.text(ben, `/start ${await linkOf(ben)}`);
    expect(last()).toContain('your own link');
    await stage.text(anna, '/start ref_nobodys-code');
    expect(last()).toContain('Здравствуйте');
    expect(await stage.database.referral.count()).toBe(0);
  });
});

describe('/daily', () => {
  test('gives today’s gift once and says when the next one is', async () => {
    await stage.text(ben, '/start');
    await stage.press(ben, { type: 'daily' });
    expect(last()).toContain('Your gift today: 1 token');
    await stage.press(ben, { type: 'daily' });
    expect(last()).toContain('have today’s gift already');
    expect(await stage.available(ben)).toBe(11n);
  });

  test('is off when the owner gives nothing', async () => {
    stage.restart({ settings: { ...stage.deps.settings, dailyRewards: [] } });
    await stage.text(ben, '/daily');
    expect(last()).toContain('no daily gifts');
  });
});
