/**
 * What the bot asked for besides a generation: a promo code, an amount. A question is forgotten after
 * a while, and only what looks like its answer is taken, so that nobody is trapped by one: anything
 * else goes on to mean what it always means.
 */
import type { StoredQuestion } from '../storage/question-store';
import type { BotContext } from './context';
import { judge } from './failures';

export type QuestionKind = 'promo' | 'amount' | 'email' | 'receipt' | 'card' | 'held';

const openForMs = 15 * 60 * 1000;

export async function ask(ctx: BotContext, kind: QuestionKind, data: object = {}): Promise<void> {
  const { questions, now } = ctx.deps;
  await questions.ask(ctx.person.id, { kind, data, askedAt: now() });
}

/** The question the bot waits for an answer to; undefined when there is none, or not any more. */
export function openQuestion({ sender, deps }: BotContext): StoredQuestion | undefined {
  const question = sender?.question ?? null;
  if (question === null) return undefined;
  return deps.now().getTime() - question.askedAt.getTime() > openForMs ? undefined : question;
}

export async function answered(ctx: BotContext): Promise<void> {
  await ctx.deps.questions.clear(ctx.person.id);
}

/**
 * Acts on an answer, and asks no more once that was done or refused. While something is down the
 * question stays, so that the same message, when it comes again, is still an answer. `act` says whether
 * it could make sense of the answer.
 */
export async function settle(ctx: BotContext, act: () => Promise<boolean>): Promise<void> {
  try {
    if (await act()) await answered(ctx);
  } catch (error) {
    if (judge(error).kind === 'no') await answered(ctx);
    throw error;
  }
}
