import { AppError } from '../domain/errors';
import { tokens, type Tokens } from '../domain/tokens';
import type { BotContext } from './context';

/** Gives the welcome tokens, once in a lifetime; returns what was given now, if anything. */
export async function giveWelcome(ctx: BotContext): Promise<Tokens | undefined> {
  const amount = tokens(ctx.deps.settings.welcomeTokens);
  if (amount === 0n) return undefined;
  try {
    const { applied } = await ctx.deps.ledger.credit({
      personId: ctx.person.id,
      amount,
      key: `welcome:${ctx.person.id}`,
      operation: 'bonus',
      reference: 'welcome',
    });
    return applied ? amount : undefined;
  } catch (error) {
    // Given before the owner changed the amount.
    if (error instanceof AppError && error.code === 'IDEMPOTENCY_CONFLICT') return undefined;
    throw error;
  }
}
