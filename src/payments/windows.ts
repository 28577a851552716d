/**
 * Systems list their newest objects first and want a window of time; the reconciliation wants the
 * oldest first, page by page. So a page is one window read to its end, and the cursor where the next
 * window starts.
 */
import type { SystemPage, SystemTransaction } from './payment-system';

const windowMs = 24 * 3600 * 1000;

export interface Window {
  readonly from: Date;
  /** Not in the window itself. */
  readonly till: Date;
}

const atOf = (one: SystemTransaction): number =>
  (one.kind === 'charge' ? one.charge.at : one.refund.at).getTime();

/** Reads the window a cursor points to; the first starts at `since`, the last ends now. */
export async function listWindow(
  asked: { readonly since: Date; readonly cursor?: string | undefined; readonly now: Date },
  read: (window: Window) => Promise<readonly SystemTransaction[]>,
): Promise<SystemPage> {
  const from = asked.cursor === undefined ? asked.since : new Date(asked.cursor);
  const till = new Date(from.getTime() + windowMs);
  const transactions = [...(await read({ from, till }))].sort((a, b) => atOf(a) - atOf(b));
  return till > asked.now ? { transactions } : { transactions, cursor: till.toISOString() };
}
