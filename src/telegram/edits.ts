/** What happens to messages that are there already, and the line above the chat. */
import { AppError } from '../domain/errors';
import type { BotApi } from './bot-api';
import { textOf } from './card-fields';
import type { Card, EditOutcome, TelegramClient } from './client';
import { restingWhenAsked, type Limits } from './limits';

type Edits = Pick<TelegramClient, 'editText' | 'editProgress' | 'deleteMessage' | 'sendChatAction'>;

const notModified = /message is not modified/i;
const notEditable = /message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i;
const notDeletable = /message to delete not found|message can't be deleted|MESSAGE_ID_INVALID/i;

export function createEdits(api: BotApi, limits: Limits): Edits {
  async function edit(chatId: bigint, messageId: bigint, card: Card): Promise<EditOutcome> {
    const params = { chat_id: Number(chatId), message_id: Number(messageId), ...textOf(card) };
    try {
      await restingWhenAsked(limits, chatId, () => api.call('editMessageText', params));
      return 'edited';
    } catch (error) {
      if (isRefused(error, notModified)) return 'same';
      if (isRefused(error, notEditable)) return 'gone';
      throw error;
    }
  }

  return {
    async editText(chatId, messageId, card) {
      await limits.turn(chatId);
      return edit(chatId, messageId, card);
    },
    async editProgress(chatId, messageId, card) {
      if ((await limits.turn(chatId, { droppable: true })) === 'dropped') return 'same';
      try {
        return await edit(chatId, messageId, card);
      } catch (error) {
        if (error instanceof AppError && error.code === 'TELEGRAM_BUSY') return 'same';
        throw error;
      }
    },
    async deleteMessage(chatId, messageId) {
      const message = { chat_id: Number(chatId), message_id: Number(messageId) };
      try {
        await api.call('deleteMessage', message);
      } catch (error) {
        if (!isRefused(error, notDeletable)) throw error;
      }
    },
    async sendChatAction(chatId, action) {
      try {
        await api.call('sendChatAction', { chat_id: Number(chatId), action });
      } catch (error) {
        if (error instanceof AppError && error.code === 'PERSON_UNREACHABLE') throw error;
      }
    },
  };
}

function isRefused(error: unknown, description: RegExp): boolean {
  return (
    error instanceof AppError &&
    error.code === 'TELEGRAM_REFUSED' &&
    description.test(error.message)
  );
}
