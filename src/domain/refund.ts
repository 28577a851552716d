/**
 * The `refund` signal as operators type it, checked without any library so that the workflow itself
 * can refuse nonsense and stay alive.
 */
import { askedBy, isMatch, readSignal, type Rule } from './signal';

/** What an admin asks for. Amounts are decimal strings; a missing amount means all of it. */
export interface RefundRequest {
  /** The admin's own id for this refund; the same id twice is one refund. 1-64 of A-Z a-z 0-9 _ - */
  readonly id: string;
  /** Telegram id of the admin who decided it. */
  readonly actor: string;
  /** Why, in the admin's words; 1-500 characters. Kept in the audit, never in workflow metadata. */
  readonly reason: string;
  /** Tokens for a generation, minor units (Stars, kopecks) for a payment. */
  readonly amount?: string;
  /** Payments with several charges: which one. Without it, the oldest one not refunded yet. */
  readonly chargeId?: string;
  /** Payments: refund even when tokens are spent already; the shortfall becomes a recorded debt. */
  readonly force?: boolean;
  /**
   * Payments whose system cannot return money: sent with the id of the refund that waits. True: the
   * money was returned by hand. False: it will not be, the tokens go back.
   */
  readonly done?: boolean;
}

export type ReadRefund =
  | { readonly ok: true; readonly request: RefundRequest }
  | { readonly ok: false; readonly problem: string };

const amountPattern = /^[1-9]\d{0,12}$/;
const chargeIdPattern = /^[\s\S]{1,255}$/;

/** What each field must be; the first broken rule is told. */
const rules: readonly Rule[] = [
  ...askedBy,
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
  {
    holds: ({ done }) => done === undefined || typeof done === 'boolean',
    problem: '"done" must be true or false, or left out to ask for a refund',
  },
];

const example = '{"id":"r1","actor":"900001","reason":"bad result"}';

/** Reads whatever came with the signal. Never throws. */
export function readRefundRequest(raw: unknown): ReadRefund {
  const read = readSignal(raw, rules, example);
  if (!read.ok) return read;
  return { ok: true, request: refundRequestOf(read.fields as unknown as CheckedRefund) };
}

/** The fields of a request once each is known to keep its rule; a missing one may be undefined. */
export type CheckedRefund = Pick<RefundRequest, 'id' | 'actor' | 'reason'> & {
  readonly [Name in 'amount' | 'chargeId' | 'force' | 'done']?: RefundRequest[Name] | undefined;
};

/** Makes the request of checked fields: what is undefined is left out, the reason is trimmed. */
export function refundRequestOf(fields: CheckedRefund): RefundRequest {
  const { id, actor, reason, amount, chargeId, force, done } = fields;
  return {
    id,
    actor,
    reason: reason.trim(),
    ...(amount === undefined ? {} : { amount }),
    ...(chargeId === undefined ? {} : { chargeId }),
    ...(force === undefined ? {} : { force }),
    ...(done === undefined ? {} : { done }),
  };
}
