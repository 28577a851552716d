import type { Card, OutgoingFile } from '../telegram/client';
import type { Translate } from '../texts/texts';
import type { BotDeps } from './deps';

/** A picture or file that goes with a message. */
export interface Attachment {
  readonly kind: 'photo' | 'document';
  readonly file: OutgoingFile;
}

/** Tells every admin who can be reached, each in their language. Never fails. */
export async function tellAdmins(
  { settings, persons, telegram, texts, logger }: BotDeps,
  card: (t: Translate) => Card,
  attachment?: Attachment,
): Promise<void> {
  for (const id of settings.adminIds) {
    try {
      const admin = await persons.byTelegramId(BigInt(id));
      // Who never met the bot cannot get a message from it.
      if (admin === null) continue;
      await telegram.sendText(admin.telegramId, card(texts(admin.language)));
      if (attachment?.kind === 'photo') await telegram.sendPhoto(admin.telegramId, attachment.file);
      if (attachment?.kind === 'document')
        await telegram.sendDocument(admin.telegramId, attachment.file);
    } catch (error) {
      logger.warn({ err: error }, 'An admin could not be told');
    }
  }
}
