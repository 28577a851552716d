/** The bot role: registers commands, then fetches updates, or leaves that to the webhook in the API. */
import { registerCommands } from '../bot/commands';
import { runPolling } from '../bot/polling';
import { useWebhook } from '../bot/webhook';
import type { Parts } from './parts';
import { failureOf, type Running } from './running';
import { updateHandler } from './update-handler';

export async function startBot(parts: Parts): Promise<Running> {
  const { telegram, settings, logger } = parts;
  await registerCommands({ telegram, adminIds: settings.adminIds, logger });
  const { publicUrl, webhookSecret } = settings.telegram;
  if (publicUrl !== undefined && webhookSecret !== undefined) {
    await useWebhook(telegram, { publicUrl, secret: webhookSecret });
    return { failed: new Promise<never>(() => undefined), stop: () => Promise.resolve() };
  }
  await telegram.deleteWebhook();
  const stopping = new AbortController();
  const polling = runPolling(
    { telegram, handleUpdate: updateHandler(parts), logger },
    stopping.signal,
  );
  return {
    failed: failureOf(polling),
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
}
