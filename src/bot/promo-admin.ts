/** The admin's half of /promo: new, list, on, off. */
import { promoCodeOf } from '../domain/promo';
import type { PromoRecord } from '../storage/promo-store';
import type { BotContext } from './context';
import { dayOf } from './day';
import { promoWords, readNewPromo } from './promo-command';

const LISTED = 30;

/** False when what follows the command is not for admins: they use codes like everybody. */
export async function adminPromo(ctx: BotContext, argument: string): Promise<boolean> {
  const match = /^(\S+)(?:\s+([\s\S]*))?$/.exec(argument);
  const word = promoWords.find((each) => each === match?.[1]);
  const rest = match?.[2]?.trim() ?? '';
  switch (word) {
    case undefined:
      return false;
    case 'new':
      await create(ctx, rest);
      return true;
    case 'list':
      await list(ctx);
      return true;
    default:
      await switchCode(ctx, word === 'on', rest);
      return true;
  }
}

async function create(ctx: BotContext, argument: string): Promise<void> {
  const { t, deps } = ctx;
  const wish = readNewPromo(argument);
  if (wish === undefined) {
    await ctx.say({ text: t('bonus.promo.usage') });
    return;
  }
  const promo = await deps.promos.create({ ...wish, actor: actorOf(ctx) });
  await ctx.say({ text: t('bonus.promo.created', { code: promo.code }) });
}

async function switchCode(ctx: BotContext, active: boolean, argument: string): Promise<void> {
  const { t, deps } = ctx;
  const match = /^(\S+)\s+([\s\S]{1,500})$/.exec(argument);
  const code = promoCodeOf(match?.[1] ?? '');
  const reason = match?.[2]?.trim();
  if (code === undefined || reason === undefined) {
    await ctx.say({ text: t('bonus.promo.usage') });
    return;
  }
  await deps.promos.setActive({ code, active, actor: actorOf(ctx), reason });
  await ctx.say({ text: t('bot.admin.done') });
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const promos = await deps.promos.list(LISTED);
  const lines = promos.map((promo) => lineOf(ctx, promo));
  const text = [t('bonus.promo.title'), ...(lines.length === 0 ? [t('bonus.promo.none')] : lines)];
  await ctx.say({ text: text.join('\n') });
}

function lineOf({ t, person }: BotContext, promo: PromoRecord): string {
  const { expiresAt, limitOverall } = promo;
  return t('bonus.promo.line', {
    mark: promo.active ? '🟢' : '⚪️',
    code: promo.code,
    what: t.plain(`bonus.promo.gives.${promo.kind}`, { value: promo.value }),
    used: promo.redemptions,
    most: limitOverall ?? '∞',
    until: expiresAt === null ? '∞' : dayOf(expiresAt, person.language),
  });
}

function actorOf(ctx: BotContext): string {
  return ctx.person.telegramId.toString();
}
