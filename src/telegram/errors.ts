/**
 * What a failed call to Telegram means. The causes are dropped on purpose: telegraf's errors carry
 * the whole request (people's words, files) and fetch errors the address with the bot's token.
 */
import { TelegramError } from 'telegraf';
import { AppError } from '../domain/errors';

export type Trouble =
  /** Telegram said no, and did nothing. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly description: string;
      readonly retryAfterMs?: number;
    }
  /** The request never reached Telegram. */
  | { readonly kind: 'not-sent'; readonly description: string }
  /** The request went out and no usable answer came; Telegram may have done it. */
  | { readonly kind: 'lost'; readonly description: string };

const notSentCodes = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
// A failed TLS handshake comes before the first byte of the request.
const tlsCodes = /^(CERT_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_SSL_)/;
/**
 * How node-fetch tells that no connection came about. An empty reason is Node's AggregateError: every
 * address of the host was tried in vain.
 */
const notConnected =
  /reason: (connect |getaddrinfo |$)|before secure TLS connection was established/;
const unreachable =
  /chat not found|user not found|user is deactivated|bot was blocked|bot was kicked|PEER_ID_INVALID|can't initiate conversation/i;

/** Telegram names the wait in seconds; without one, this is short enough to try again soon. */
const RETRY_AFTER_UNSAID_MS = 1000;
const DESCRIPTION_MAX = 200;

export function troubleOf(error: unknown): Trouble {
  if (error instanceof TelegramError) return answerTrouble(error);
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  const notSent = notSentCodes.test(code) || tlsCodes.test(code) || notConnected.test(message);
  return { kind: notSent ? 'not-sent' : 'lost', description: code };
}

/**
 * The AppError for a trouble. `once`: the call is one that must not be repeated blindly, so a lost
 * answer leaves its outcome unknown.
 */
export function toAppError(
  trouble: Trouble,
  call: { readonly method: string; readonly once: boolean; readonly secret: string },
): AppError {
  const status = trouble.kind === 'answered' ? `${trouble.status} ` : '';
  const description = trouble.description.replaceAll(call.secret, '[token]');
  const detail = `${call.method}: ${status}${description}`.slice(0, DESCRIPTION_MAX);
  switch (trouble.kind) {
    case 'not-sent':
      return new AppError('TELEGRAM_BUSY', detail);
    case 'lost':
      return new AppError(call.once ? 'OUTCOME_UNKNOWN' : 'TELEGRAM_BUSY', detail);
    case 'answered':
      return answeredError(trouble, detail);
  }
}

function answeredError(trouble: Extract<Trouble, { kind: 'answered' }>, detail: string): AppError {
  if (trouble.retryAfterMs !== undefined) {
    return new AppError('TELEGRAM_BUSY', detail, { retryAfterMs: trouble.retryAfterMs });
  }
  const isUnreachable = trouble.status === 403 || unreachable.test(trouble.description);
  return new AppError(isUnreachable ? 'PERSON_UNREACHABLE' : 'TELEGRAM_REFUSED', detail);
}

function answerTrouble(error: TelegramError): Trouble {
  const { code: status, description } = error;
  if (status >= 500) return { kind: 'lost', description: `${status} ${description}` };
  if (status !== 429) return { kind: 'answered', status, description };
  const seconds = error.parameters?.retry_after;
  const retryAfterMs = seconds === undefined ? RETRY_AFTER_UNSAID_MS : seconds * 1000;
  return { kind: 'answered', status, description, retryAfterMs };
}

/** A short word for a network failure: its code, or its name (AbortError is our own timeout). */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
