/** The Telegram client on top of telegraf's wire. */
import { createBotApi, type BotApiOptions } from './bot-api';
import type { TelegramClient } from './client';
import { createConnection } from './connection';
import { createDownload } from './files';
import { createLimits } from './limits';
import { createMessages } from './messages';
import { createPayments } from './payments';

/** `messagesPerSecond`: over all chats, for this process. */
export function createTelegramClient(
  options: BotApiOptions & { readonly messagesPerSecond: number },
): TelegramClient {
  const api = createBotApi(options);
  return {
    ...createMessages(api, createLimits(options)),
    ...createPayments(api),
    ...createConnection(api),
    download: createDownload(api, options),
  };
}
