/**
 * The error table: every way Easel says no, in one place.
 *
 * `retry`: whether trying the same thing again can help. `http`: the status the API answers.
 * `text`: the key in src/texts that tells a person what happened, what it means and what to do.
 * A failure carries its code, never prose or secrets; the three mappers (activities, api, bot)
 * read the rest from here.
 */
interface ErrorEntry {
  readonly retry: boolean;
  readonly http: number;
  readonly text: `error.${string}`;
}

export const errorTable = {
  // People and limits
  BANNED: { retry: false, http: 403, text: 'error.banned' },
  TOO_MANY_REQUESTS: { retry: true, http: 429, text: 'error.tooManyRequests' },
  TOO_MANY_ACTIVE: { retry: false, http: 429, text: 'error.tooManyActive' },
  HOURLY_LIMIT: { retry: false, http: 429, text: 'error.hourlyLimit' },
  // Tokens
  INSUFFICIENT_TOKENS: { retry: false, http: 402, text: 'error.insufficientTokens' },
  IDEMPOTENCY_CONFLICT: { retry: false, http: 409, text: 'error.conflict' },
  RESERVE_CLOSED: { retry: false, http: 409, text: 'error.reserveClosed' },
  // Generations
  CONTENT_REFUSED: { retry: false, http: 422, text: 'error.contentRefused' },
  // The classifier does not answer about a photo.
  MODERATION_UNAVAILABLE: { retry: false, http: 503, text: 'error.moderationUnavailable' },
  MODEL_UNAVAILABLE: { retry: false, http: 409, text: 'error.modelUnavailable' },
  PROVIDER_REFUSED: { retry: false, http: 422, text: 'error.providerRefused' },
  PROVIDER_REJECTED: { retry: false, http: 502, text: 'error.providerRejected' },
  PROVIDER_UNAVAILABLE: { retry: true, http: 503, text: 'error.providerUnavailable' },
  PROVIDER_TIMEOUT: { retry: false, http: 504, text: 'error.providerTimeout' },
  // Our account there: its key or its money.
  PROVIDER_ACCOUNT: { retry: false, http: 502, text: 'error.providerRejected' },
  MODEL_RETIRED: { retry: false, http: 409, text: 'error.modelUnavailable' },
  // Its breaker is open.
  PROVIDER_RESTING: { retry: false, http: 503, text: 'error.providerUnavailable' },
  // All of the places it has for us are taken.
  PROVIDER_BUSY: { retry: true, http: 503, text: 'error.providerUnavailable' },
  BUDGET_SPENT: { retry: false, http: 503, text: 'error.modelUnavailable' },
  PROVIDER_STILL_WORKING: { retry: true, http: 503, text: 'error.providerUnavailable' },
  OUTCOME_UNKNOWN: { retry: true, http: 502, text: 'error.outcomeUnknown' },
  NO_OUTPUT: { retry: false, http: 502, text: 'error.noOutput' },
  CANCELLED: { retry: false, http: 409, text: 'error.cancelled' },
  DELIVERY_FAILED: { retry: false, http: 502, text: 'error.deliveryFailed' },
  // Files
  FILE_TOO_LARGE: { retry: false, http: 413, text: 'error.fileTooLarge' },
  FILE_EXPIRED: { retry: false, http: 410, text: 'error.fileExpired' },
  FILE_NOT_AN_IMAGE: { retry: false, http: 415, text: 'error.fileNotAnImage' },
  FILE_NOT_A_FILM: { retry: false, http: 415, text: 'error.fileNotAFilm' },
  // Telegram
  TELEGRAM_BUSY: { retry: true, http: 503, text: 'error.telegramBusy' },
  TELEGRAM_REFUSED: { retry: false, http: 502, text: 'error.telegramRefused' },
  PERSON_UNREACHABLE: { retry: false, http: 409, text: 'error.personUnreachable' },
  // Payments and refunds
  PAYMENT_MISMATCH: { retry: false, http: 409, text: 'error.paymentMismatch' },
  PAYMENT_PAID_ALREADY: { retry: false, http: 409, text: 'error.paymentPaidAlready' },
  PAYMENT_EXPIRED: { retry: false, http: 410, text: 'error.paymentExpired' },
  PAYMENT_STILL_OPEN: { retry: true, http: 503, text: 'error.paymentSystemBusy' },
  PAYMENT_SYSTEM_BUSY: { retry: true, http: 503, text: 'error.paymentSystemBusy' },
  PAYMENT_SYSTEM_REFUSED: { retry: false, http: 502, text: 'error.paymentSystemRefused' },
  DECISION_MALFORMED: { retry: false, http: 400, text: 'error.decisionMalformed' },
  CHARGE_NOT_HELD: { retry: false, http: 409, text: 'error.chargeNotHeld' },
  REFUND_MALFORMED: { retry: false, http: 400, text: 'error.refundMalformed' },
  REFUND_ACTOR_UNKNOWN: { retry: false, http: 403, text: 'error.refundActorUnknown' },
  REFUND_NOTHING_PAID: { retry: false, http: 409, text: 'error.refundNothingPaid' },
  REFUND_AMOUNT_INVALID: { retry: false, http: 422, text: 'error.refundAmountInvalid' },
  REFUND_ALREADY_DONE: { retry: false, http: 409, text: 'error.refundAlreadyDone' },
  REFUND_TOKENS_SPENT: { retry: false, http: 409, text: 'error.refundTokensSpent' },
  // It had gone through, and days later its money was the shop's again.
  REFUND_CAME_BACK: { retry: false, http: 409, text: 'error.refundCameBack' },
  REFUND_REFUSED_BY_SYSTEM: { retry: false, http: 502, text: 'error.refundRefusedBySystem' },
  // Bank transfers confirmed by hand
  CARD_REQUESTS_OPEN: { retry: false, http: 429, text: 'error.cardRequestsOpen' },
  CARD_REQUEST_OWN: { retry: false, http: 403, text: 'error.cardRequestOwn' },
  CARD_REQUEST_DECIDED: { retry: false, http: 409, text: 'error.cardRequestDecided' },
  CARD_TRANSFER_KNOWN: { retry: false, http: 409, text: 'error.cardTransferKnown' },
  // Promo codes
  PROMO_UNKNOWN: { retry: false, http: 404, text: 'error.promoUnknown' },
  PROMO_EXPIRED: { retry: false, http: 410, text: 'error.promoExpired' },
  PROMO_USED: { retry: false, http: 409, text: 'error.promoUsed' },
  PROMO_PENDING: { retry: false, http: 409, text: 'error.promoPending' },
  PROMO_EXHAUSTED: { retry: false, http: 409, text: 'error.promoExhausted' },
  // The rest
  NOT_FOUND: { retry: false, http: 404, text: 'error.notFound' },
  INVALID_INPUT: { retry: false, http: 400, text: 'error.invalidInput' },
  ACTOR_UNKNOWN: { retry: false, http: 403, text: 'error.actorUnknown' },
  UNAUTHORIZED: { retry: false, http: 401, text: 'error.unauthorized' },
  INTERNAL: { retry: true, http: 500, text: 'error.internal' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** Whether a string (for example an ApplicationFailure's type) is a code of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTable, value);
}

/**
 * A failure with a code of the table. `detail` is for operators: ids and numbers, no secrets, no
 * personal data. `retryAfterMs` is the wait the other side asked for.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options?: { cause?: unknown; retryAfterMs?: number },
  ) {
    super(detail, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }
}
