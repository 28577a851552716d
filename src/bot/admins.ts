import type { Card } from '../telegram/client';
import type { Translate } from '../texts/texts';
import type { BotDeps } from './deps';

/** Tells every admin who can be reached, each in their language. Never fails. */
export async function tellAdmins(
  { settings, persons, telegram, texts, logger }: BotDeps,
  card: (t: Translate) => Card,
): Promise<void> {
  for (const id of settings.adminIds) {
    try {
      const admin = await persons.byTelegramId(BigInt(id));
      // Who never met the bot cannot get a message from it.
      if (admin !== null) await telegram.sendText(admin.telegramId, card(texts(admin.language)));
    } catch (error) {
      logger.warn({ err: error }, 'An admin could not be told');
    }
  }
}
