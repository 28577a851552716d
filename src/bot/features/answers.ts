/** Messages that answer what the bot asked for. */
import { openQuestion, type QuestionKind } from '../questions';
import type { BotContext } from '../context';
import { feature, type Feature } from '../routes';
import { takePromoCode } from './promo';

/** Each answers whether the message was taken; if not, it means what it always means. */
const takers: Readonly<Record<QuestionKind, (ctx: BotContext, text: string) => Promise<boolean>>> =
  { promo: takePromoCode };

export function answersFeature(): Feature {
  return feature(async (ctx, next) => {
    if (await isTaken(ctx)) return;
    await next();
  });
}

async function isTaken(ctx: BotContext): Promise<boolean> {
  const { sent } = ctx;
  if (sent === undefined || !('text' in sent) || sent.text.startsWith('/')) return false;
  const question = openQuestion(ctx);
  if (question === undefined || !Object.hasOwn(takers, question.kind)) return false;
  return takers[question.kind as QuestionKind](ctx, sent.text.trim());
}
