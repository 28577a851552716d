/** The commands Telegram lists under the menu button. */
import type { TelegramBotCommand } from '@gramio/types/objects';
import type { Translate } from '../texts/texts';

const personCommandNames = [
  'start',
  'templates',
  'buy',
  'pay',
  'balance',
  'daily',
  'promo',
  'ref',
  'history',
  'cancel',
  'language',
  'help',
  'terms',
  'paysupport',
  'privacy',
] as const;
const adminCommandNames = [
  'refund',
  'stats',
  'models',
  'ab',
  'providers',
  'userinfo',
  'addtokens',
  'ban',
  'unban',
  'packs',
  'card',
  'held',
  'byhand',
] as const;

type CommandName = (typeof personCommandNames)[number] | (typeof adminCommandNames)[number];

/** What everybody sees. */
export function personCommands(t: Translate): TelegramBotCommand[] {
  return personCommandNames.map((command) => described(t, command));
}

/** What an administrator sees in their own chat: everything. */
export function adminCommands(t: Translate): TelegramBotCommand[] {
  return [...personCommands(t), ...adminCommandNames.map((command) => described(t, command))];
}

function described(t: Translate, command: CommandName): TelegramBotCommand {
  return { command, description: t.plain(`command.${command}`) };
}
