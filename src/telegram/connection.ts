/** How the bot is connected: who it is, where updates come from, what its menu lists. */
import type { Update } from 'telegraf/types';
import { AppError } from '../domain/errors';
import type { BotApi } from './bot-api';
import type { TelegramClient } from './client';
import { firstCharacters } from './excerpt';

type Connection = Pick<
  TelegramClient,
  | 'answerCallback'
  | 'getMe'
  | 'getUpdates'
  | 'setWebhook'
  | 'deleteWebhook'
  | 'setMyCommands'
  | 'setMenuButton'
>;

/** Named in full, because Telegram keeps the previous choice when it is left out. */
const allowedUpdates = [
  'message',
  'callback_query',
  'pre_checkout_query',
  'my_chat_member',
] as const;

/** A long poll may answer this much after its own timeout. */
const POLL_GRACE_MS = 15_000;
const CALLBACK_TEXT_MAX = 200;
const tooOld = /query is too old|QUERY_ID_INVALID/i;

export function createConnection(api: BotApi): Connection {
  return {
    async answerCallback(callbackId, text) {
      const words = text === undefined ? {} : { text: firstCharacters(text, CALLBACK_TEXT_MAX) };
      try {
        await api.call('answerCallbackQuery', { callback_query_id: callbackId, ...words });
      } catch (error) {
        const isTooLate = error instanceof AppError && tooOld.test(error.message);
        if (!isTooLate) throw error;
      }
    },
    async getMe() {
      const me = await api.call('getMe', {});
      return { id: BigInt(me.id), username: me.username ?? '' };
    },
    async getUpdates({ offset, timeoutSeconds, signal }) {
      const poll = { offset, timeout: timeoutSeconds, allowed_updates: [...allowedUpdates] };
      try {
        const timeoutMs = timeoutSeconds * 1000 + POLL_GRACE_MS;
        const updates = await api.call('getUpdates', poll, { timeoutMs, signal });
        return updates as unknown as Update[];
      } catch (error) {
        if (signal?.aborted === true) return [];
        throw error;
      }
    },
    async setWebhook({ url, secret }) {
      const allowed = [...allowedUpdates];
      await api.call('setWebhook', { url, secret_token: secret, allowed_updates: allowed });
    },
    async deleteWebhook() {
      await api.call('deleteWebhook', {});
    },
    async setMyCommands({ commands, scope, language }) {
      await api.call('setMyCommands', {
        commands: [...commands],
        ...(scope === undefined ? {} : { scope }),
        ...(language === undefined ? {} : { language_code: language }),
      });
    },
    async setMenuButton(app) {
      const button =
        app === undefined
          ? { type: 'default' as const }
          : { type: 'web_app' as const, text: app.text, web_app: { url: app.url } };
      await api.call('setChatMenuButton', { menu_button: button });
    },
  };
}
