/** The part of the Bot API's objects, and of the sandbox's people API, which the page shows. */

export type Language = 'ru' | 'en';

export interface Person {
  id: number;
  firstName: string;
  lastName?: string;
  username?: string;
  languageCode: Language;
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

export interface BotCommands {
  default: BotCommand[];
  ru?: BotCommand[];
  en?: BotCommand[];
  /** Commands for one chat only, by chat id; a private chat's id is the person's. */
  perChat?: Record<string, BotCommand[]>;
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

export interface ReplyMarkup extends Partial<ReplyKeyboard> {
  inline_keyboard?: InlineButton[][];
  remove_keyboard?: boolean;
  force_reply?: boolean;
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
  message: { botId: number; message: ChatMessage };
  edit: { botId: number; message: ChatMessage };
  delete: { botId: number; messageId: number };
  action: { botId: number; action: string | null };
  callbackAnswer: {
    botId: number;
    callbackId: string;
    text?: string;
    showAlert?: boolean;
    url?: string;
  };
  balance: { stars: number };
  checkout: CheckoutResult & { botId: number; messageId: number };
  commands: { botId?: number };
  refund: { botId: number; amount?: number; stars?: number };
}

export type PersonEvent = {
  [Name in keyof PersonEvents]: { name: Name; data: PersonEvents[Name] };
}[keyof PersonEvents];
