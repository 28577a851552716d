import type { LedgerHistoryRow } from '../../storage/ledger-store';
import { buyKeyboard } from '../../telegram/keyboards';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { feature, onAction, onCommand, type Feature } from '../routes';

const MOVEMENTS_SHOWN = 8;
/** Some of them are not shown. */
const MOVEMENTS_READ = 16;

export function balanceFeature(): Feature {
  return feature(onCommand('balance', showBalance), onAction('balance', showBalance));
}

async function showBalance(ctx: BotContext): Promise<void> {
  const { t } = ctx;
  await ctx.answer();
  const { available, held, debt } = await ctx.balance();
  const movements = await latestMovements(ctx);
  const inTokens = (count: bigint) => t.plain('unit.tokens', { count });
  const lines = [
    t('bot.balance.available', { tokens: inTokens(available) }),
    ...(held > 0n ? [t('bot.balance.held', { tokens: inTokens(held) })] : []),
    ...(debt > 0n ? [t('bot.balance.debt', { tokens: inTokens(debt) })] : []),
    ...(movements.length > 0 ? ['', t('bot.balance.history')] : []),
    ...movements.map((movement) => lineOf(ctx, movement)),
  ];
  await ctx.show({ text: lines.join('\n'), keyboard: buyKeyboard(t) });
}

/** A commit spends what a reserve took already: for a person nothing moves. */
async function latestMovements(ctx: BotContext): Promise<LedgerHistoryRow[]> {
  const rows = await ctx.deps.ledger.history(ctx.person.id, { limit: MOVEMENTS_READ });
  return rows.filter(({ operation }) => operation !== 'commit').slice(0, MOVEMENTS_SHOWN);
}

function lineOf(ctx: BotContext, movement: LedgerHistoryRow): string {
  const { operation, createdAt, balanceAfter } = movement;
  const sign = movement.amount > 0n ? '+' : movement.amount < 0n ? '−' : '';
  const amount = movement.amount < 0n ? -movement.amount : movement.amount;
  return ctx.t('bot.balance.line', {
    date: dayOf(createdAt, ctx.person.language),
    what: ctx.t.plain(`bot.operation.${operation}`),
    amount: `${sign}${amount}`,
    after: balanceAfter,
  });
}
