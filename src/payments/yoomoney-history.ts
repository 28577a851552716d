/** The history of a YooMoney wallet, read with its owner's token. */
import { z } from 'zod';
import type { HttpClient } from '../http/exchange';
import { retryAfterMs, type Answer } from '../http/exchange';
import { ask, understand } from './ask';
import { PaymentSystemError, type PaymentFailureClass } from './payment-system';

const timeoutMs = 20_000;
const pageSize = 100;

const operationSchema = z.object({
  operation_id: z.string().min(1).max(255),
  status: z.enum(['success', 'refused', 'in_progress']),
  direction: z.enum(['in', 'out']),
  /** Without the fee: what came to the wallet. */
  amount: z.string(),
  label: z.string().optional(),
  datetime: z.string().pipe(z.coerce.date()),
});

const pageSchema = z.object({
  error: z.string().optional(),
  next_record: z.string().optional(),
  operations: z.array(operationSchema).default([]),
});

export type YoomoneyOperation = z.infer<typeof operationSchema>;

/** Either all operations of a label, or all between two moments. */
export type HistoryQuery =
  { readonly label: string } | { readonly from: Date; readonly till: Date };

const failureOfStatus: Readonly<Record<number, PaymentFailureClass>> = {
  400: 'invalid',
  401: 'auth',
  // The token lacks the right to read the history.
  403: 'auth',
  404: 'not-found',
};

/**
 * JSON whose numbers stay the text they were: amounts are numbers there, and reading 0.1 as a float
 * is where money gets lost. Strings are matched first, so that digits inside them stay alone.
 */
export function parseKeepingNumbers(text: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  const quoted = text.replace(tokens, (token) => (token.startsWith('"') ? token : `"${token}"`));
  try {
    return JSON.parse(quoted) as unknown;
  } catch {
    return undefined;
  }
}

function pageOf(answer: Answer): z.infer<typeof pageSchema> {
  if (answer.status !== 200) {
    const failure = failureOfStatus[answer.status] ?? 'transient';
    throw new PaymentSystemError(failure, `HTTP ${answer.status}`, retryAfterMs(answer));
  }
  const said = parseKeepingNumbers(answer.body?.toString('utf8') ?? '');
  const page = understand(pageSchema, said, 'transient');
  if (page.error === undefined) return page;
  const isTheirs = page.error === 'technical_error';
  throw new PaymentSystemError(isTheirs ? 'transient' : 'invalid', page.error.slice(0, 100));
}

function paramsOf(query: HistoryQuery): Record<string, string> {
  return 'label' in query
    ? { label: query.label }
    : { from: query.from.toISOString(), till: query.till.toISOString() };
}

/** Incoming money, read to its end; YooMoney lists the newest first. */
export async function readHistory(
  wallet: { readonly base: string; readonly token: string; readonly http: HttpClient },
  query: HistoryQuery,
): Promise<readonly YoomoneyOperation[]> {
  const operations: YoomoneyOperation[] = [];
  let start: string | undefined;
  do {
    const params = { type: 'deposition', records: String(pageSize), ...paramsOf(query) };
    const at = start === undefined ? {} : { start_record: start };
    const answer = await ask(wallet.http, {
      url: new URL('/api/operation-history', wallet.base),
      method: 'POST',
      headers: {
        authorization: `Bearer ${wallet.token}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ ...params, ...at }).toString(),
      timeoutMs,
      lostMeans: 'transient',
    });
    const page = pageOf(answer);
    operations.push(...page.operations.filter(({ direction }) => direction === 'in'));
    start = page.next_record;
  } while (start !== undefined);
  return operations;
}
