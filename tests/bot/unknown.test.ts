import type { Update } from 'telegraf/types';
import { anna, ben, Stage } from './stage';

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
});

describe('whatever is sent', () => {
  test.each([
    ['a sticker', { sticker: { file_id: 's' } }, 'I understand text, photos'],
    ['a voice message', { voice: { file_id: 'v' } }, 'I understand text, photos'],
    [
      'a file that is no picture',
      { document: { file_id: 'd', mime_type: 'application/pdf' } },
      'only use pictures',
    ],
    ['an unknown command', { text: '/frobnicate now' }, 'do not know this command'],
    ['a lone slash', { text: '/ hello' }, 'do not know this command'],
    ['a text of spaces', { text: '   ' }, 'could not read this'],
  ])('%s gets an answer', async (_what, content, answer) => {
    await stage.deliver(stage.messageUpdate(ben, content));
    expect(stage.telegram.last().text).toContain(answer);
  });

  test.each(['e0:menu', 'confirm', 'e1:style:cubism', 'e1:nothing', ''])(
    'an old or strange button (%s) is answered politely',
    async (data) => {
      await stage.deliver(stage.pressDataUpdate(anna, data, 5n));
      expect(stage.telegram.notices).toHaveLength(1);
      expect(stage.telegram.notices[0]).toContain('старого сообщения');
    },
  );

  test('a style without a photo, or a choice without a draft, is answered politely', async () => {
    await stage.press(ben, { type: 'style', style: 'oil' }, 5n);
    await stage.text(ben, 'a red fox');
    await stage.press(ben, { type: 'style', style: 'oil' });
    expect(stage.telegram.notices.every((notice) => notice?.includes('old message'))).toBe(true);
  });

  test.each([
    '/help',
    '/terms',
    '/privacy',
    '/profile',
    '/menu',
    '/language',
    '/buy',
    '/history',
    '/balance',
  ])('%s is known in both languages', async (command) => {
    await stage.text(ben, command);
    const english = stage.telegram.last().text;
    await stage.text(anna, `${command}@any_bot`);
    const russian = stage.telegram.last().text;
    expect(english).not.toContain('do not know');
    expect(russian).not.toContain('Я не знаю');
    expect(russian === english).toBe(command === '/language');
  });

  test('a draft of an older version is forgotten instead of breaking the bot', async () => {
    await stage.text(ben, '/start');
    const old = { id: 'x', step: 'gone', data: 5 };
    expect(await stage.deps.drafts.save(await stage.personId(ben), old, null)).toBe(true);
    await stage.text(ben, 'a red fox');
    expect(stage.confirmButton().type).toBe('confirm');
  });
});

describe('the Mini App', () => {
  const shown = () => stage.telegram.last().labels;

  test('is in the main menu wherever it is shown, in both languages', async () => {
    const url = 'https://bot.example.org/app/';
    const settings = { ...stage.deps.settings, miniApp: { url, otherMethods: 'never' as const } };
    stage.restart({ settings });
    for (const command of ['/start', '/menu', '/nonsense', '/cancel', '/history']) {
      await stage.text(ben, command);
      expect(shown()).toContain('💎 Top up in the app');
    }
    await stage.press(ben, { type: 'lang', language: 'ru' });
    expect(shown()).toContain('💎 Пополнить в приложении');
  });

  test('is not offered where Telegram cannot reach it', async () => {
    await stage.text(ben, '/start');
    expect(shown()).not.toContain('💎 Top up in the app');
  });
});

describe('places other than a private chat', () => {
  const group = { id: -5, type: 'group', title: 'Friends' };
  const from = { id: ben.id, is_bot: false, first_name: 'Ben', language_code: 'en' };
  const inGroup = (content: object) =>
    ({
      update_id: stage.nextId(),
      message: { message_id: 1, date: 1, from, chat: group, ...content },
    }) as unknown as Update;

  test('are told once that the bot works in private', async () => {
    await stage.deliver(inGroup({ text: 'just talking' }));
    expect(stage.telegram.said).toHaveLength(0);
    await stage.deliver(inGroup({ text: '/start' }));
    await stage.deliver(inGroup({ text: '/start' }));
    expect(stage.telegram.said).toHaveLength(1);
    expect(stage.telegram.last()).toMatchObject({ chatId: -5n });
  });

  test('do not make updates about membership fail', async () => {
    const my_chat_member = {
      chat: { id: ben.id, type: 'private', first_name: 'Ben' },
      from,
      date: 1,
      old_chat_member: { status: 'member', user: from },
      new_chat_member: { status: 'kicked', user: from },
    };
    const update = { update_id: stage.nextId(), my_chat_member } as unknown as Update;
    await stage.deliver(update);
    expect(stage.telegram.said).toHaveLength(0);
  });
});

describe('the limit of requests', () => {
  test('is told once a minute, and leaves room for the buttons of one order', async () => {
    const { settings } = stage.deps;
    stage.restart({
      settings: { ...settings, limits: { ...settings.limits, requestsPerMinute: 2 } },
    });
    for (let number = 0; number < 5; number += 1) await stage.text(ben, `fox ${number}`);
    expect(stage.telegram.said).toHaveLength(3);
    expect(stage.telegram.last().text).toContain('too fast');
    const draft = await stage.deps.drafts.get(await stage.personId(ben));
    await stage.press(ben, { type: 'confirm', draftId: draft?.id ?? '' });
    expect(stage.engine.generations.size).toBe(1);
    await stage.text(anna, 'лиса');
    expect(stage.confirmButton().type).toBe('confirm');
  });

  test('does not count an update again that was given back', async () => {
    const { settings } = stage.deps;
    stage.restart({
      settings: { ...settings, limits: { ...settings.limits, requestsPerMinute: 1 } },
    });
    const { history } = stage.deps.ledger;
    let times = 0;
    const ledger = {
      ...stage.deps.ledger,
      history: (...asked: Parameters<typeof history>) => {
        times += 1;
        return times <= 2 ? Promise.reject(new Error('database away')) : history(...asked);
      },
    };
    stage.restart({
      ledger,
      settings: { ...settings, limits: { ...settings.limits, requestsPerMinute: 1 } },
    });
    const update = stage.messageUpdate(ben, { text: '/balance' });
    await expect(stage.handle(update)).rejects.toThrow('away');
    await expect(stage.handle(update)).rejects.toThrow('away');
    await stage.deliver(update);
    expect(stage.telegram.last().text).toContain('Balance: 10 tokens');
  });
});

describe('claims', () => {
  test('let one of two processes handle an update, and tell the other to ask again', async () => {
    let goOn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const clear = async (personId: string) => {
      arrive();
      await waiting;
      return stage.deps.drafts.clear(personId);
    };
    stage.restart({ drafts: { ...stage.deps.drafts, clear } });
    const update = stage.messageUpdate(ben, { text: '/start' });
    const first = stage.handle(update);
    await arrived;
    expect(await stage.handle(update)).toBe('busy');
    goOn();
    expect(await first).toBe('done');
    expect(await stage.handle(update)).toBe('done');
    expect(stage.telegram.said).toHaveLength(1);
  });
});
