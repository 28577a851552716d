/** The buttons under messages. Pure: texts and data in, Telegram's structure out. */
import type {
  TelegramInlineKeyboardButton,
  TelegramInlineKeyboardMarkup,
} from '@gramio/types/objects';
import { photoStyles, type GenerationKind } from '../domain/generation';
import { languages, type Language, type Translate } from '../texts/texts';
import { packCallback, type CallbackAction } from './callback-data';
import { chosenWords, type ShownOption } from './option-words';

export type InlineKeyboard = TelegramInlineKeyboardMarkup;
type Button = TelegramInlineKeyboardButton;
type ButtonStyle = NonNullable<Button['style']>;

/** Languages name themselves, so that a person lost in the wrong one finds their own. */
const languageNames: Readonly<Record<Language, string>> = { en: '🇬🇧 English', ru: '🇷🇺 Русский' };

/** `app`: where the Mini App is, for whoever knows it. */
export function mainMenuKeyboard(t: Translate, app?: string): InlineKeyboard {
  return rows([
    [
      button(t.plain('keyboard.createImage'), { type: 'create', kind: 'image' }, 'primary'),
      button(t.plain('keyboard.createVideo'), { type: 'create', kind: 'video' }, 'primary'),
    ],
    [button(t.plain('studio.templates'), { type: 'templates' })],
    [
      button(t.plain('keyboard.balance'), { type: 'balance' }),
      button(t.plain('keyboard.buy'), { type: 'buy' }),
    ],
    appRow(t, app),
    [
      button(t.plain('keyboard.daily'), { type: 'daily' }),
      button(t.plain('keyboard.referral'), { type: 'ref' }),
    ],
    [
      button(t.plain('keyboard.history'), { type: 'history' }),
      button(t.plain('keyboard.help'), { type: 'help' }),
    ],
    [button(t.plain('keyboard.language'), { type: 'languages' })],
  ]);
}

/** Only the way back. */
export function menuKeyboard(t: Translate): InlineKeyboard {
  return rows([[menuButton(t)]]);
}

/** The way to more tokens, and the way back. */
export function buyKeyboard(t: Translate): InlineKeyboard {
  return rows([[button(t.plain('keyboard.buy'), { type: 'buy' }, 'success')], [menuButton(t)]]);
}

export function languageKeyboard(t: Translate): InlineKeyboard {
  return rows([
    languages.map((language) => button(languageNames[language], { type: 'lang', language })),
    [menuButton(t)],
  ]);
}

export function stylesKeyboard(
  t: Translate,
  also: { readonly morePhotos: boolean; readonly video: boolean },
): InlineKeyboard {
  const styles = photoStyles.map((style) =>
    button(t.plain(`style.${style}`), { type: 'style', style }),
  );
  const words = button(t.plain('keyboard.words'), { type: 'words' });
  return rows([
    ...inPairs([...styles, words]),
    [...(also.morePhotos ? [anotherPhoto(t)] : []), ...(also.video ? [asKind(t, 'video')] : [])],
    [cancelDraft(t)],
  ]);
}

/** While the bot waits for words or a photo. */
export function draftKeyboard(t: Translate): InlineKeyboard {
  return rows([[cancelDraft(t)]]);
}

/** Choices the person may go back to. */
export interface DraftChanges {
  readonly style: boolean;
  readonly model: boolean;
  readonly morePhotos?: boolean;
  /** What else the same wish may become. */
  readonly kind?: GenerationKind | undefined;
}

export function confirmKeyboard(
  t: Translate,
  draft: {
    readonly draftId: string;
    readonly priceTokens: bigint;
    readonly settings?: readonly ShownOption[] | undefined;
    readonly changes?: DraftChanges | undefined;
  },
): InlineKeyboard {
  const price = t.plain('unit.tokens', { count: draft.priceTokens });
  const label = t.plain('keyboard.confirm', { price });
  const settings = (draft.settings ?? []).filter(({ mayChange }) => mayChange);
  const options = settings.map(({ key, value }) =>
    button(chosenWords(t, key, value), { type: 'option', key }),
  );
  return rows([
    [button(label, { type: 'confirm', draftId: draft.draftId }, 'success')],
    ...inPairs(options),
    [
      ...(draft.changes?.morePhotos ? [anotherPhoto(t)] : []),
      ...(draft.changes?.kind ? [asKind(t, draft.changes.kind)] : []),
    ],
    [
      ...(draft.changes?.style ? [button(t.plain('keyboard.restyle'), { type: 'restyle' })] : []),
      ...(draft.changes?.model ? [button(t.plain('keyboard.remodel'), { type: 'remodel' })] : []),
    ],
    [cancelDraft(t)],
  ]);
}

