/**
 * Words.
 * posting: one movement of tokens between accounts; its entries sum to zero.
 * available: what a person can spend. held: reserved for a running generation. debt: owed after a
 * forced refund of tokens already spent; every later credit pays it first.
 * ending: what closes a reserve, exactly once: commit (spent), release (given back) or expire (given
 * back because nobody ended it in time).
 */
import type { Tokens } from './tokens';

/** What a person has and owes. None is ever negative. */
export interface Balance {
  readonly available: Tokens;
  readonly held: Tokens;
  readonly debt: Tokens;
}

/** credit: bought. refund: a generation paid back. put_back: a clawback undone. */
export type CreditOperation = 'credit' | 'bonus' | 'admin' | 'refund' | 'put_back';
export type DebitOperation = 'debit' | 'admin';
/** clawback: bought tokens of a refunded charge. bonus_back: a bonus that stood on that charge. */
export type ClawbackOperation = 'clawback' | 'bonus_back';
export type EndingOperation = 'commit' | 'release' | 'expire';
export type LedgerOperation =
  CreditOperation | DebitOperation | EndingOperation | ClawbackOperation | 'reserve';

/** The other side of each posting with the outside; its balance is derived, never stored. */
export const systemAccounts = {
  credit: 'system:sales',
  clawback: 'system:sales',
  put_back: 'system:sales',
  bonus: 'system:bonus',
  bonus_back: 'system:bonus',
  admin: 'system:admin',
  debit: 'system:spent',
  commit: 'system:spent',
  refund: 'system:spent',
} as const;

/**
 * Idempotency keys, built from business ids only: a workflow that runs again, retries or is reset
 * arrives at the same key. A reserve has one key for all its endings, so that it can have only one.
 */
export const ledgerKeys = {
  welcome: (personId: string) => `welcome:${personId}`,
  credit: (system: string, chargeId: string) => `credit:${system}:${chargeId}`,
  clawback: (refundId: string) => `clawback:${refundId}`,
  putBack: (refundId: string) => `put_back:${refundId}`,
  promo: (code: string, personId: string, ordinal: number) =>
    `bonus:promo:${code}:${personId}:${ordinal}`,
  daily: (personId: string, day: number) => `bonus:daily:${personId}:${day}`,
  firstDeposit: (personId: string) => `bonus:first_deposit:${personId}`,
  promoExtra: (paymentId: string) => `bonus:promo_extra:${paymentId}`,
  referral: (system: string, chargeId: string) => `bonus:referral:${system}:${chargeId}`,
  bonusBack: (refundId: string, bonusId: string) => `bonus_back:${refundId}:${bonusId}`,
  bonusPutBack: (refundId: string, bonusId: string) => `bonus_put_back:${refundId}:${bonusId}`,
  generationRefund: (generationId: string, refundId: string) =>
    `refund:${generationId}:${refundId}`,
  reserve: (generationId: string) => `reserve:${generationId}`,
  ending: (generationId: string) => `ending:${generationId}`,
} as const;

/** What a posting wishes; the same key with another wish is a conflict, never silence. */
export function postingFingerprint(wish: {
  readonly operation: LedgerOperation;
  readonly direction: 'in' | 'out' | 'hold' | 'end';
  readonly personId?: string;
  readonly amount?: bigint;
  readonly reference: string;
}): string {
  const parts = [wish.operation, wish.direction, wish.personId, wish.amount, wish.reference];
  return parts.map((part) => part?.toString() ?? '').join('|');
}
