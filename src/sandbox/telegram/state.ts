import type {
  TelegramBotCommand,
  TelegramInlineKeyboardMarkup,
  TelegramMenuButton,
  TelegramMessage,
  TelegramReplyKeyboardMarkup,
  TelegramStarTransaction,
  TelegramUpdate,
} from '@gramio/types';
import { openJournal, type Journal, type Table } from '../journal';

/** What a bot says about itself in one language; '' is the default language. */
export interface BotTexts {
  readonly name?: string;
  readonly description?: string;
  readonly shortDescription?: string;
}

export interface WebhookRow {
  readonly url: string;
  readonly secret: string;
  readonly maxConnections: number;
  readonly ipAddress?: string;
}

export interface BotRow {
  readonly id: number;
  readonly token: string;
  readonly username: string;
  readonly texts: Readonly<Record<string, BotTexts>>;
  readonly webhook?: WebhookRow;
  /** Absent: the default set of update kinds. */
  readonly allowedUpdates?: readonly string[];
}

export interface PersonRow {
  readonly id: number;
  readonly firstName: string;
  readonly lastName?: string;
  readonly username?: string;
  readonly languageCode: string;
  readonly stars: number;
  readonly isAdmin: boolean;
  readonly blocked: readonly number[];
}

export interface ChatRow {
  readonly botId: number;
  readonly personId: number;
  /** The keyboard which replaces the person's own, as the last bot message left it. */
  readonly keyboard?: TelegramReplyKeyboardMarkup;
}

export interface Invoice {
  readonly title: string;
  readonly description: string;
  readonly payload: string;
  readonly currency: string;
  readonly amount: number;
  readonly subscriptionPeriod?: number;
}

export interface MessageRow {
  readonly message: TelegramMessage;
  readonly fromBot: boolean;
  readonly edited?: boolean;
  readonly invoice?: Invoice;
  readonly paid?: boolean;
  /** Messages that brought a reply keyboard can't be edited. */
  readonly hasReplyKeyboard?: boolean;
}

export type FileKind =
  'photo' | 'video' | 'animation' | 'document' | 'audio' | 'voice' | 'sticker' | 'thumbnail';

export interface FileRow {
  readonly uniqueId: string;
  readonly kind: FileKind;
  readonly mime: string;
  readonly size: number;
  readonly fileName?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
  /** Unique ids of the smaller pictures of a photo, smallest first, this one included. */
  readonly sizes?: readonly string[];
  readonly thumbnail?: string;
}

export interface UpdateRow {
  readonly update: TelegramUpdate;
  /** Updates of one queue are delivered one after another. */
  readonly queue: string;
  readonly expiresAt: number;
  /** Set by the fault script: deliver this many times more after it was confirmed. */
  readonly repeats?: number;
  /** Set by the fault script: waits for a later update to overtake it, at most until then. */
  readonly heldUntil?: number;
  /** An update out of its order counts as confirmed only once it was delivered. */
  readonly outOfOrder?: boolean;
}

export interface CallbackRow {
  readonly id: string;
  readonly botId: number;
  readonly personId: number;
  readonly createdAt: number;
  readonly answered: boolean;
}

export type CheckoutState = 'checking' | 'approved' | 'paid' | 'failed';

export interface CheckoutRow {
  readonly id: string;
  readonly botId: number;
  readonly personId: number;
  readonly messageId?: number;
  readonly invoice: Invoice;
  readonly expiresAt: number;
  readonly state: CheckoutState;
  readonly error?: string;
}

export interface ChargeRow {
  readonly id: string;
  readonly botId: number;
  readonly personId: number;
  readonly providerChargeId: string;
  readonly invoice: Invoice;
  readonly refunded: boolean;
  readonly subscriptionCancelled?: boolean;
}

export interface InvoiceLinkRow {
  readonly botId: number;
  readonly invoice: Invoice;
}

/** Everything the sandbox remembers over a restart. */
export interface State {
  transact: Journal['transact'];
  close: Journal['close'];
  readonly bots: Table<BotRow>;
  readonly people: Table<PersonRow>;
  readonly chats: Table<ChatRow>;
  readonly files: Table<FileRow>;
  /** `file_path` of getFile → file_unique_id. */
  readonly filePaths: Table<string>;
  readonly callbacks: Table<CallbackRow>;
  readonly checkouts: Table<CheckoutRow>;
  readonly charges: Table<ChargeRow>;
  readonly invoiceLinks: Table<InvoiceLinkRow>;
  readonly commands: Table<readonly TelegramBotCommand[]>;
  readonly menuButtons: Table<TelegramMenuButton>;
  /** Mini App sessions opened with a query id → person and bot. */
  readonly webAppQueries: Table<{ readonly botId: number; readonly personId: number }>;
  messages(botId: number, personId: number): Table<MessageRow>;
  updates(botId: number): Table<UpdateRow>;
  transactions(botId: number): Table<TelegramStarTransaction>;
  /** The next number of a sequence, starting at 1 and never repeated. */
  next(sequence: string): number;
}

export function openState(path: string): State {
  const journal = openJournal(path);
  const counters = journal.table<number>('counters');
  const cached = new Map<string, Table<unknown>>();
  function table<Row>(name: string): Table<Row> {
    let found = cached.get(name);
    if (!found) cached.set(name, (found = journal.table<unknown>(name)));
    return found as Table<Row>;
  }
  return {
    transact: journal.transact,
    close: journal.close,
    bots: table('bots'),
    people: table('people'),
    chats: table('chats'),
    files: table('files'),
    filePaths: table('filePaths'),
    callbacks: table('callbacks'),
    checkouts: table('checkouts'),
    charges: table('charges'),
    invoiceLinks: table('invoiceLinks'),
    commands: table('commands'),
    menuButtons: table('menuButtons'),
    webAppQueries: table('webAppQueries'),
    messages: (botId, personId) => table(`messages:${botId}:${personId}`),
    updates: (botId) => table(`updates:${botId}`),
    transactions: (botId) => table(`transactions:${botId}`),
    next: (sequence) => {
      const value = (counters.get(sequence) ?? 0) + 1;
      counters.set(sequence, value);
      return value;
    },
  };
}

/** The plain object, without the builders that the type of the package allows as well. */
export type InlineKeyboard = Extract<TelegramInlineKeyboardMarkup, { inline_keyboard: unknown }>;

/** People every fresh sandbox starts with, so that a newcomer has somebody to be. */
export const seededPeople: readonly PersonRow[] = [
  { id: 900001, firstName: 'Anna', username: 'anna', languageCode: 'ru', stars: 500 },
  { id: 900002, firstName: 'Ben', username: 'ben', languageCode: 'en', stars: 500 },
  { id: 900003, firstName: 'Chiyo', username: 'chiyo', languageCode: 'en', stars: 0 },
  { id: 900009, firstName: 'Olga', username: 'olga', languageCode: 'ru', stars: 500 },
].map((person) => ({ ...person, isAdmin: person.id === 900009, blocked: [] }));
