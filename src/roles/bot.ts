/** The bot role: registers commands, then fetches updates, or leaves that to the webhook in the API. */
import { registerCommands } from '../bot/commands';
import { untilTelegramAnswers } from '../bot/patience';
import { runPolling } from '../bot/polling';
import { useWebhook } from '../bot/webhook';
import type { Parts } from './parts';
import { failureOf, type Running } from './running';
import { updateHandler } from './update-handler';

export async function startBot(parts: Parts): Promise<Running> {
  const { telegram, settings, logger } = parts;
  const { adminIds, miniApp } = settings;
  await registerCommands({ telegram, adminIds, appUrl: miniApp.url, logger });
  const stopping = new AbortController();
  // In the background: while Telegram is away, the other roles of this process go on.
  const listening = listen(parts, stopping.signal);
  return {
    failed: failureOf(listening),
    stop: async () => {
      stopping.abort();
      // Why it failed is told by `failed` already.
      await listening.catch(() => undefined);
    },
  };
}

/** Resolves when nothing is left to do here: at once with a webhook, after `signal` when polling. */
async function listen(parts: Parts, signal: AbortSignal): Promise<void> {
  const { telegram, settings, logger } = parts;
  const { publicUrl, webhookSecret } = settings.telegram;
  const patience = { logger, signal };
  if (publicUrl !== undefined && webhookSecret !== undefined) {
    const address = { publicUrl, secret: webhookSecret };
    await untilTelegramAnswers(() => useWebhook(telegram, address), patience);
    return;
  }
  await untilTelegramAnswers(() => telegram.deleteWebhook(), patience);
  await runPolling({ telegram, handleUpdate: updateHandler(parts), logger }, signal);
}
