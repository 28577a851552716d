/** What Telegram shows beside the input: the button of the Mini App, and the list of commands. */
import type { TelegramClient } from '../telegram/client';
import { adminCommands, personCommands } from '../telegram/commands';
import { createTexts, languages, type Language } from '../texts/texts';
import type { BotLogger } from './deps';

export interface CommandsDeps {
  readonly telegram: Pick<TelegramClient, 'setMyCommands' | 'setMenuButton'>;
  readonly adminIds: readonly string[];
  /** Where the Mini App is. */
  readonly appUrl: string | undefined;
  readonly logger: BotLogger;
}

interface AdminCommandsDeps {
  readonly telegram: Pick<TelegramClient, 'setMyCommands'>;
  readonly logger: BotLogger;
}

/** Shown to people whose language we do not speak. */
const fallbackLanguage: Language = 'en';

/**
 * Everybody's commands, and more in each admin's chat. Never fails: the list is a convenience, and
 * Telegram refuses the chat of an admin who has not met the bot yet.
 */
export async function registerCommands(deps: CommandsDeps): Promise<void> {
  const { telegram, adminIds, logger } = deps;
  const texts = createTexts();
  await registerMenuButton(deps);
  try {
    await telegram.setMyCommands({ commands: personCommands(texts(fallbackLanguage)) });
    for (const language of languages) {
      await telegram.setMyCommands({ commands: personCommands(texts(language)), language });
    }
  } catch (error) {
    logger.warn({ err: error }, 'The list of commands could not be registered');
  }
  for (const id of adminIds) await registerAdminCommands({ telegram, logger }, id);
}

/** Also tells Telegram when there is no Mini App any more: it keeps the button for ever otherwise. */
async function registerMenuButton({ telegram, appUrl, logger }: CommandsDeps): Promise<void> {
  const texts = createTexts();
  const words = languages.map((language) => texts(language).plain('topUp.menuButton'));
  try {
    await telegram.setMenuButton(
      appUrl === undefined ? undefined : { text: words.join(' · '), url: appUrl },
    );
  } catch (error) {
    logger.warn({ err: error }, 'The button of the Mini App could not be registered');
  }
}

/** Also called when an admin presses Start: before that, Telegram knows no chat to register for. */
export async function registerAdminCommands(
  { telegram, logger }: AdminCommandsDeps,
  adminId: string,
): Promise<void> {
  const texts = createTexts();
  const scope = { type: 'chat' as const, chat_id: Number(adminId) };
  try {
    await telegram.setMyCommands({ commands: adminCommands(texts(fallbackLanguage)), scope });
    for (const language of languages) {
      await telegram.setMyCommands({ commands: adminCommands(texts(language)), scope, language });
    }
  } catch (error) {
    logger.info({ err: error }, 'The commands of an admin could not be registered');
  }
}
