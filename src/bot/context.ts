/** What a feature gets with each update: who it is, what they said, and ways to answer. */
import { Context } from 'telegraf';
import type { Message } from 'telegraf/types';
import type { Film } from '../domain/film';
import type { Balance } from '../domain/ledger';
import type { Tokens } from '../domain/tokens';
import type { MetPerson } from '../storage/person-store';
import type { DraftNote, Sender } from '../storage/update-store';
import { unpackCallback, type CallbackAction } from '../telegram/callback-data';
import type { Card } from '../telegram/client';
import type { Translate } from '../texts/texts';
import { readCommand, type Command } from './command';
import type { BotDeps } from './deps';
import { idFromUpdate, type IdPrefix } from './update-id';

export class BotContext extends Context {
  /** Set by createBot for every update. */
  deps!: BotDeps;
  /** Who sent it, as the claim found them; undefined where nobody did who matters. */
  sender: Sender | undefined;
  /** What is written down of the draft together with the update's end. */
  draftNote: DraftNote | undefined;
  /** The photo this update brought, once it is stored; handling may begin anew. */
  keptPhoto: string | undefined;
  /** The same of a film. */
  keptFilm: { readonly assetId: string; readonly film: Film | undefined } | undefined;
  /** The welcome tokens, when this update brought them. */
  welcomed: Tokens | undefined;

  private answered = false;

  /** The person, for everything behind `greetNew`. */
  get person(): MetPerson {
    if (this.sender === undefined) throw new TypeError('Nobody who matters sent this update');
    return this.sender.person;
  }

  /**
   * The person's tokens as they were when the update came, or after the welcome. A feature that moves
   * tokens itself asks the ledger.
   */
  async balance(): Promise<Balance> {
    const { sender } = this;
    if (sender !== undefined && this.welcomed === undefined) return sender.balance;
    return this.deps.ledger.balance(this.person.id);
  }

  /** Texts in the person's language. */
  get t(): Translate {
    return this.deps.texts(this.person.language);
  }

  /** The private chat with the person, which has the person's own id. */
  get chatId(): bigint {
    return this.person.telegramId;
  }

  /** The message the person sent. */
  get sent(): Message | undefined {
    return 'message' in this.update ? this.update.message : undefined;
  }

  /** The text as a slash command, if it is one. */
  get command(): Command | undefined {
    const { sent } = this;
    return sent !== undefined && 'text' in sent ? readCommand(sent.text) : undefined;
  }

  /** The meaning of the pressed button, if it is one of ours. */
  get action(): CallbackAction | undefined {
    const query = this.pressed;
    return query !== undefined && 'data' in query ? unpackCallback(query.data) : undefined;
  }

  /** The message under which the pressed button stands. */
  get pressedMessageId(): bigint | undefined {
    const message = this.pressed?.message;
    return message === undefined ? undefined : BigInt(message.message_id);
  }

  /** A business id that a repeat of this update makes again. */
  newId(prefix: IdPrefix): string {
    return idFromUpdate(prefix, {
      updateId: this.update.update_id,
      botId: this.botInfo.id,
      personId: this.person.id,
    });
  }

  /** Sends a new message. */
  async say(card: Card): Promise<bigint> {
    const { messageId } = await this.deps.telegram.sendText(this.chatId, card);
    return messageId;
  }

  /** Replaces the message of the pressed button; sends a new one when there is no text to replace. */
  async show(card: Card): Promise<bigint> {
    const message = this.pressed?.message;
    if (message === undefined || !('text' in message)) return this.say(card);
    const messageId = BigInt(message.message_id);
    const outcome = await this.deps.telegram.editText(this.chatId, messageId, card);
    return outcome === 'gone' ? this.say(card) : messageId;
  }

  /**
   * Takes the waiting sign off the pressed button, with a short plain notice if there is one. Only
   * the first call counts; false when there is nothing left to answer. Never fails: losing this is
   * no reason to stop.
   */
  async answer(notice?: string): Promise<boolean> {
    const query = this.pressed;
    if (query === undefined || this.answered) return false;
    this.answered = true;
    try {
      await this.deps.telegram.answerCallback(query.id, notice);
    } catch (error) {
      this.deps.logger.info({ err: error }, 'A button press could not be answered');
    }
    return true;
  }

  private get pressed() {
    return 'callback_query' in this.update ? this.update.callback_query : undefined;
  }
}
