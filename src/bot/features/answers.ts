/** Messages that answer what the bot asked for. */
import { takeReceipt } from '../card-receipt';
import type { BotContext } from '../context';
import { answered, openQuestion, type QuestionKind } from '../questions';
import { feature, type Feature } from '../routes';
import { takeCardWords } from './admin-card';
import { takeReason } from './admin-held';
import { takeAmount, takeEmail } from './buy';
import { takePromoCode } from './promo';

/** `text` is the message's text or caption. Answers whether the message was taken. */
type Taker = (ctx: BotContext, text: string, data: unknown) => Promise<boolean>;

const takers: Readonly<Record<QuestionKind, Taker>> = {
  promo: takePromoCode,
  amount: takeAmount,
  email: takeEmail,
  receipt: takeReceipt,
  card: takeCardWords,
  held: takeReason,
};

/** Their answer moves money: it must not be some later message that was meant for something else. */
const weighty: ReadonlySet<string> = new Set<QuestionKind>(['card', 'held']);

/** Who presses or commands something else has turned away from a weighty question. */
export function turnedAwayFeature(): Feature {
  return feature(async (ctx, next) => {
    const isElse = 'callback_query' in ctx.update || ctx.command !== undefined;
    if (isElse && weighty.has(ctx.sender?.question?.kind ?? '')) await answered(ctx);
    await next();
  });
}

/** A message nobody takes means what it always means. */
export function answersFeature(): Feature {
  return feature(async (ctx, next) => {
    const text = textOf(ctx.sent);
    if (text !== undefined && (await isTaken(ctx, text))) return;
    await next();
  });
}

/** Undefined for what answers nothing: presses, commands, stickers. */
function textOf(sent: BotContext['sent']): string | undefined {
  if (sent === undefined) return undefined;
  if ('text' in sent) return sent.text.startsWith('/') ? undefined : sent.text.trim();
  if (!('photo' in sent) && !('document' in sent)) return undefined;
  return (sent.caption ?? '').trim();
}

async function isTaken(ctx: BotContext, text: string): Promise<boolean> {
  const question = openQuestion(ctx);
  if (question === undefined || !Object.hasOwn(takers, question.kind)) return false;
  return takers[question.kind as QuestionKind](ctx, text, question.data);
}
