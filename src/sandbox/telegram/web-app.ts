import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { personUser } from './views';
import type { Conversation } from './incoming';
import { unixNow } from './world';

/** A fixed Ed25519 test key, so that third-party validation can be tried; it protects nothing. */
const testSeed = Buffer.from('easel sandbox mini app test key!');
const privateKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), testSeed]),
  format: 'der',
  type: 'pkcs8',
});

/** Hex of the public key that checks `signature`, as Telegram publishes its own. */
export const webAppPublicKey = createPublicKey(privateKey)
  .export({ format: 'der', type: 'spki' })
  .subarray(-32)
  .toString('hex');

function lines(fields: ReadonlyMap<string, string>): string {
  return [...fields]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('\n');
}

export interface Launch {
  readonly queryId: string;
  readonly startParam?: string;
}

/** `initData` of a Mini App: a query string with `signature` and `hash` over all other fields. */
export function initData({ bot, person }: Conversation, launch: Launch): string {
  const fields = new Map<string, string>([
    ['query_id', launch.queryId],
    [
      'user',
      JSON.stringify({ ...personUser(person), is_bot: undefined, allows_write_to_pm: true }),
    ],
    ['auth_date', String(unixNow())],
    ...(launch.startParam === undefined
      ? []
      : ([['start_param', launch.startParam]] as [string, string][])),
  ]);
  const signed = Buffer.from(`${bot.id}:WebAppData\n${lines(fields)}`);
  fields.set('signature', sign(null, signed, privateKey).toString('base64url'));
  const secret = createHmac('sha256', 'WebAppData').update(bot.token).digest();
  fields.set('hash', createHmac('sha256', secret).update(lines(fields)).digest('hex'));
  return new URLSearchParams([...fields]).toString();
}

/** The address a client opens: launch data travels in the fragment, which no server sees. */
export function launchUrl(address: string, data: string): string {
  const fragment = new URLSearchParams({
    tgWebAppData: data,
    tgWebAppVersion: '9.1',
    tgWebAppPlatform: 'web',
    tgWebAppThemeParams: JSON.stringify({ bg_color: '#ffffff', text_color: '#000000' }),
  });
  return `${address.split('#')[0] ?? ''}#${fragment.toString()}`;
}
