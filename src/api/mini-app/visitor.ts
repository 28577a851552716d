/** Who is at the page: the session's person, looked up anew with each request. */
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AppError, errorTable } from '../../domain/errors';
import { showsOtherMethods } from '../../domain/mini-app';
import type { Person } from '../../storage/person-store';
import type { Translate } from '../../texts/texts';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import type { AppMethod } from './mini-app-deps';
import { createSessions, type Sessions } from './session';

export interface Visitor {
  readonly person: Person;
  readonly t: Translate;
  /** What may be offered on this platform. */
  readonly methods: readonly AppMethod[];
}

export interface Door {
  readonly sessions: Sessions;
  /** For routes: refuses a request without a session before its body is read. */
  readonly guard: (request: Request) => void;
  /**
   * Does `work` for whoever sent the request; what went wrong is told in their language. Throws BANNED.
   */
  readonly admit: <T>(request: Request, work: (visitor: Visitor) => Promise<T>) => Promise<T>;
  /** Throws TOO_MANY_REQUESTS when one person orders or guesses too fast. */
  readonly slowDown: (person: Person) => Promise<void>;
}

export function createDoor({ miniApp, settings }: ApiDeps): Door {
  const sessions = createSessions(settings.telegram.botToken);
  const wishes = new RateLimiterMemory({ points: settings.limits.requestsPerMinute, duration: 60 });
  return {
    sessions,
    guard: (request) => void sessions.read(request, miniApp.now()),
    async admit(request, work) {
      const { personId, platform } = sessions.read(request, miniApp.now());
      const person = await miniApp.persons.get(personId);
      const t = miniApp.texts(person.language);
      const others = showsOtherMethods(settings.miniApp.otherMethods, platform);
      const methods = miniApp.methods.filter(({ id }) => id === 'stars' || others);
      return inTheirWords(t, async () => {
        if (person.bannedAt !== null) throw new AppError('BANNED', 'A banned person came');
        return work({ person, t, methods });
      });
    },
    async slowDown({ id }) {
      const { consumedPoints } = await wishes.penalty(id);
      if (consumedPoints > wishes.points) {
        throw new AppError('TOO_MANY_REQUESTS', 'A person orders faster than the limit');
      }
    },
  };
}

async function inTheirWords<T>(t: Translate, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof Problem) throw error;
    throw new Problem(error.code, t.plain(errorTable[error.code].text), { cause: error });
  }
}

/** The id of what a page asks for: the page's own key makes a repeat the same thing. */
export function idOf(prefix: 'p' | 'k', person: Person, key: string): string {
  const digest = createHash('sha256').update(`${person.id}:${key}`).digest('hex');
  return `${prefix}app-${digest.slice(0, 24)}`;
}
