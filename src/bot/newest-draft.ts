/**
 * Over the webhook two updates of one person may be handled at the same moment, by two processes even:
 * the photos of an album come so. Whoever finds that the draft has moved since it was read looks again
 * and handles the update anew; until the draft is stored nothing was said or done.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Composer } from 'telegraf';
import type { BotContext } from './context';
import { feature, type Feature } from './routes';

/** More than an album has photos, each of which may come before this one. */
const attemptsMax = 30;
const lookPauseMs = 50;
/** Longer than a card takes to be sent; whoever shows it has failed by then. */
const looksMax = 40;

/** The draft was changed by another update while this one was handled. */
export class DraftMoved extends Error {}

/** These features see the draft as it is when they store theirs. */
export function onNewestDraft(...features: readonly Feature[]): Feature {
  const handle = new Composer<BotContext>(...features).middleware();
  return feature(async (ctx, next) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await handle(ctx, next);
        return;
      } catch (error) {
        if (!(error instanceof DraftMoved) || attempt === attemptsMax) throw error;
        await readAgain(ctx);
      }
    }
  });
}

/** Waits, though not for ever, while another update has the draft in hand. */
export async function waitWhile(ctx: BotContext, isInHand: () => boolean): Promise<void> {
  for (let looks = 0; looks < looksMax && isInHand(); looks += 1) {
    await sleep(lookPauseMs);
    await readAgain(ctx);
  }
}

async function readAgain(ctx: BotContext): Promise<void> {
  const draft = await ctx.deps.drafts.get(ctx.person.id);
  if (ctx.sender !== undefined) ctx.sender = { ...ctx.sender, draft };
}
