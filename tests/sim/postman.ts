/** Webhooks of the simulation: signed by the systems, and lost, doubled, late, shuffled or forged. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookReading, WebhookRequest } from '../../src/payments/payment-system';
import type { Chance } from '../crash/chance';

const key = 'signing-key-of-the-simulation';
const signatureOf = (body: Buffer | string) => createHmac('sha256', key).update(body).digest('hex');

/** Signs the bare bytes, as real ones do. */
export function readSigned({ rawBody, headers }: WebhookRequest): WebhookReading {
  const expected = Buffer.from(signatureOf(rawBody));
  const shown = Buffer.from(headers['x-signature'] ?? '');
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) {
    return { verdict: 'refused', reason: 'wrong signature' };
  }
  try {
    return JSON.parse(rawBody.toString()) as WebhookReading;
  } catch {
    return { verdict: 'malformed', reason: 'no JSON' };
  }
}

/** One piece of news as the systems send it. */
export function signedNews(news: { eventId: string; event: string; paymentId: string }) {
  const body = JSON.stringify({ verdict: 'news', ...news });
  return { body, signature: signatureOf(body) };
}

/** Brings it to Easel, and says how it was answered. */
export async function bring(
  apiUrl: string,
  { system, body, signature }: Pick<Letter, 'system' | 'body' | 'signature'>,
): Promise<number> {
  const { status } = await fetch(`${apiUrl}/webhooks/${system}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-signature': signature },
  });
  return status;
}

interface Letter {
  readonly system: string;
  readonly body: string;
  readonly signature: string;
  readonly isForged: boolean;
  /** A real system sends again until it reads 200. */
  triesLeft: number;
}

export interface Postman {
  /** Something happened at a system; how often and when Easel hears of it is up to chance. */
  write(system: string, paymentId: string, event: string): void;
  /** Someone who knows the ids but not the key. */
  forge(system: string, paymentId: string): void;
  /** Delivers some of what is due, in any order. */
  deliver(share: number): Promise<void>;
  /** Forged letters that were not refused. */
  readonly wronglyTaken: string[];
  readonly sent: { letters: number; forged: number };
}

export function createPostman(chance: Chance, apiUrl: string): Postman {
  let letters: Letter[] = [];
  let events = 0;
  const letterOf = (system: string, paymentId: string, event: string): Letter => {
    events += 1;
    const news = signedNews({ eventId: `${paymentId}-${events}`, event, paymentId });
    return { system, ...news, isForged: false, triesLeft: 3 };
  };
  const postman: Postman = {
    write: (system, paymentId, event) => {
      const copies = chance.pick([0, 0, 1, 1, 1, 2, 5]) ?? 1;
      const letter = letterOf(system, paymentId, event);
      for (let copy = 0; copy < copies; copy += 1) letters.push({ ...letter });
    },
    forge: (system, paymentId) => {
      const letter = letterOf(system, paymentId, 'paid');
      const twist = chance.pick(['body', 'signature', 'none'] as const);
      const forged = {
        body: { body: letter.body.replace('"news"', '"news" ') },
        signature: { signature: signatureOf(`${letter.body} `) },
        none: { signature: '' },
      }[twist ?? 'none'];
      letters.push({ ...letter, ...forged, isForged: true, triesLeft: 1 });
    },
    deliver: async (share) => {
      const due = letters.filter(() => chance.is(share));
      const order = due.map((letter) => ({ letter, at: chance.next() }));
      order.sort((a, b) => a.at - b.at);
      const kept = await Promise.all(
        order.map(async ({ letter }) => [letter, await post(letter)] as const),
      );
      const done = kept.flatMap(([letter, isDone]) => (isDone ? [letter] : []));
      letters = letters.filter((letter) => !done.includes(letter));
    },
    wronglyTaken: [],
    sent: { letters: 0, forged: 0 },
  };

  /** Whether it need not be sent again. */
  async function post(letter: Letter): Promise<boolean> {
    letter.triesLeft -= 1;
    postman.sent[letter.isForged ? 'forged' : 'letters'] += 1;
    const status = await bring(apiUrl, letter);
    if (letter.isForged && status !== 401) postman.wronglyTaken.push(`${status} ${letter.body}`);
    return status === 200 || letter.triesLeft === 0;
  }
  return postman;
}
