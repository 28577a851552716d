/** The last feature: whatever nobody took still gets an answer. */
import type { BotContext } from '../context';
import { menuButtons } from '../menu-card';
import { feature, type Feature } from '../routes';

export function unhandledFeature(): Feature {
  return feature(answerAnyway);
}

async function answerAnyway(ctx: BotContext): Promise<void> {
  const { t, sent, action } = ctx;
  if ('callback_query' in ctx.update) {
    // A button that is meant to do nothing is answered without a word.
    await ctx.answer(action?.type === 'noop' ? undefined : t.plain('notice.oldButton'));
    return;
  }
  // Edited messages and other news about old ones are no requests.
  if (sent === undefined || isServiceNote(sent)) return;
  await ctx.say({ text: t(answerTo(sent)), keyboard: menuButtons(ctx) });
}

function answerTo(sent: NonNullable<BotContext['sent']>) {
  if ('text' in sent && sent.text.startsWith('/')) return 'bot.unknown.command';
  return 'document' in sent ? 'bot.unknown.photoFile' : 'bot.unknown.input';
}

/** Telegram writes these into the chat on its own. */
function isServiceNote(sent: NonNullable<BotContext['sent']>): boolean {
  return 'pinned_message' in sent || 'write_access_allowed' in sent;
}
