import type { TelegramClient } from '../telegram/client';

/** Where the API takes updates in. */
const WEBHOOK_PATH = '/telegram/webhook';

/** Tells Telegram to send updates to the API. Repeating it is harmless. */
export async function useWebhook(
  telegram: Pick<TelegramClient, 'setWebhook'>,
  address: { readonly publicUrl: string; readonly secret: string },
): Promise<void> {
  const url = `${address.publicUrl.replace(/\/+$/, '')}${WEBHOOK_PATH}`;
  await telegram.setWebhook({ url, secret: address.secret });
}
