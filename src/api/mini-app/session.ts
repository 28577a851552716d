/**
 * The session of an open Mini App: a signed token that names the person, kept by the page alone. The
 * key is made of the bot's token, so every process of a deployment knows it and nobody has to set it.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import type { Request } from 'express';
import { z } from 'zod';
import { Problem } from '../problem';
import { isSameSecret } from '../secrets';

export interface Session {
  readonly personId: string;
  /** What the app said it runs on: "ios", "tdesktop", … */
  readonly platform: string;
}

export const sessionMs = 60 * 60 * 1000;

const payloadSchema = z.object({
  p: z.uuid(),
  f: z.string(),
  /** Milliseconds since 1970. */
  e: z.int(),
});

export interface Sessions {
  issue(session: Session, now: Date): string;
  /** Throws UNAUTHORIZED. */
  read(request: Request, now: Date): Session;
}

export function createSessions(botToken: string): Sessions {
  const key = Buffer.from(hkdfSync('sha256', botToken, '', 'easel mini app session 1', 32));
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest('base64url');
  return {
    issue({ personId, platform }, now) {
      const fields = { p: personId, f: platform, e: now.getTime() + sessionMs };
      const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
      return `${payload}.${sign(payload)}`;
    },
    read(request, now) {
      const header = request.get('Authorization') ?? '';
      const [, payload, signature] = /^Bearer ([\w-]{1,2000})\.([\w-]{43})$/.exec(header) ?? [];
      if (payload === undefined || !isSameSecret(signature, sign(payload))) throw noSession();
      // It is ours, so it has the form we gave it.
      const { p, f, e } = payloadSchema.parse(
        JSON.parse(Buffer.from(payload, 'base64url').toString()),
      );
      if (e <= now.getTime()) throw noSession();
      return { personId: p, platform: f };
    },
  };
}

function noSession(): Problem {
  return new Problem(
    'UNAUTHORIZED',
    'There is no session, or it is over, so nothing was done. Close the app and open it from the ' +
      'chat again.',
  );
}
