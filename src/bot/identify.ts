/** The first steps of every update: where it came from, who it is, whether they may. */
import type { MiddlewareFn } from 'telegraf';
import type { Update } from 'telegraf/types';
import { AppError } from '../domain/errors';
import type { Introduction } from '../storage/person-store';
import { firstCharacters } from '../telegram/excerpt';
import type { TelegramClient } from '../telegram/client';
import type { Language } from '../texts/texts';
import type { BotContext } from './context';
import { createRecentSet } from './recent-set';
import { giveWelcome } from './welcome';

/** As long as Telegram lets a name be. */
const NAME_MAX = 64;

type From = NonNullable<BotContext['from']>;

/** A guess for the one case in which the person's own choice cannot be looked up. */
export function guessLanguage(from: Pick<From, 'language_code'> | undefined): Language {
  return /^(ru|be|uk|kk)\b/.test(from?.language_code ?? '') ? 'ru' : 'en';
}

/** The bot works in private chats; a group is told so once. Payments count wherever they happen. */
export function privateOnly(): MiddlewareFn<BotContext> {
  const told = createRecentSet<number>(1000);
  return async (ctx, next) => {
    const { chat } = ctx;
    if (chat === undefined || isForUs(ctx)) return next();
    if (told.has(chat.id) || !isAddressed(ctx.update)) return;
    told.add(chat.id);
    const t = ctx.deps.texts(guessLanguage(ctx.from));
    await quietly(ctx, (telegram) => telegram.sendText(BigInt(chat.id), { text: t('bot.group') }));
  };
}

function isForUs({ chat, update }: BotContext): boolean {
  return chat === undefined || chat.type === 'private' || carriesMoney(update);
}

/** Being added, a button or a command; not the talk of a group. */
function isAddressed(update: Update): boolean {
  if ('my_chat_member' in update) {
    return ['member', 'administrator'].includes(update.my_chat_member.new_chat_member.status);
  }
  if ('callback_query' in update) return true;
  return 'message' in update && 'text' in update.message && update.message.text.startsWith('/');
}

async function quietly(
  ctx: BotContext,
  call: (telegram: TelegramClient) => Promise<unknown>,
): Promise<void> {
  try {
    await call(ctx.deps.telegram);
  } catch (error) {
    ctx.deps.logger.info({ err: error }, 'A group could not be answered');
  }
}

/** Whom to remember as the update's sender; undefined where nobody has to be. */
export function introductionOf(ctx: BotContext): Introduction | undefined {
  const { from } = ctx;
  // A block or unblock needs no answer, and a bot is not a customer.
  if (from === undefined || from.is_bot || 'my_chat_member' in ctx.update) return undefined;
  if (!isForUs(ctx)) return undefined;
  if (!Number.isSafeInteger(from.id)) throw new TypeError('A person whose id is no number');
  return {
    telegramId: BigInt(from.id),
    firstName: firstCharacters(from.first_name, NAME_MAX),
    ...(from.username === undefined ? {} : { username: from.username }),
    ...(from.language_code === undefined ? {} : { languageCode: from.language_code }),
  };
}

/** Some people write before they press Start. Updates of nobody end here. */
export function greetNew(): MiddlewareFn<BotContext> {
  return async (ctx, next) => {
    if (ctx.sender === undefined) return;
    if (ctx.person.isNew) ctx.welcomed = await giveWelcome(ctx);
    await next();
  };
}

/** What a banned person may still read. */
const openToAll = new Set(['paysupport', 'terms', 'privacy']);

export function refuseBanned(): MiddlewareFn<BotContext> {
  return async (ctx, next) => {
    const isOpen = ctx.command !== undefined && openToAll.has(ctx.command.name);
    if (ctx.person.bannedAt === null || isOpen) return next();
    throw new AppError('BANNED', 'A banned person asked for something');
  };
}

/** Updates that must be looked at whatever else is wrong. */
export function carriesMoney(update: Update): boolean {
  if ('pre_checkout_query' in update) return true;
  if (!('message' in update)) return false;
  return 'successful_payment' in update.message || 'refunded_payment' in update.message;
}
