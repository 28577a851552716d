import { adminCommands, personCommands } from '../../src/telegram/commands';
import { methodsKeyboard, shelfKeyboard } from '../../src/telegram/shop-keyboards';
import { unpackCallback } from '../../src/telegram/callback-data';
import {
  confirmKeyboard,
  historyKeyboard,
  languageKeyboard,
  mainMenuKeyboard,
  resultKeyboard,
  stylesKeyboard,
  type InlineKeyboard,
} from '../../src/telegram/keyboards';
import { heldKey } from '../../src/telegram/desk-keyboards';
import { heldChargeCard } from '../../src/telegram/payment-cards';
import { modelsCard } from '../../src/telegram/studio-cards';
import { tokens } from '../../src/domain/tokens';
import { createTexts, languages } from '../../src/texts/texts';

const texts = createTexts();
const en = texts('en');

test('the news of a held charge leads to the decision about it', () => {
  const price = { amountMinor: 249n, currency: 'USD' } as const;
  const held = { system: 'card', chargeId: 'TR-778', paymentId: 'p1' };
  for (const language of languages) {
    const card = heldChargeCard({ ...held, language, heldFor: 'underpaid', paid: price, price });
    const [open] = card.keyboard?.inline_keyboard.flat() ?? [];
    expect(unpackCallback(open?.callback_data)).toEqual({ type: 'held', held: heldKey(held) });
  }
});

const labels = (keyboard: InlineKeyboard) =>
  keyboard.inline_keyboard.map((row) => row.map((button) => button.text));
const actions = (keyboard: InlineKeyboard) =>
  keyboard.inline_keyboard.flat().map((button) => unpackCallback(button.callback_data)?.type);

describe.each(languages)('in %s', (language) => {
  const t = texts(language);

  test('the main menu leads to every part of the bot', () => {
    expect(actions(mainMenuKeyboard(t))).toEqual([
      ...[
        'create',
        'create',
        'templates',
        'balance',
        'buy',
        'daily',
        'ref',
        'history',
        'help',
        'languages',
      ],
    ]);
  });

  test('a result can be made again, varied, used, reported and left', () => {
    expect(actions(resultKeyboard(t, 'g'))).toEqual([
      ...['gen:again', 'gen:vary', 'gen:use', 'gen:report', 'menu'],
    ]);
  });

  test('every style and the own words can be chosen, or none', () => {
    const styles = ['style', 'style', 'style', 'style', 'style', 'words'];
    const only = stylesKeyboard(t, { morePhotos: false, video: false });
    expect(actions(only)).toEqual([...styles, 'draft:cancel']);
    const all = stylesKeyboard(t, { morePhotos: true, video: true });
    expect(actions(all)).toEqual([...styles, 'photo:more', 'as', 'draft:cancel']);
  });

  test('commands are as Telegram wants them', () => {
    for (const { command, description } of adminCommands(t)) {
      expect(command).toMatch(/^[a-z0-9_]{1,32}$/);
      expect(description.length).toBeGreaterThan(2);
      expect(description.length).toBeLessThanOrEqual(256);
    }
  });
});

test('only administrators are offered refunds', () => {
  const names = (commands: { command: string }[]) => commands.map(({ command }) => command);
  expect(names(personCommands(en))).not.toContain('refund');
  expect(names(adminCommands(en))).toContain('refund');
});

test('languages name themselves in every language', () => {
  const [first, second] = languages.map((each) => labels(languageKeyboard(texts(each)))[0]);
  expect(first).toEqual(second);
});

test('models show their price, unescaped, under what they are good for', () => {
  const words = { en: 'Draw & Co', ru: 'Рис' };
  const model = { slug: 'm', name: words, description: words, priceTokens: 1n };
  const { text, keyboard } = modelsCard(en, [model]);
  expect(keyboard && labels(keyboard)[0]).toEqual(['Draw & Co · 1 token']);
  expect(text).toContain('Draw &amp; Co');
  const inRussian = modelsCard(texts('ru'), [model]).keyboard;
  expect(inRussian && labels(inRussian)[0]).toEqual(['Рис · 1 токен']);
});

test('packs show their price in the currency they are paid in, or cheaper by a code', () => {
  const offers = (minor: bigint) => [{ packTokens: tokens(200n), amountMinor: minor }];
  const stars = { system: 'stars', currency: 'XTR' as const, hasCustom: false };
  expect(labels(shelfKeyboard(en, { ...stars, offers: offers(1220n) }))[0]).toEqual([
    '200 tokens · ⭐ 1,220',
  ]);
  const roubles = { system: 'card', currency: 'RUB' as const, hasCustom: true };
  const keyboard = shelfKeyboard(texts('ru'), { ...roubles, offers: offers(19_950n) });
  expect(labels(keyboard)[0]).toEqual(['200 токенов · 199,50\u00a0₽']);
  expect(actions(keyboard)).toEqual(['buy:offer', 'buy:custom', 'promo', 'menu']);
});

test('the Mini App is offered first, and not at all where Telegram cannot reach it', () => {
  const app = 'https://bot.example/app/';
  const shelf = { system: 'stars', currency: 'XTR' as const, hasCustom: false, offers: [] };
  for (const make of [
    (address?: string) => methodsKeyboard(en, { systems: ['stars'], app: address }),
    (address?: string) => shelfKeyboard(en, { ...shelf, app: address }),
  ]) {
    expect(make(app).inline_keyboard[0]).toMatchObject([{ web_app: { url: app } }]);
    expect(
      make()
        .inline_keyboard.flat()
        .filter((button) => 'web_app' in button),
    ).toEqual([]);
  }
});

test('the confirm button says the price and names the draft', () => {
  const keyboard = confirmKeyboard(en, { draftId: 'd-1', priceTokens: 5n });
  const [confirm] = keyboard.inline_keyboard.flat();
  expect(confirm?.text).toContain('5 tokens');
  expect(unpackCallback(confirm?.callback_data)).toEqual({ type: 'confirm', draftId: 'd-1' });
});

test('history turns pages only where there are any', () => {
  const entries = [{ generationId: 'g', label: 'A cat' }];
  const only = historyKeyboard(en, { entries, isFirst: true });
  expect(actions(only)).toEqual(['history:show', 'menu']);
  const middle = historyKeyboard(en, { entries, isFirst: false, olderCursor: 'c' });
  expect(actions(middle)).toEqual(['history:show', 'history', 'history:page', 'menu']);
});
