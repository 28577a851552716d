/**
 * Payments by bank transfer: the person transfers with a reference, sends the receipt here, and an
 * admin who sees the money at the bank confirms it by hand.
 */
import type { ErrorCode } from './errors';

/** Requests one person may have open at once. */
export const CARD_REQUESTS_OPEN_MAX = 2;

/** How long a transfer is waited for, in seconds. Money that comes later can still be confirmed. */
export const cardRequestSeconds = 72 * 3600;

export const cardRequestStates = ['open', 'confirmed', 'rejected', 'expired'] as const;
export type CardRequestState = (typeof cardRequestStates)[number];

/** What the person writes into the transfer: the payment's id in the letters bank forms allow. */
export function cardReference(paymentId: string): string {
  return paymentId.toUpperCase();
}

/** What an admin saw at the bank. */
export interface SeenTransfer {
  readonly amountMinor: bigint;
  /** The bank's own number of the transfer; no two transfers have the same. */
  readonly bankReference: string;
}

/** The bank's number as people copy it; undefined when it can be none. */
export function bankReferenceOf(typed: string): string | undefined {
  const reference = typed.trim().toUpperCase();
  return /^[A-Z0-9][A-Z0-9./_-]{2,63}$/.test(reference) ? reference : undefined;
}

/** How a request stands when an admin decides. */
export interface DecidedRequest {
  readonly state: CardRequestState;
  readonly transfer: SeenTransfer | null;
}

/**
 * What confirming does: `confirm` now, `repeat` what was confirmed with the same words before, or why
 * not. A rejected request stays so: the person orders anew. An expired one may be confirmed late.
 */
export function confirmation(
  request: DecidedRequest & { readonly isOwn: boolean },
  seen: SeenTransfer,
): 'confirm' | 'repeat' | ErrorCode {
  if (request.isOwn) return 'CARD_REQUEST_OWN';
  if (request.state === 'open' || request.state === 'expired') return 'confirm';
  const { transfer } = request;
  const isSame =
    transfer?.bankReference === seen.bankReference && transfer.amountMinor === seen.amountMinor;
  return request.state === 'confirmed' && isSame ? 'repeat' : 'CARD_REQUEST_DECIDED';
}
