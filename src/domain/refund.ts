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

/** Reads whatever came with the signal. Never throws. */
export function readRefundRequest(raw: unknown): ReadRefund {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return no(
      'send one JSON object, for example {"id":"r1","actor":"900001","reason":"bad result"}',
    );
  }
  const fields = raw as Record<string, unknown>;
  const { id, actor, reason, amount, chargeId, force } = fields;
  if (typeof id !== 'string' || !idPattern.test(id)) {
    return no('"id" must be 1-64 letters, digits, _ or -; it makes a repeated signal harmless');
  }
  const actorText = typeof actor === 'number' ? String(actor) : actor;
  if (typeof actorText !== 'string' || !actorPattern.test(actorText)) {
    return no('"actor" must be the Telegram id of the admin, digits only');
  }
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > 500) {
    return no('"reason" must be 1-500 characters');
  }
  const amountText = typeof amount === 'number' ? String(amount) : amount;
  if (amountText !== undefined && !isMatch(amountText, amountPattern)) {
    return no('"amount" must be a whole number above zero, or left out to refund all of it');
  }
  if (chargeId !== undefined && (typeof chargeId !== 'string' || chargeId.length > 255)) {
    return no('"chargeId" must be the charge id as text');
  }
  if (force !== undefined && typeof force !== 'boolean') {
    return no('"force" must be true or false');
  }
  return {
    ok: true,
    request: {
      id,
      actor: actorText,
      reason: reason.trim(),
      ...(amountText === undefined ? {} : { amount: amountText as string }),
      ...(chargeId === undefined ? {} : { chargeId }),
      ...(force === undefined ? {} : { force }),
    },
  };
}

function isMatch(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function no(problem: string): ReadRefund {
  return { ok: false, problem };
}
