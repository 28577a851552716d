/** The part of the Bot API's objects, and of the sandbox's people API, which the page shows. */

export type Language = 'ru' | 'en';
export type Theme = 'light' | 'dark';

export interface Person {
  id: number;
  firstName: string;
  lastName?: string;
  username?: string;
  /** As in the Bot API: 'ru', 'en', 'pt-br'… */
  languageCode: string;
  /** Whole Stars in this person's sandbox wallet. */
  stars: number;
  isAdmin: boolean;
  /** Ids of the bots this person has blocked. */
  blocked: number[];
}

export interface BotCommand {
  command: string;
  description: string;
}

/** Lists of commands by language code, and under 'default' the one for all other languages. */
export type CommandsByLanguage = Partial<Record<string, BotCommand[]>>;

export interface BotCommands {
  everybody: CommandsByLanguage;
  /** Commands for one chat only, by chat id; a private chat's id is the person's. */
  perChat: Partial<Record<string, CommandsByLanguage>>;
}

export interface MenuButton {
  type: 'default' | 'commands' | 'web_app';
  text?: string;
  web_app?: { url: string };
}

export interface Bot {
  id: number;
  name: string;
  username: string;
  /** What an empty chat says about the bot; may be empty. */
  description?: string;
  commands: BotCommands;
  menuButton?: MenuButton | null;
}

export interface MessageEntity {
  type: string;
  /** In UTF-16 code units, as JavaScript counts. */
  offset: number;
  length: number;
  url?: string;
  language?: string;
  unix_time?: number;
}

export interface InlineButton {
  text: string;
  callback_data?: string;
  url?: string;
  web_app?: { url: string };
  login_url?: { url: string };
  copy_text?: { text: string };
  switch_inline_query_current_chat?: string;
  pay?: boolean;
  style?: 'danger' | 'success' | 'primary';
}

export interface KeyboardButton {
  text: string;
  web_app?: { url: string };
  style?: 'danger' | 'success' | 'primary';
}

export interface ReplyKeyboard {
  keyboard: (KeyboardButton | string)[][];
  resize_keyboard?: boolean;
  one_time_keyboard?: boolean;
  input_field_placeholder?: string;
}

export interface ReplyMarkup {
  inline_keyboard?: InlineButton[][];
}

export interface Invoice {
  title: string;
  description: string;
  currency: string;
  total_amount: number;
}

export interface Payment {
  currency: string;
  total_amount: number;
  invoice_payload: string;
  telegram_payment_charge_id: string;
}

export interface ChatFile {
  kind: 'photo' | 'video' | 'document';
  url: string;
  fileName?: string;
  mime?: string;
  width?: number;
  height?: number;
  size?: number;
}

export interface ChatMessage {
  message_id: number;
  /** Unix seconds. */
  date: number;
  edit_date?: number;
  fromBot: boolean;
  edited?: boolean;
  text?: string;
  entities?: MessageEntity[];
  caption?: string;
  caption_entities?: MessageEntity[];
  show_caption_above_media?: boolean;
  has_media_spoiler?: boolean;
  media_group_id?: string;
  animation?: unknown;
  reply_to_message?: Omit<ChatMessage, 'fromBot' | 'files'> & { from?: { is_bot?: boolean } };
  reply_markup?: ReplyMarkup;
  invoice?: Invoice;
  invoiceState?: 'open' | 'paid';
  successful_payment?: Payment;
  refunded_payment?: Payment;
  web_app_data?: { button_text: string };
  pinned_message?: unknown;
  files?: ChatFile[];
}

/** A text the bot is still writing. */
export interface Draft {
  draftId: number;
  text: string;
  entities?: MessageEntity[];
}

export interface Chat {
  messages: ChatMessage[];
  action?: string | null;
  keyboard?: ReplyKeyboard | null;
}

export interface CheckoutResult {
  state: 'checking' | 'paid' | 'failed';
  error?: string;
}

/** What the server pushes to one person's page, by the event's name. */
export interface PersonEvents {
  message: {
    botId: number;
    message: ChatMessage;
    /** The reply keyboard from this message on; null takes it away, absent leaves it. */
    keyboard?: ReplyKeyboard | null;
    /** The bot waits for an answer to this very message. */
    forceReply?: boolean;
  };
  edit: { botId: number; message: ChatMessage };
  delete: { botId: number; messageId: number };
  action: { botId: number; action: string };
  draft: Draft & { botId: number };
  callbackAnswer: {
    botId: number;
    callbackId: string;
    text?: string;
    showAlert?: boolean;
  };
  balance: { stars: number };
  checkout: CheckoutResult & { botId: number; messageId: number };
  commands: { botId: number };
}

export type PersonEvent = {
  [Name in keyof PersonEvents]: { name: Name; data: PersonEvents[Name] };
}[keyof PersonEvents];