export function statusKeyboard(t: Translate, generationId: string): InlineKeyboard {
  const stop: CallbackAction = { type: 'gen:cancel', generationId };
  return rows([[button(t.plain('keyboard.cancelGeneration'), stop, 'danger')]]);
}

export function resultKeyboard(t: Translate, generationId: string): InlineKeyboard {
  return rows([
    [
      button(t.plain('keyboard.again'), { type: 'gen:again', generationId }),
      button(t.plain('keyboard.vary'), { type: 'gen:vary', generationId }),
    ],
    [
      button(t.plain('keyboard.use'), { type: 'gen:use', generationId }),
      button(t.plain('keyboard.report'), { type: 'gen:report', generationId }),
    ],
    [menuButton(t)],
  ]);
}

/** After an ending without a result. */
export function tryAgainKeyboard(t: Translate, generationId: string): InlineKeyboard {
  const again: CallbackAction = { type: 'gen:again', generationId };
  return rows([[button(t.plain('keyboard.tryAgain'), again)], [menuButton(t)]]);
}

/** Under an invoice outside the chat: the page to pay on, and "look now". */
export function payKeyboard(
  t: Translate,
  invoice: {
    readonly paymentId: string;
    readonly price: string;
    readonly payUrl: string | null;
  },
): InlineKeyboard {
  const { paymentId, price, payUrl } = invoice;
  const check = t.plain('pay.button.check');
  return rows([
    payUrl === null ? [] : [{ text: t.plain('pay.button.pay', { price }), url: payUrl }],
    [button(check, { type: 'pay:check', paymentId })],
    [menuButton(t)],
  ]);
}

/** One line of history: a short plain label and the generation it opens. */
export interface HistoryEntry {
  readonly generationId: string;
  readonly label: string;
}

export function historyKeyboard(
  t: Translate,
  page: {
    readonly entries: readonly HistoryEntry[];
    readonly olderCursor?: string | undefined;
    readonly isFirst: boolean;
  },
): InlineKeyboard {
  const entries = page.entries.map(({ generationId, label }) => [
    button(label, { type: 'history:show', generationId }),
  ]);
  const turns = [
    ...(page.isFirst ? [] : [button(t.plain('keyboard.newest'), { type: 'history' })]),
    ...(page.olderCursor === undefined
      ? []
      : [button(t.plain('keyboard.older'), { type: 'history:page', cursor: page.olderCursor })]),
  ];
  return rows([...entries, turns, [menuButton(t)]]);
}

/** What is under way, each with its stop button. */
export function activeKeyboard(t: Translate, entries: readonly HistoryEntry[]): InlineKeyboard {
  const stops = entries.map(({ generationId, label }) => [
    button(label, { type: 'gen:cancel', generationId }, 'danger'),
  ]);
  return rows([...stops, [menuButton(t)]]);
}

/** A button that opens the Mini App; without an address Telegram can reach there is none. */
export function appRow(
  t: Translate,
  app: string | undefined,
): { text: string; web_app: { url: string } }[] {
  return app === undefined ? [] : [{ text: t.plain('topUp.open'), web_app: { url: app } }];
}

/** The way back to the menu. */
export function menuButton(t: Translate): Button {
  return button(t.plain('keyboard.menu'), { type: 'menu' });
}

function anotherPhoto(t: Translate): Button {
  return button(t.plain('studio.another'), { type: 'photo:more' });
}

function asKind(t: Translate, kind: GenerationKind): Button {
  return button(t.plain(kind === 'video' ? 'studio.asVideo' : 'studio.asImage'), {
    type: 'as',
    kind,
  });
}

export function cancelDraft(t: Translate): Button {
  return button(t.plain('keyboard.cancelDraft'), { type: 'draft:cancel' });
}

/** `style` came with Bot API 9.4; older servers and apps ignore fields they do not know. */
export function button(text: string, action: CallbackAction, style?: ButtonStyle): Button {
  const plain: Button = { text, callback_data: packCallback(action) };
  return style === undefined ? plain : { ...plain, style };
}

/** Rows of buttons; empty ones are left out. */
export function rows(buttons: readonly (readonly Button[])[]): InlineKeyboard {
  return { inline_keyboard: buttons.filter((row) => row.length > 0).map((row) => [...row]) };
}

export function inPairs(buttons: readonly Button[]): Button[][] {
  const pairs: Button[][] = [];
  for (let at = 0; at < buttons.length; at += 2) pairs.push(buttons.slice(at, at + 2));
  return pairs;
}
