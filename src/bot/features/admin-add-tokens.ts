import { tokens } from '../../domain/tokens';
import type { Posted } from '../../storage/ledger-store';
import { readAddTokensCommand, type AddTokensCommand } from '../command';
import type { BotContext } from '../context';
import { feature, onAdminCommand, type Feature } from '../routes';

export function addTokensFeature(): Feature {
  return feature(onAdminCommand('addtokens', addTokens));
}

async function addTokens(ctx: BotContext, argument: string): Promise<void> {
  const { t, deps } = ctx;
  const wish = readAddTokensCommand(argument);
  if (wish === undefined) {
    await ctx.say({ text: t('bot.admin.usageAddTokens') });
    return;
  }
  const person = await deps.persons.byTelegramId(wish.telegramId);
  if (person === null) {
    await ctx.say({ text: t('bot.admin.noPerson') });
    return;
  }
  // From the update, so that a repeated command gives nothing twice.
  const id = ctx.newId('a');
  const posted = await deps.ledger.credit({
    personId: person.id,
    amount: tokens(wish.amount),
    key: `admin:${id}`,
    operation: 'admin',
    reference: id,
  });
  await auditOnce(ctx, { id, target: `person:${person.id}`, wish, posted });
  await ctx.say({
    text: t('bot.admin.added', {
      tokens: t.plain('unit.tokens', { count: wish.amount }),
      balance: t.plain('unit.tokens', { count: posted.balance.available }),
    }),
  });
}

interface Given {
  readonly id: string;
  readonly target: string;
  readonly wish: AddTokensCommand;
  readonly posted: Posted;
}

/** A repeat finds the tokens given; the record may still be missing, and must not be there twice. */
async function auditOnce(ctx: BotContext, { id, target, wish, posted }: Given): Promise<void> {
  const { audit } = ctx.deps;
  const outcome = `${wish.amount} tokens, ${id}`;
  if (!posted.applied) {
    const known = await audit.list({ target, limit: 100 });
    if (known.some((row) => row.outcome === outcome)) return;
  }
  await audit.record({
    actor: ctx.person.telegramId.toString(),
    action: 'add_tokens',
    target,
    reason: wish.reason,
    outcome,
  });
}
