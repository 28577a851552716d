/**
 * fal's signed callbacks: Ed25519 over the request's id, the account, the time and the body's hash,
 * by a key that fal publishes.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { exchange, jsonOf } from '../http/exchange';
import { ProviderError, type HttpClient } from './provider';

const ageMaxSeconds = 300;
const keysKeptMs = 24 * 3_600_000;
// A wrong signature may mean that fal changed its key, but must not make us ask each time.
const keysAskedAgainMs = 60_000;

const keysSchema = z.object({ keys: z.array(z.object({ x: z.string() })) });

const prefix = 'x-fal-webhook-';

function unsigned(): ProviderError {
  return new ProviderError('auth', 'the callback is not signed by fal, or too old');
}

/** Verifies callbacks; keeps fal's keys for a day. */
export function createFalVerifier(keysUrl: URL, http: HttpClient) {
  let keys: readonly KeyObject[] = [];
  let askedAt = 0;

  async function load(): Promise<void> {
    const request = { url: keysUrl, method: 'GET', timeoutMs: 10_000 } as const;
    const answer = await exchange(http, { ...request, lostMeans: 'transient' });
    const parsed = keysSchema.safeParse(jsonOf(answer));
    if (!parsed.success) throw unsigned();
    keys = parsed.data.keys.map(({ x }) =>
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    );
    askedAt = Date.now();
  }

  /** Throws `auth` for a callback that is not fal's. */
  return async (rawBody: Buffer, headers: Readonly<Record<string, string>>): Promise<void> => {
    const [id, user, timestamp, shown] = ['request-id', 'user-id', 'timestamp', 'signature'].map(
      (name) => headers[`${prefix}${name}`] ?? '',
    );
    const ageSeconds = Math.abs(Date.now() / 1_000 - Number(timestamp));
    // Written so that an age that is no number is refused too.
    if (timestamp === '' || !(ageSeconds <= ageMaxSeconds)) throw unsigned();
    const hash = createHash('sha256').update(rawBody).digest('hex');
    const message = Buffer.from([id, user, timestamp, hash].join('\n'));
    const signature = Buffer.from(shown ?? '', 'hex');
    const isSigned = () => keys.some((key) => verify(null, message, key, signature));
    if (Date.now() - askedAt > keysKeptMs) await load().catch(() => undefined);
    if (isSigned()) return;
    if (Date.now() - askedAt > keysAskedAgainMs) await load().catch(() => undefined);
    if (!isSigned()) throw unsigned();
  };
}
