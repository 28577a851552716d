/** The HTTP side of the Stripe stand-in: sign-in, kept answers, objects and lists. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { StandInRefusal, type StandInAnswer, type StandInCall } from './frame/stand-in';
import type { StripeBooks, StripeSite } from './stripe-books';
import { errorBody, nested, refundForm, refuse, refuseForm, sessionForm } from './stripe-forms';
import { collectionsOf, listed, single } from './stripe-lists';
import { refund } from './stripe-refunds';
import { expire, openSession } from './stripe-sessions';

interface KeptAnswer {
  readonly fingerprint: string;
  readonly answer: StandInAnswer;
  readonly at: number;
}

const keptMs = 24 * 3_600_000;
const keyLengthMax = 255;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function isSignedIn({ keys }: StripeSite, { headers }: StandInCall): boolean {
  const shown = digest(headers['authorization'] ?? '');
  const basic = Buffer.from(`${keys.STRIPE_SECRET_KEY}:`).toString('base64');
  return [`Bearer ${keys.STRIPE_SECRET_KEY}`, `Basic ${basic}`].some((right) =>
    timingSafeEqual(digest(right), shown),
  );
}

function withForm<T>(
  schema: z.ZodType<T>,
  form: unknown,
  carryOut: (read: T) => unknown,
): StandInAnswer {
  const parsed = schema.safeParse(form);
  if (!parsed.success) return refuseForm(parsed.error);
  return { status: 200, body: carryOut(parsed.data) };
}

const noMethod = (): StandInAnswer => ({ status: 404, body: errorBody(404) });

function write(books: StripeBooks, call: StandInCall): StandInAnswer {
  const form = nested(new URLSearchParams(call.rawBody.toString('utf8')));
  if (call.path === '/v1/refunds') return withForm(refundForm, form, (read) => refund(books, read));
  if (call.path === '/v1/checkout/sessions') {
    return withForm(sessionForm, form, (read) => openSession(books, read));
  }
  const id = /^\/v1\/checkout\/sessions\/(\w+)\/expire$/.exec(call.path)?.[1];
  return id === undefined ? noMethod() : { status: 200, body: expire(books, id) };
}

function read(books: StripeBooks, { path, query }: StandInCall): StandInAnswer {
  const [name = '', id] = path.replace(/^\/v1\/(checkout\/)?/, '').split('/');
  const table = collectionsOf(books)[name];
  if (table === undefined) return noMethod();
  return id === undefined
    ? listed(books, name, query)
    : single(books, table, { id, search: query });
}

export function createStripeApi(books: StripeBooks): (call: StandInCall) => StandInAnswer {
  const { site } = books;
  const kept = site.table<KeptAnswer>('keys');

  function carriedOut(call: StandInCall): StandInAnswer {
    try {
      return site.transact(() => write(books, call));
    } catch (error) {
      if (error instanceof StandInRefusal) return refuse(error);
      throw error;
    }
  }

  /** What was begun under a key answers the same ever after; a form that was refused was not begun. */
  function once(call: StandInCall): StandInAnswer {
    const key = call.headers['idempotency-key'];
    if (key === undefined) return carriedOut(call);
    if (key.length > keyLengthMax) return { status: 400, body: errorBody(400) };
    const fingerprint = digest(`${call.path}\n${call.rawBody.toString('utf8')}`).toString('hex');
    const at = site.now().getTime();
    const first = kept.get(key);
    if (first && at - first.at < keptMs) {
      const message = 'Keys for idempotent requests can only be used with the same parameters';
      return first.fingerprint === fingerprint
        ? { ...first.answer, headers: { 'idempotent-replayed': 'true' } }
        : { status: 400, body: errorBody(400, { type: 'idempotency_error', message }) };
    }
    return site.transact(() => {
      const answer = carriedOut(call);
      const isBegun = answer.status === 200 || answer.status === 402;
      if (isBegun) kept.set(key, { fingerprint, answer, at });
      return answer;
    });
  }

  return (call) => {
    if (!isSignedIn(site, call)) {
      return { status: 401, body: errorBody(401, { message: 'Invalid API Key provided' }) };
    }
    if (call.method === 'POST') return once(call);
    try {
      return read(books, call);
    } catch (error) {
      if (error instanceof StandInRefusal) return refuse(error);
      throw error;
    }
  };
}
