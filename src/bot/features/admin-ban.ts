import { readBanCommand } from '../command';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

export function banFeature(): Feature {
  return feature(
    onAdminCommand('ban', (ctx, argument) => decide(ctx, 'ban', argument)),
    onAdminCommand('unban', (ctx, argument) => decide(ctx, 'unban', argument)),
  );
}

async function decide(ctx: BotContext, action: 'ban' | 'unban', argument: string): Promise<void> {
  const { t, deps } = ctx;
  const wish = readBanCommand(argument);
  if (wish === undefined) {
    await ctx.say({ text: t(action === 'ban' ? 'bot.admin.usageBan' : 'bot.admin.usageUnban') });
    return;
  }
  const person = await deps.persons.byTelegramId(wish.telegramId);
  if (person === null) {
    await ctx.say({ text: t('bot.admin.noPerson') });
    return;
  }
  if (action === 'ban') await deps.persons.ban(person.id, wish.reason);
  else await deps.persons.unban(person.id);
  await deps.audit.record({
    actor: ctx.person.telegramId.toString(),
    action,
    target: `person:${person.id}`,
    reason: wish.reason,
    outcome: 'done',
  });
  await ctx.say({ text: t('bot.admin.done') });
}
