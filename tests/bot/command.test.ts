import {
  readAddTokensCommand,
  readBanCommand,
  readCommand,
  readRefundCommand,
} from '../../src/bot/command';
import { registerCommands } from '../../src/bot/commands';
import { idFromUpdate } from '../../src/bot/update-id';
import { useWebhook } from '../../src/bot/webhook';
import type { BotCommands } from '../../src/telegram/client';

describe('commands as people type them', () => {
  test.each([
    ['/start', { name: 'start', argument: '' }],
    ['/Start@easel_bot  ref_1 ', { name: 'start', argument: 'ref_1' }],
    ['/refund p1 all\nbad result', { name: 'refund', argument: 'p1 all\nbad result' }],
    ['hello /start', undefined],
    ['/ start', undefined],
  ])('%j is read', (text, command) => {
    expect(readCommand(text)).toEqual(command);
  });

  test.each([
    ['p1 all bad result', { target: 'p1', force: false, reason: 'bad result' }],
    ['p1 15 force bad', { target: 'p1', amount: '15', force: true, reason: 'bad' }],
    ['p1 force bad', { target: 'p1', force: true, reason: 'bad' }],
    ['p1 bad result', { target: 'p1', force: false, reason: 'bad result' }],
    ['p1 0 apples', { target: 'p1', force: false, reason: '0 apples' }],
    ['p1', undefined],
    ['p1 15', undefined],
    ['', undefined],
  ])('/refund %j is read', (argument, wish) => {
    expect(readRefundCommand(argument)).toEqual(wish);
  });

  test.each(['', '900001', '900001 5', '900001 -5 x', '900001 1.5 x', 'x 5 y', '900001 0 x'])(
    '/addtokens %j is refused',
    (argument) => {
      expect(readAddTokensCommand(argument)).toBeUndefined();
    },
  );

  test('/ban wants a reason', () => {
    expect(readBanCommand('900001')).toBeUndefined();
    expect(readBanCommand('900001 spam and more')).toEqual({
      telegramId: 900001n,
      reason: 'spam and more',
    });
  });
});

describe('ids made from updates', () => {
  test('are the same for a repeat and differ by bot, person and update', () => {
    const update = { updateId: 815234567, botId: 1, personId: 'a' };
    const id = idFromUpdate('g', update);
    expect(idFromUpdate('g', { ...update })).toBe(id);
    const others = [
      idFromUpdate('g', { ...update, botId: 2 }),
      idFromUpdate('g', { ...update, personId: 'b' }),
      idFromUpdate('g', { ...update, updateId: 815234568 }),
      idFromUpdate('p', update),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
    expect(id).toMatch(/^[A-Za-z0-9_-]{1,45}$/);
  });
});

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;

describe('what Telegram is told at the start', () => {
  function listener() {
    const commands: BotCommands[] = [];
    const buttons: unknown[] = [];
    const telegram = {
      setMyCommands: async (call: BotCommands) => void commands.push(call),
      setMenuButton: async (app: unknown) => void buttons.push(app),
    };
    return { telegram, commands, buttons };
  }

  test('lists the commands in every language, and more of them for admins', async () => {
    const { telegram, commands: calls } = listener();
    await registerCommands({ telegram, adminIds: ['900009'], appUrl: undefined, logger: quiet });
    const namesOf = (call: BotCommands | undefined) => call?.commands.map(({ command }) => command);
    const forAll = calls.filter(({ scope }) => scope === undefined);
    const forAdmin = calls.filter(({ scope }) => scope !== undefined);
    expect(forAll.map(({ language }) => language)).toEqual([undefined, 'en', 'ru']);
    expect(namesOf(forAll[0])).toContain('paysupport');
    expect(namesOf(forAll[0])).not.toContain('refund');
    expect(namesOf(forAdmin[0])).toContain('refund');
    expect(forAdmin[0]?.scope).toEqual({ type: 'chat', chat_id: 900009 });
  });

  test('puts the Mini App beside the input, and takes it away when there is none any more', async () => {
    const { telegram, buttons } = listener();
    const appUrl = 'https://bot.example.org/app/';
    await registerCommands({ telegram, adminIds: [], appUrl, logger: quiet });
    await registerCommands({ telegram, adminIds: [], appUrl: undefined, logger: quiet });
    expect(buttons).toEqual([{ text: 'Tokens · Токены', url: appUrl }, undefined]);
  });

  test('does not keep the bot from starting when Telegram refuses it', async () => {
    const refuse = () => Promise.reject(new Error('chat not found'));
    const telegram = { setMyCommands: refuse, setMenuButton: refuse };
    await expect(
      registerCommands({ telegram, adminIds: ['900009'], appUrl: undefined, logger: quiet }),
    ).resolves.toBeUndefined();
  });

  test('gives the webhook its address and secret', async () => {
    const calls: unknown[] = [];
    const telegram = {
      setWebhook: async (webhook: unknown) => {
        calls.push(webhook);
      },
    };
    await useWebhook(telegram, { publicUrl: 'https://bot.example.org/', secret: 's' });
    expect(calls).toEqual([{ url: 'https://bot.example.org/telegram/webhook', secret: 's' }]);
  });
});
