/**
 * The `refund` signal as operators type it, checked without any library so that the workflow itself
 * can refuse nonsense and stay alive.
 */

/** What an admin asks for. Amounts are decimal strings; a missing amount means all of it. */
export interface RefundRequest {
  /** The admin's own id for this refund; the same id twice is one refund. 1-64 of A-Z a-z 0-9 _ - */
  readonly id: string;
  /** Telegram id of the admin who decided it. */
  readonly actor: string;
  /** Why, in the admin's words; 1-500 characters. Kept in the audit, never in workflow metadata. */
  readonly reason: string;
  /** Tokens for a generation, minor units (Stars) for a payment. */
  readonly amount?: string;
  /** Payments with several charges: which one. Without it, the oldest one not refunded yet. */
  readonly chargeId?: string;
  /** Payments: refund even when tokens are spent already; the shortfall becomes a recorded debt. */
  readonly force?: boolean;
}

export type ReadRefund =
  | { readonly ok: true; readonly request: RefundRequest }
  | { readonly ok: false; readonly problem: string };

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
const actorPattern = /^\d{1,20}$/;
const amountPattern = /^[1-9]\d{0,12}$/;
const reasonPattern = /^(?=[\s\S]*\S)[\s\S]{1,500}$/;
const chargeIdPattern = /^[\s\S]{1,255}$/;

type Fields = Readonly<Record<string, unknown>>;

/** What each field must be; the first broken rule is told. */
const rules: readonly { readonly holds: (fields: Fields) => boolean; readonly problem: string }[] =
  [
    {
      holds: ({ id }) => isMatch(id, idPattern),
      problem: '"id" must be 1-64 letters, digits, _ or -; it makes a repeated signal harmless',
    },
    {
      holds: ({ actor }) => isMatch(actor, actorPattern),
      problem: '"actor" must be the Telegram id of the admin, digits only',
    },
    {
      holds: ({ reason }) => isMatch(reason, reasonPattern),
      problem: '"reason" must be 1-500 characters',
    },
    {
      holds: ({ amount }) => amount === undefined || isMatch(amount, amountPattern),
      problem: '"amount" must be a whole number above zero, or left out to refund all of it',
    },
    {
      holds: ({ chargeId }) => chargeId === undefined || isMatch(chargeId, chargeIdPattern),
      problem: '"chargeId" must be the charge id as text',
    },
    {
      holds: ({ force }) => force === undefined || typeof force === 'boolean',
      problem: '"force" must be true or false',
    },
  ];

/** Reads whatever came with the signal. Never throws. */
export function readRefundRequest(raw: unknown): ReadRefund {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return no(
      'send one JSON object, for example `{"id":"r1","actor":"900001","reason":"bad result"}`',
    );
  }
  // People type ids and amounts without quotes; whole numbers are as good as their digits.
  const fields: Fields = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      Number.isSafeInteger(value) ? String(value) : (value as unknown),
    ]),
  );
  const broken = rules.find(({ holds }) => !holds(fields));
  if (broken) return no(broken.problem);
  return { ok: true, request: refundRequestOf(fields as unknown as CheckedRefund) };
}

/** The fields of a request once each is known to keep its rule; a missing one may be undefined. */
export type CheckedRefund = Pick<RefundRequest, 'id' | 'actor' | 'reason'> & {
  readonly [Name in 'amount' | 'chargeId' | 'force']?: RefundRequest[Name] | undefined;
};

/** Makes the request of checked fields: what is undefined is left out, the reason is trimmed. */
export function refundRequestOf(fields: CheckedRefund): RefundRequest {
  const { id, actor, reason, amount, chargeId, force } = fields;
  return {
    id,
    actor,
    reason: reason.trim(),
    ...(amount === undefined ? {} : { amount }),
    ...(chargeId === undefined ? {} : { chargeId }),
    ...(force === undefined ? {} : { force }),
  };
}

function isMatch(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function no(problem: string): ReadRefund {
  return { ok: false, problem };
}
