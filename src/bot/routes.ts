/** How a feature says what it answers to. */
import { Composer, type MiddlewareFn } from 'telegraf';
import type { CallbackAction } from '../telegram/callback-data';
import type { BotContext } from './context';

export type Feature = Composer<BotContext>;

/** A slash command; the argument is what follows it. */
export function onCommand(
  names: string | readonly string[],
  handle: (ctx: BotContext, argument: string) => Promise<void>,
): MiddlewareFn<BotContext> {
  const known = new Set(typeof names === 'string' ? [names] : names);
  return (ctx, next) => {
    const { command } = ctx;
    return command !== undefined && known.has(command.name)
      ? handle(ctx, command.argument)
      : next();
  };
}

/** An admin's command; for everybody else it does not exist. */
export function onAdminCommand(
  name: string,
  handle: (ctx: BotContext, argument: string) => Promise<void>,
): MiddlewareFn<BotContext> {
  const command = onCommand(name, handle);
  return (ctx, next) => (isAdmin(ctx) ? command(ctx, next) : next());
}

/** A pressed button. */
export function onAction<Type extends CallbackAction['type']>(
  type: Type,
  handle: (ctx: BotContext, action: Extract<CallbackAction, { type: Type }>) => Promise<void>,
): MiddlewareFn<BotContext> {
  return (ctx, next) => {
    const { action } = ctx;
    return action?.type === type
      ? handle(ctx, action as Extract<CallbackAction, { type: Type }>)
      : next();
  };
}

/** An admin's button; pressed by anybody else it is an old one. */
export function onAdminAction<Type extends CallbackAction['type']>(
  type: Type,
  handle: (ctx: BotContext, action: Extract<CallbackAction, { type: Type }>) => Promise<void>,
): MiddlewareFn<BotContext> {
  const action = onAction(type, handle);
  return (ctx, next) => (isAdmin(ctx) ? action(ctx, next) : next());
}

export function isAdmin(ctx: BotContext): boolean {
  return ctx.deps.settings.adminIds.includes(ctx.person.telegramId.toString());
}

/** One feature of several answers; the first that fits is taken. */
export function feature(...answers: readonly MiddlewareFn<BotContext>[]): Feature {
  return new Composer<BotContext>(...answers);
}
