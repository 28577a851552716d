import { createHash } from 'node:crypto';
import { z } from 'zod';
import { launchFreshMs, readLaunch, usedLaunch } from '../mini-app/init-data';
import { sessionMs } from '../mini-app/session';
import type { Door } from '../mini-app/visitor';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';

const body = z.strictObject({
  initData: z.string().max(8192).describe("Telegram's signed launch data, as the app got it."),
  key: z
    .string()
    .regex(/^[\w-]{16,64}$/, 'must be 16-64 letters, digits, _ or -')
    .describe('Made up by the page: the same page may repeat the request, another may not.'),
  platform: z
    .string()
    .regex(/^\w{1,32}$/, 'must be a word')
    .describe('tgWebAppPlatform of the launch.'),
});

const answer = z.object({
  token: z.string().describe('For the header Authorization: Bearer …'),
  seconds: z.int().describe('How long it works.'),
  language: z.enum(['en', 'ru']),
  host: z.string().nullable().describe('Origin of the sandbox chat the page may speak to.'),
});

/** Changes Telegram's launch data for a session. Launch data works once, and for minutes only. */
export function miniAppSession({ miniApp, settings }: ApiDeps, { sessions }: Door): Route {
  const chat = settings.api.sandboxPageUrl;
  const host = chat === undefined ? null : new URL(chat).origin;
  return defineRoute({
    method: 'post',
    path: '/app/api/session',
    tag: 'Mini App',
    summary: 'Open a session',
    description:
      "Checks Telegram's launch data (signature, age, used before) and answers with a session token " +
      'that names the person.',
    rate: 'app',
    // Counts refusals, so that nobody can try signatures out; there is no header to look at.
    guard: () => undefined,
    body,
    answer: { status: 200, description: 'The session.', schema: answer },
    problems: ['UNAUTHORIZED', 'NOT_FOUND'],
    handle: async ({ body: { initData, key, platform } }) => {
      const now = miniApp.now();
      const { id, telegramId } = readLaunch(initData, settings.telegram.botToken, now);
      const isTheirs = await miniApp.launches.use({
        id,
        key: createHash('sha256').update(key).digest('hex'),
        now,
        // Telegram's clock may be ahead of ours, so it is kept a little longer than it is fresh.
        forgetBefore: new Date(now.getTime() - 2 * launchFreshMs),
      });
      if (!isTheirs) throw usedLaunch();
      const person = await miniApp.persons.byTelegramId(telegramId);
      // Start gives the welcome tokens and asks for the language; the page leaves that to the chat.
      if (person === null) {
        throw new Problem('NOT_FOUND', miniApp.texts('en').plain('topUp.startFirst'));
      }
      const token = sessions.issue({ personId: person.id, platform }, now);
      return { token, seconds: sessionMs / 1000, language: person.language, host };
    },
  });
}
