/** Everything Easel says to Telegram goes through this client. */
import type { Update } from 'telegraf/types';
import type { TelegramBotCommand, TelegramBotCommandScope } from '@gramio/types/objects';
import type { Language } from '../texts/texts';
import type { InlineKeyboard } from './keyboards';

/** What a message says: Telegram HTML and the buttons under it. */
export interface Card {
  readonly text: string;
  readonly keyboard?: InlineKeyboard;
}

/** A file sent from memory. */
export interface Upload {
  readonly bytes: Buffer;
  readonly filename: string;
  readonly mediaType: string;
}

/** A file to send: its bytes, or the id Telegram gave it for this bot before. */
export type OutgoingFile = Upload | { readonly fileId: string };

export interface SentMessage {
  readonly messageId: bigint;
}

export interface SentFile extends SentMessage {
  /** Sends the same file again without uploading it; undefined when Telegram named none. */
  readonly fileId: string | undefined;
}

/** 'same': there was nothing to change. 'gone': the message was deleted or is too old to edit. */
export type EditOutcome = 'edited' | 'same' | 'gone';

/** An invoice in Stars, which have no fractions. `payload` comes back with the payment. */
export interface StarsInvoice {
  /** 1-32 characters. */
  readonly title: string;
  /** 1-255 characters. */
  readonly description: string;
  /** 1-128 bytes. */
  readonly payload: string;
  readonly priceLabel: string;
  readonly stars: bigint;
}

/** One movement of Stars as Telegram lists it. A refund carries the id of its charge. */
export interface StarTransaction {
  readonly chargeId: string;
  readonly kind: 'charge' | 'refund';
  readonly stars: bigint;
  readonly at: Date;
  /** The payload of the invoice, when there was one. */
  readonly payload?: string;
}

/** A part of Telegram's list of all Stars that moved. */
export interface StarPage {
  /** Payments of people and their refunds; withdrawals, gifts and adverts are left out. */
  readonly transactions: readonly StarTransaction[];
  /** How many Telegram listed, those that are left out too: less than asked for is the end. */
  readonly listed: number;
  /** When the first of those moved. */
  readonly beginsAt?: Date;
}

export interface BotCommands {
  readonly commands: readonly TelegramBotCommand[];
  readonly scope?: TelegramBotCommandScope;
  readonly language?: Language;
}

/** What is shown at the top of a chat while something is being made; it fades after 5 seconds. */
export type ChatAction =
  'typing' | 'upload_photo' | 'upload_video' | 'record_video' | 'upload_document';

/**
 * Throws only AppError. Not done and worth repeating: TELEGRAM_BUSY (`retryAfterMs` when Telegram
 * said how long). Not done and final: PERSON_UNREACHABLE, TELEGRAM_REFUSED. Perhaps done, so never
 * repeat blindly: OUTCOME_UNKNOWN, thrown by send* and refundStarPayment only; calls that may be
 * repeated without harm are repeated inside.
 */
export interface TelegramClient {
  sendText(chatId: bigint, card: Card): Promise<SentMessage>;
  editText(chatId: bigint, messageId: bigint, card: Card): Promise<EditOutcome>;
  /** An edit that soon is out of date: it counts as 'same' when it would wait more than a moment. */
  editProgress(chatId: bigint, messageId: bigint, card: Card): Promise<EditOutcome>;
  /** A message that is gone already counts as deleted. */
  deleteMessage(chatId: bigint, messageId: bigint): Promise<void>;
  sendPhoto(chatId: bigint, file: OutgoingFile, caption?: Card): Promise<SentFile>;
  sendVideo(chatId: bigint, file: OutgoingFile, caption?: Card): Promise<SentFile>;
  sendDocument(chatId: bigint, file: OutgoingFile, caption?: Card): Promise<SentFile>;
  /** An ornament: skipped when Telegram is busy, and only PERSON_UNREACHABLE is thrown. */
  sendChatAction(chatId: bigint, action: ChatAction): Promise<void>;
  /** Too late counts as answered: Telegram only shows a spinner for a while. */
  answerCallback(callbackId: string, text?: string): Promise<void>;
  /** Within 10 seconds of the query, or Telegram drops the payment (TELEGRAM_REFUSED). */
  answerPreCheckout(
    queryId: string,
    answer: { readonly ok: true } | { readonly ok: false; readonly message: string },
  ): Promise<void>;
  sendInvoice(chatId: bigint, invoice: StarsInvoice): Promise<SentMessage>;
  /** The same as an address that a Mini App opens: "https://t.me/$slug". Nothing is sent. */
  createInvoiceLink(invoice: StarsInvoice): Promise<string>;
  /** Gives a whole charge back. One that was given back before counts as done. */
  refundStarPayment(telegramId: bigint, chargeId: string): Promise<void>;
  /** Oldest first; `limit` up to 100. */
  starTransactions(offset: number, limit: number): Promise<StarPage>;
  /** Throws FILE_TOO_LARGE above `bytesMax`, and above the 20 MB Telegram lets bots download. */
  download(fileId: string, bytesMax: number): Promise<Buffer>;
  getMe(): Promise<{ readonly id: bigint; readonly username: string }>;
  /** Long poll. Empty when nothing came or `signal` aborted. */
  getUpdates(poll: {
    readonly offset: number;
    readonly timeoutSeconds: number;
    readonly signal?: AbortSignal;
  }): Promise<readonly Update[]>;
  setWebhook(webhook: { readonly url: string; readonly secret: string }): Promise<void>;
  deleteWebhook(): Promise<void>;
  setMyCommands(commands: BotCommands): Promise<void>;
  /** The button beside the input of every chat; undefined brings back the list of commands. */
  setMenuButton(app: { readonly text: string; readonly url: string } | undefined): Promise<void>;
}
