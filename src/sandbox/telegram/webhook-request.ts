import { textValues } from './params';
import type { UpdateRow, WebhookRow } from './state';

export interface WebhookAnswer {
  /** Absent: the update has arrived. */
  readonly error?: string;
  readonly retryAfterMs?: number;
  readonly body?: string;
}

const retryAfterSecondsMax = 3600;

const connectionProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ENOTFOUND: 'Failed to resolve host: Name or service not known',
};

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'Webhook connection closed';
  if (error.name === 'TimeoutError') return 'Read timeout expired';
  const { code = '' } = (error.cause ?? {}) as { code?: string };
  return connectionProblems[code] ?? 'Webhook connection closed';
}

function refusal(response: Response): WebhookAnswer {
  const seconds = Number(response.headers.get('retry-after') ?? 0);
  const asked = Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
  return {
    error: `Wrong response from the webhook: ${response.status} ${response.statusText}`.trim(),
    retryAfterMs: Math.min(asked, retryAfterSecondsMax) * 1000,
  };
}

/** Sends one update to a webhook; every failure is an answer with `error`. */
export async function postUpdate(
  hook: WebhookRow,
  row: UpdateRow,
  timeoutMs: number,
): Promise<WebhookAnswer> {
  const secret: Record<string, string> =
    hook.secret === '' ? {} : { 'x-telegram-bot-api-secret-token': hook.secret };
  try {
    const response = await fetch(hook.url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': 'application/json', ...secret },
      body: JSON.stringify(row.update),
    });
    const body = await response.text();
    return response.ok ? { body } : refusal(response);
  } catch (error) {
    return { error: describeError(error) };
  }
}

export interface ReplyCall {
  readonly method: string;
  readonly values: Map<string, string>;
}

const neverByReply = new Set(['', 'deletewebhook', 'setwebhook', 'close', 'logout']);

/** The method call in a webhook's answer, if it is one the real server would run. */
export function replyCall(body: string): ReplyCall | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const values = textValues(parsed);
  const method = (values.get('method') ?? '').toLowerCase();
  return neverByReply.has(method) || method.startsWith('get') ? undefined : { method, values };
}
