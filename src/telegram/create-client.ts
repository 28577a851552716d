/** The Telegram client on top of telegraf's wire. */
import { createBotApi, type BotApiOptions } from './bot-api';
import type { TelegramClient } from './client';
import { createConnection } from './connection';
import { createEdits } from './edits';
import { createDownload } from './files';
import { createLimits } from './limits';
import { createPayments } from './payments';
import { createSends } from './sends';

/** `messagesPerSecond`: over all chats, for this process. */
export function createTelegramClient(
  options: BotApiOptions & { readonly messagesPerSecond: number },
): TelegramClient {
  const api = createBotApi(options);
  const limits = createLimits(options);
  return {
    ...createSends(api, limits),
    ...createEdits(api, limits),
    ...createPayments(api),
    ...createConnection(api),
    download: createDownload(api, options),
  };
}
