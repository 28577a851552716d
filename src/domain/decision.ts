/**
 * The `decide` signal as operators type it: what becomes of a charge that is held. Checked without any
 * library, so that the workflow itself can refuse nonsense and stay alive.
 */
import { askedBy, isMatch, readSignal, type Rule } from './signal';

/**
 * credit: give all that was ordered. credit_paid: give what the money is worth. return: give the money
 * back. dismiss: nothing to give or return (a test, money that never came).
 */
export const decisions = ['credit', 'credit_paid', 'return', 'dismiss'] as const;
export type Decision = (typeof decisions)[number];

export interface DecisionRequest {
  /** The admin's own id for it; the same id twice is one decision. 1-64 of A-Z a-z 0-9 _ - */
  readonly id: string;
  readonly chargeId: string;
  readonly decision: Decision;
  /** Telegram id of the admin. */
  readonly actor: string;
  /** Why; 1-500 characters. Kept in the audit. */
  readonly reason: string;
}

export type ReadDecision =
  | { readonly ok: true; readonly request: DecisionRequest }
  | { readonly ok: false; readonly problem: string };

const rules: readonly Rule[] = [
  ...askedBy,
  {
    holds: ({ chargeId }) => isMatch(chargeId, /^[\s\S]{1,255}$/),
    problem: '"chargeId" must name the charge that is held',
  },
  {
    holds: ({ decision }) => (decisions as readonly unknown[]).includes(decision),
    problem: `"decision" must be one of ${decisions.join(', ')}`,
  },
];

const example =
  '{"id":"d1","chargeId":"ch_1","decision":"credit_paid","actor":"900001","reason":"paid less"}';

/** Reads whatever came with the signal. Never throws. */
export function readDecision(raw: unknown): ReadDecision {
  const read = readSignal(raw, rules, example);
  if (!read.ok) return read;
  const { id, chargeId, decision, actor, reason } = read.fields as unknown as DecisionRequest;
  return { ok: true, request: { id, chargeId, decision, actor, reason: reason.trim() } };
}
