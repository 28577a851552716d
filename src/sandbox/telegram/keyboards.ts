import type { TelegramReplyKeyboardMarkup } from '@gramio/types';
import { badRequest } from './api-error';
import { asObject, optionalString, requiredString, type Params } from './params';
import type { InlineKeyboard } from './state';
import { checkedLink } from './text/links';

/** What `reply_markup` asks for; all absent when there was none. */
export interface Markup {
  readonly inline?: InlineKeyboard;
  readonly keyboard?: TelegramReplyKeyboardMarkup;
  readonly removesKeyboard?: boolean;
  readonly forcesReply?: boolean;
}

type Fields = Record<string, unknown>;
type Rows = InlineKeyboard['inline_keyboard'];

const callbackDataBytesMax = 64;
const copyTextLengthMax = 256;
const buttonsMax = 100;
const styles = ['danger', 'success', 'primary'];

function webAppUrl(button: Fields): string {
  const url = requiredString(asObject(button['web_app'], 'web_app must be an Object'), 'url');
  const link = checkedLink(url);
  const isLocal = /^http:\/\/(?:localhost|127\.0\.0\.1)[:/]/.test(link);
  if (!link.startsWith('https://') && !isLocal) {
    throw badRequest(
      `inline keyboard button Web App URL '${url}' is invalid: Only HTTPS links are allowed`,
    );
  }
  return link;
}

function checkUrl(url: string): void {
  if (checkedLink(url) === '') {
    throw badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
  }
}

function checkCallbackData(data: string): void {
  if (Buffer.byteLength(data) > callbackDataBytesMax) throw badRequest('BUTTON_DATA_INVALID');
}

function checkCopyText(button: Fields): void {
  const text = requiredString(asObject(button['copy_text'], 'copy_text must be an Object'), 'text');
  if (text === '' || text.length > copyTextLengthMax) throw badRequest('BUTTON_COPY_TEXT_INVALID');
}

/** Looks at the one field that says what the button does, in the order of the real server. */
function checkAction(button: Fields, allowsPay: boolean): void {
  const url = optionalString(button, 'url');
  const data = optionalString(button, 'callback_data');
  if (url !== '') checkUrl(url);
  else if (data !== '') checkCallbackData(data);
  else if ('pay' in button) {
    if (!allowsPay) throw badRequest('BUTTON_TYPE_INVALID');
  } else if ('web_app' in button) webAppUrl(button);
  else if ('copy_text' in button) checkCopyText(button);
  else if (
    !Object.keys(button).some((field) =>
      /^(switch_inline|login_url|callback_game|disabled)/.test(field),
    )
  ) {
    throw new Error('Text buttons are unallowed in the inline keyboard');
  }
}

function checkInlineButton(value: unknown, allowsPay: boolean): void {
  const button = asObject(value, 'inlineKeyboardButton must be an Object');
  if (requiredString(button, 'text').trim() === '') throw badRequest('BUTTON_TEXT_INVALID');
  const style = optionalString(button, 'style');
  if (style !== '' && !styles.includes(style)) throw new Error('invalid button style specified');
  checkAction(button, allowsPay);
}

function rowsOf(value: unknown, refusal: string): unknown[][] {
  if (!Array.isArray(value)) throw badRequest(refusal);
  if (value.some((row) => !Array.isArray(row))) throw badRequest(refusal);
  return (value as unknown[][]).filter((row) => row.length > 0);
}

function inlineKeyboard(value: unknown, allowsPay: boolean): InlineKeyboard | undefined {
  const rows = rowsOf(
    value,
    'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
  );
  for (const button of rows.flat()) {
    try {
      checkInlineButton(button, allowsPay);
    } catch (error) {
      if (!(error instanceof Error) || error.message.startsWith('Bad Request')) throw error;
      throw badRequest(`Can't parse inline keyboard button: ${error.message}`);
    }
  }
  if (rows.flat().length > buttonsMax) throw badRequest('reply markup is too long');
  return rows.length === 0 ? undefined : { inline_keyboard: rows as Rows };
}

function replyKeyboard(markup: Fields): TelegramReplyKeyboardMarkup | undefined {
  const rows = rowsOf(markup['keyboard'], 'Field "keyboard" must be an Array of Arrays');
  const buttons = rows.map((row) =>
    row.map((button) => {
      if (typeof button === 'string') return { text: button };
      try {
        requiredString(asObject(button, 'KeyboardButton must be a String or an Object'), 'text');
      } catch (error) {
        const reason = error instanceof Error ? error.message : '';
        throw badRequest(`Can't parse keyboard button: ${reason.replace('Bad Request: ', '')}`);
      }
      return button;
    }),
  );
  if (buttons.length === 0) return undefined;
  return { ...markup, keyboard: buttons } as TelegramReplyKeyboardMarkup;
}

/** Reads and checks `reply_markup`; `allowsPay` is for invoices. Throws 400. */
export function readMarkup(params: Params, allowsPay = false): Markup {
  const value = params.json('reply_markup', "Can't parse reply keyboard markup JSON object");
  if (value === undefined || value === null) return {};
  const markup = asObject(value, 'Object expected as reply markup');
  if (markup['keyboard'] !== undefined) {
    const keyboard = replyKeyboard(markup);
    if (keyboard) return { keyboard };
  }
  if (markup['inline_keyboard'] !== undefined) {
    const inline = inlineKeyboard(markup['inline_keyboard'], allowsPay);
    if (inline) return { inline };
  }
  if (markup['remove_keyboard'] === true) return { removesKeyboard: true };
  return markup['force_reply'] === true ? { forcesReply: true } : {};
}

/** Edits take inline keyboards only. */
export function readInlineMarkup(params: Params): InlineKeyboard | undefined {
  const markup = readMarkup(params);
  const isOther = markup.keyboard ?? markup.removesKeyboard ?? markup.forcesReply;
  if (isOther !== undefined) throw badRequest('inline keyboard expected');
  return markup.inline;
}
