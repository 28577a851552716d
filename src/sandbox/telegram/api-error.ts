import type { TelegramResponseParameters } from '@gramio/types';

/** A refusal in the words of the Bot API: `{ok: false, error_code, description, parameters?}`. */
export class ApiError extends Error {
  readonly code: number;
  readonly parameters: TelegramResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: TelegramResponseParameters) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

/** Sentences start in lower case after "Bad Request: ", error names such as USER_ID_INVALID stay. */
function lowerFirst(text: string): string {
  return /^.[A-Z_]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

export function badRequest(text: string): ApiError {
  return new ApiError(400, `Bad Request: ${lowerFirst(text)}`);
}

export function forbidden(text: string): ApiError {
  return new ApiError(403, `Forbidden: ${text}`);
}

export function conflict(text: string): ApiError {
  return new ApiError(409, `Conflict: ${text}`);
}

export function tooManyRequests(seconds: number): ApiError {
  return new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

/** The server says the same words for a late, a repeated and an invented query id. */
export function queryTooOld(): ApiError {
  return badRequest('query is too old and response timeout expired or query ID is invalid');
}

export function notModified(): ApiError {
  return badRequest(
    'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  );
}
