/** How a generation is named in lists. */
import type { Generation } from '../storage/generation-store';
import { excerpt } from '../telegram/excerpt';
import type { BotContext } from './context';
import { dayOf } from './day';

export function iconOf(generation: Generation): string {
  return generation.request.kind === 'video' ? '🎬' : '🎨';
}

/** What was asked for, on one line and unescaped. */
export function wordsOf(ctx: BotContext, generation: Generation, lengthMax: number): string {
  const { prompt, style } = generation.request;
  const named =
    style === undefined ? ctx.t.plain('bot.history.photo') : ctx.t.plain(`style.${style}`);
  return excerpt(prompt === '' ? named : prompt, lengthMax);
}

/** For a button: plain and short. */
export function labelOf(ctx: BotContext, generation: Generation): string {
  const date = dayOf(generation.createdAt, ctx.person.language);
  return `${iconOf(generation)} ${date} · ${wordsOf(ctx, generation, 30)}`;
}
