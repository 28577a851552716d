/**
 * What a failure while handling an update means. An update is acknowledged when its effect is
 * durable or when it can never have one; everything else is given back so that Telegram repeats it.
 */
import { AppError, errorTable, type ErrorCode } from '../domain/errors';

export type Verdict =
  /** A rule said no: the person is told, the update is done. */
  | { readonly kind: 'no'; readonly code: ErrorCode }
  /** The effect stands, only our words were lost; saying them again could say them twice. */
  | { readonly kind: 'words-lost' }
  /** Our own mistake: repeating it repeats the mistake. */
  | { readonly kind: 'bug' }
  /** Something is down: give the update back. */
  | { readonly kind: 'again' };

export function judge(error: unknown): Verdict {
  if (error instanceof AppError) return judgeCode(error.code);
  if (isProgrammingMistake(error)) return { kind: 'bug' };
  return { kind: 'again' };
}

function judgeCode(code: ErrorCode): Verdict {
  switch (code) {
    // The person cannot be reached, or Telegram may have delivered what we sent.
    case 'PERSON_UNREACHABLE':
    case 'OUTCOME_UNKNOWN':
      return { kind: 'words-lost' };
    case 'TELEGRAM_REFUSED':
      return { kind: 'bug' };
    case 'TOO_MANY_REQUESTS':
      return { kind: 'no', code };
    default:
      return errorTable[code].retry ? { kind: 'again' } : { kind: 'no', code };
  }
}

function isProgrammingMistake(error: unknown): boolean {
  // fetch throws a TypeError with a cause when the network fails.
  if (error instanceof TypeError) return error.cause === undefined;
  return error instanceof ReferenceError || error instanceof RangeError;
}
