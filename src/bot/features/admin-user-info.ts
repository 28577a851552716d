import type { Person } from '../../storage/person-store';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

const LISTED = 5;

export function userInfoFeature(): Feature {
  return feature(onAdminCommand('userinfo', userInfo));
}

async function userInfo(ctx: BotContext, argument: string): Promise<void> {
  const { t, deps } = ctx;
  if (!/^\d{1,18}$/.test(argument)) {
    await ctx.say({ text: t('bot.admin.usageUserInfo') });
    return;
  }
  const person = await deps.persons.byTelegramId(BigInt(argument));
  if (person === null) {
    await ctx.say({ text: t('bot.admin.noPerson') });
    return;
  }
  const parts = [
    await about(ctx, person),
    await generationsOf(ctx, person),
    await paymentsOf(ctx, person),
  ];
  await ctx.say({ text: parts.filter((part) => part !== '').join('\n\n') });
}

async function about({ t, deps }: BotContext, person: Person): Promise<string> {
  const { available, held, debt } = await deps.ledger.balance(person.id);
  const lines = [
    t('bot.admin.userName', {
      name: person.firstName,
      username: person.username === null ? '' : `@${person.username}`,
    }),
    t('bot.admin.userIds', {
      id: person.id,
      telegramId: person.telegramId.toString(),
      language: person.language,
    }),
    t('bot.admin.userBalance', { available, held, debt }),
    ...(person.bannedAt === null
      ? []
      : [t('bot.admin.userBanned', { reason: person.banReason ?? '' })]),
  ];
  return lines.join('\n');
}

async function generationsOf({ t, deps }: BotContext, person: Person): Promise<string> {
  const generations = await deps.generations.listByPerson(person.id, { limit: LISTED });
  if (generations.length === 0) return '';
  const lines = generations.map(({ id, status, priceTokens }) =>
    t('bot.admin.userGeneration', {
      id,
      status,
      price: t.plain('unit.tokens', { count: priceTokens }),
    }),
  );
  return [t('bot.admin.userGenerations'), ...lines].join('\n');
}

async function paymentsOf({ t, deps }: BotContext, person: Person): Promise<string> {
  const payments = await deps.payments.listByPerson(person.id, { limit: LISTED });
  if (payments.length === 0) return '';
  const lines = payments.map(({ id, status, packTokens }) =>
    t('bot.admin.userPayment', {
      id,
      status,
      tokens: t.plain('unit.tokens', { count: packTokens }),
    }),
  );
  return [t('bot.admin.userPayments'), ...lines].join('\n');
}
