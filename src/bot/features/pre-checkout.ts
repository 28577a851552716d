/**
 * The question before money moves. Telegram waits ten seconds for the answer, so it comes straight
 * from the database and never waits for Temporal.
 */
import { errorTable } from '../../domain/errors';
import type { BotContext } from '../context';
import { feature, type Feature } from '../routes';

export function preCheckoutFeature(): Feature {
  return feature((ctx, next) => ('pre_checkout_query' in ctx.update ? check(ctx) : next()));
}

async function check(ctx: BotContext): Promise<void> {
  const query = ctx.preCheckoutQuery;
  if (query === undefined) return;
  const { payments, telegram, logger } = ctx.deps;
  const verdict = await payments.checkForPreCheckout({
    paymentId: query.invoice_payload,
    telegramId: ctx.person.telegramId,
    currency: query.currency,
    amountMinor: BigInt(query.total_amount),
  });
  if (verdict === 'ok') {
    await telegram.answerPreCheckout(query.id, { ok: true });
    return;
  }
  logger.info({ code: verdict, paymentId: query.invoice_payload }, 'A payment was turned down');
  const message = ctx.t.plain(errorTable[verdict].text);
  await telegram.answerPreCheckout(query.id, { ok: false, message });
}
