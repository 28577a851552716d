/**
 * The question before money moves. Telegram waits ten seconds for the answer, so it comes straight
 * from the database and never waits for Temporal.
 */
import { AppError, errorTable } from '../../domain/errors';
import type { TelegramClient } from '../../telegram/client';
import type { BotContext } from '../context';
import { feature, type Feature } from '../routes';

export function preCheckoutFeature(): Feature {
  return feature((ctx, next) => ('pre_checkout_query' in ctx.update ? check(ctx) : next()));
}

async function check(ctx: BotContext): Promise<void> {
  const query = ctx.preCheckoutQuery;
  if (query === undefined) return;
  const { payments, logger } = ctx.deps;
  const verdict = await payments.checkForPreCheckout({
    paymentId: query.invoice_payload,
    telegramId: ctx.person.telegramId,
    currency: query.currency,
    amountMinor: BigInt(query.total_amount),
  });
  if (verdict === 'ok') {
    await answer(ctx, query.id, { ok: true });
    return;
  }
  logger.info({ code: verdict, paymentId: query.invoice_payload }, 'A payment was turned down');
  const message = ctx.t.plain(errorTable[verdict].text);
  await answer(ctx, query.id, { ok: false, message });
}

/**
 * Telegram refuses an answer that comes too late, and has called the payment off by then: no money
 * moved, and asking again would refuse again for as long as the update is kept.
 */
async function answer(
  ctx: BotContext,
  queryId: string,
  answered: Parameters<TelegramClient['answerPreCheckout']>[1],
): Promise<void> {
  try {
    await ctx.deps.telegram.answerPreCheckout(queryId, answered);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'TELEGRAM_REFUSED') throw error;
    ctx.deps.logger.warn({ err: error }, 'A question before a payment was answered too late');
  }
}
