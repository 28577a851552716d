/** Around everything: what a failure means for the update, and what the person hears of it. */
import type { MiddlewareFn } from 'telegraf';
import { errorTable, type ErrorCode } from '../domain/errors';
import type { BotContext } from './context';
import { judge } from './failures';
import { carriesMoney, guessLanguage } from './identify';
import type { RecentSet } from './recent-set';

/** `troubled` collects the updates that were given back, so that their person hears of it once. */
export function answerFailures(troubled: RecentSet<number>): MiddlewareFn<BotContext> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      await answerFailure(ctx, error, troubled);
    } finally {
      // Whatever happened, no button may be left waiting.
      await ctx.answer();
    }
  };
}

async function answerFailure(
  ctx: BotContext,
  error: unknown,
  troubled: RecentSet<number>,
): Promise<void> {
  const verdict = judge(error);
  const updateId = ctx.update.update_id;
  // Money is never given up on, whatever we did wrong.
  if (verdict.kind === 'again' || (verdict.kind === 'bug' && carriesMoney(ctx.update))) {
    await tellTroubleOnce(ctx, troubled);
    throw error;
  }
  if (verdict.kind === 'bug') {
    ctx.deps.logger.error({ err: error, updateId }, 'An update could not be handled');
    await tellCode(ctx, 'INTERNAL');
  } else if (verdict.kind === 'no') {
    ctx.deps.logger.info({ code: verdict.code, updateId }, 'An update was answered with a no');
    await tellCode(ctx, verdict.code);
  } else {
    ctx.deps.logger.warn({ err: error, updateId }, 'An answer may not have reached its person');
  }
}

/** Says that something is down, to the person whose update is given back. */
export async function tellTroubleOnce(ctx: BotContext, troubled: RecentSet<number>): Promise<void> {
  const updateId = ctx.update.update_id;
  if (!troubled.has(updateId)) await tellTrouble(ctx);
  troubled.add(updateId);
}

async function tellTrouble(ctx: BotContext): Promise<void> {
  // The query before a payment cannot wait, and nobody asked us anything.
  if ('pre_checkout_query' in ctx.update) return;
  await tell(ctx, textsFor(ctx)('bot.trouble'));
}

async function tellCode(ctx: BotContext, code: ErrorCode): Promise<void> {
  const t = textsFor(ctx);
  const { text } = errorTable[code];
  if (await ctx.answer(t.plain(text))) return;
  await tell(ctx, t(text));
}

async function tell(ctx: BotContext, text: string): Promise<void> {
  const { from } = ctx;
  if (from === undefined) return;
  try {
    await ctx.deps.telegram.sendText(BigInt(from.id), { text });
  } catch (error) {
    ctx.deps.logger.info({ err: error }, 'A person could not be told about a failure');
  }
}

/** The person may be unknown: finding out who it is can be what failed. */
function textsFor(ctx: BotContext) {
  return ctx.deps.texts(ctx.sender?.person.language ?? guessLanguage(ctx.from));
}
