/**
 * The launch data of a Mini App ("initData"): a query string signed with the bot's token.
 * https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
 */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../problem';
import { isSameSecret } from '../secrets';

/** Who opened the Mini App, as Telegram signed it. */
export interface Launch {
  /** Names this very launch data; nothing can be read from it. */
  readonly id: string;
  readonly telegramId: bigint;
}

/** Signed longer ago than this, it may be a copy. It is used in the first second, normally. */
export const launchFreshMs = 10 * 60 * 1000;
/** Clocks differ a little. */
const clockSkewMs = 60_000;

const userSchema = z.object({ id: z.int().positive(), is_bot: z.boolean().optional() });

/** Throws UNAUTHORIZED for what Telegram did not sign for this bot, or signed too long ago. */
export function readLaunch(initData: string, botToken: string, now: Date): Launch {
  const fields = new URLSearchParams(initData);
  const names = [...fields.keys()];
  // A name that comes twice could be checked as one and read as the other.
  if (new Set(names).size !== names.length) throw notTelegrams();
  if (!isSigned(fields, botToken)) throw notTelegrams();
  const ageMs = now.getTime() - Number(fields.get('auth_date')) * 1000;
  if (!(ageMs <= launchFreshMs && ageMs >= -clockSkewMs)) throw stale();
  const user = userSchema.safeParse(parsed(fields.get('user') ?? ''));
  if (!user.success || user.data.is_bot === true) throw notTelegrams();
  // The hash signs everything else, so two writings of the same data have the same id.
  const id = createHash('sha256').update(signatureOf(fields)).digest('hex');
  return { id, telegramId: BigInt(user.data.id) };
}

function isSigned(fields: URLSearchParams, botToken: string): boolean {
  const lines = [...fields]
    .filter(([name]) => name !== 'hash')
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  const secret = createHmac('sha256', 'WebAppData').update(botToken).digest();
  const expected = createHmac('sha256', secret).update(lines.join('\n')).digest('hex');
  return isSameSecret(signatureOf(fields), expected);
}

function signatureOf(fields: URLSearchParams): string {
  return (fields.get('hash') ?? '').toLowerCase();
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function notTelegrams(): Problem {
  return new Problem(
    'UNAUTHORIZED',
    'The launch data was not signed by Telegram for this bot, so nothing was opened. Open the app ' +
      'from the chat with the bot.',
  );
}

function stale(): Problem {
  return new Problem(
    'UNAUTHORIZED',
    'The launch data is too old, so nothing was opened. Close the app and open it from the chat again.',
  );
}

/** For launch data that another page has used already. */
export function usedLaunch(): Problem {
  return new Problem(
    'UNAUTHORIZED',
    'The launch data was used already, so nothing was opened. Close the app and open it from the ' +
      'chat again.',
  );
}
