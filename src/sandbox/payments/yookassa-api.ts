/** The HTTP side of the YooKassa stand-in: sign-in, kept answers, objects and lists. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { Table } from '../journal';
import { jsonBody } from './frame/request';
import { StandInRefusal, type StandInAnswer, type StandInCall } from './frame/stand-in';
import {
  captureRequestSchema,
  paymentRequestSchema,
  refundRequestSchema,
  refuse,
  refuseFields,
} from './yookassa-requests';
import type { YookassaBooks, YookassaSite } from './yookassa-books';
import { cancel, capture, openPayment } from './yookassa-payments';
import { refund } from './yookassa-refunds';

/** An answer kept under its Idempotence-Key. */
interface KeptAnswer {
  readonly fingerprint: string;
  readonly body: unknown;
  readonly at: number;
}

const keptMs = 24 * 3_600_000;
const keyLengthMax = 64;
const pageSizeMax = 100;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function isSignedIn({ keys }: YookassaSite, { headers }: StandInCall): boolean {
  const pair = `${keys.YOOKASSA_SHOP_ID}:${keys.YOOKASSA_SECRET_KEY}`;
  const expected = `Basic ${Buffer.from(pair).toString('base64')}`;
  return timingSafeEqual(digest(expected), digest(headers['authorization'] ?? ''));
}

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly created_at: string;
}

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  gte: (one, other) => one >= other,
  gt: (one, other) => one > other,
  lte: (one, other) => one <= other,
  lt: (one, other) => one < other,
};

/** Whether an object fits every "created_at.gte=...", "status=..." of the query. */
function fits(object: object, query: URLSearchParams): boolean {
  const fields = object as Readonly<Record<string, unknown>>;
  return [...query].every(([name, wanted]) => {
    if (name === 'limit' || name === 'cursor') return true;
    const [field = '', comparison] = name.split('.');
    const compare = comparisons[comparison ?? ''];
    if (compare === undefined) return fields[name] === wanted;
    return compare(Date.parse(String(fields[field])), Date.parse(wanted));
  });
}

/** Newest first; the cursor is the id of the first object of the next page. */
function listed(objects: readonly Listed[], query: URLSearchParams): StandInAnswer {
  const limit = Number(query.get('limit') ?? '10');
  if (!(limit >= 1 && limit <= pageSizeMax)) return refuse(400, 'must be 1-100', 'limit');
  const newestFirst = objects.filter((one) => fits(one, query)).toReversed();
  const cursor = query.get('cursor');
  const start = cursor === null ? 0 : newestFirst.findIndex((one) => one.id === cursor);
  if (start < 0) return refuse(400, 'no such cursor', 'cursor');
  const next = newestFirst[start + limit];
  return {
    status: 200,
    body: {
      type: 'list',
      items: newestFirst.slice(start, start + limit),
      ...(next && { next_cursor: next.id }),
    },
  };
}

function read(books: YookassaBooks, { path, query }: StandInCall): StandInAnswer {
  const { payments, refunds, site } = books;
  const [, , kind = '', id] = path.split('/');
  const readers: Readonly<Record<string, () => StandInAnswer>> = {
    me: () => ({
      status: 200,
      body: { account_id: site.keys.YOOKASSA_SHOP_ID, status: 'enabled' },
    }),
    payments: () =>
      listed(
        [...payments.values()].map((row) => row.payment),
        query,
      ),
    refunds: () => listed([...refunds.values()], query),
  };
  if (id === undefined) return readers[kind]?.() ?? refuse(404, 'no such method');
  const found = kind === 'payments' ? payments.get(id)?.payment : refunds.get(id);
  return found ? { status: 200, body: found } : refuse(404, 'no such object');
}

function withBody<T>(
  schema: z.ZodType<T>,
  body: unknown,
  carryOut: (request: T) => unknown,
): StandInAnswer {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return refuseFields(parsed.error);
  return { status: 200, body: carryOut(parsed.data) };
}

function write(books: YookassaBooks, path: string, body: unknown): StandInAnswer {
  const [, , kind, id = '', deed] = path.split('/');
  switch (`${kind} ${deed ?? ''}`) {
    case 'payments ':
      return withBody(paymentRequestSchema, body, (request) => openPayment(books, request));
    case 'payments capture':
      return withBody(captureRequestSchema, body, ({ amount }) => capture(books, id, amount));
    case 'payments cancel': {
      const details = { party: 'merchant', reason: 'canceled_by_merchant' } as const;
      return { status: 200, body: cancel(books, id, details) };
    }
    case 'refunds ':
      return withBody(refundRequestSchema, body, (request) => refund(books, request));
    default:
      return refuse(404, 'no such method');
  }
}

export function createYookassaApi(books: YookassaBooks): (call: StandInCall) => StandInAnswer {
  const { site } = books;
  const kept: Table<KeptAnswer> = site.table<KeptAnswer>('keys');

  /** A key that is known answers as it did; one that is too old is forgotten. */
  function once(call: StandInCall, carryOut: (body: unknown) => StandInAnswer): StandInAnswer {
    const key = call.headers['idempotence-key'] ?? '';
    if (key === '' || key.length > keyLengthMax) {
      return refuse(400, 'must be 1-64 characters', 'Idempotence-Key');
    }
    const fingerprint = digest(`${call.path}\n${call.rawBody.toString('utf8')}`).toString('hex');
    const first = kept.get(key);
    const at = site.now().getTime();
    if (first && at - first.at < keptMs) {
      return first.fingerprint === fingerprint
        ? { status: 200, body: first.body }
        : refuse(400, 'Idempotence key duplicated', 'Idempotence-Key');
    }
    const body = jsonBody(call);
    if (body === undefined) return refuse(400, 'the body is no JSON');
    const answer = carryOut(body);
    if (answer.status === 200) kept.set(key, { fingerprint, body: answer.body, at });
    return answer;
  }

  return (call) => {
    if (!call.path.startsWith('/v3/')) return refuse(404, 'no such method');
    if (!isSignedIn(site, call)) return refuse(401, 'wrong shop id or secret key');
    try {
      return site.transact(() =>
        call.method === 'POST'
          ? once(call, (body) => write(books, call.path, body))
          : read(books, call),
      );
    } catch (error) {
      if (error instanceof StandInRefusal) return refuse(error.status, error.message);
      throw error;
    }
  };
}
