/**
 * Business ids made from the update that asks for something: the same update can only ever make the
 * same id, so a repeated update finds what the first one did.
 */
import { createHash } from 'node:crypto';

/** What the id is for; the first letter tells operators and /refund which table to look in. */
export type IdPrefix = 'g' | 'p' | 'r' | 'a' | 'k' | 'd';

/**
 * For example `g815234567-3fa1c2`. The tail ties the id to the bot and the person: Telegram starts
 * counting anew for another bot, and picks a new number at random after a quiet week.
 */
export function idFromUpdate(
  prefix: IdPrefix,
  update: { readonly updateId: number; readonly botId: number; readonly personId: string },
): string {
  const tail = createHash('sha256')
    .update(`${update.botId}:${update.personId}:${update.updateId}`)
    .digest('hex')
    .slice(0, 6);
  return `${prefix}${update.updateId}-${tail}`;
}
