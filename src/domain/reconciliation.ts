/**
 * The full outer join of what a payment system lists with what is booked here. Pure: the same two
 * lists give the same findings.
 */
import type { SystemCharge, SystemRefund } from './charge';
import type { NewFinding } from './finding';
import { decimalOf, isCurrency, type Money } from './money';

/** What the system lists; a charge may come on two pages. */
export interface Listed {
  readonly charges: readonly { readonly paymentId?: string; readonly charge: SystemCharge }[];
  readonly refunds: readonly { readonly paymentId?: string; readonly refund: SystemRefund }[];
}

export interface BookedCharge {
  readonly chargeId: string;
  readonly paymentId: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly feeMinor: bigint | null;
  readonly disputedAt: Date | null;
  /** Credited, held, decided or returned: somebody or something has dealt with it. */
  readonly isDealtWith: boolean;
  /** When the system took it, as far as it is known. */
  readonly at: Date;
}

export interface BookedRefund {
  readonly id: string;
  readonly chargeId: string;
  readonly paymentId: string;
  readonly amountMinor: bigint;
  readonly systemRefundId: string | null;
  /** Money is back with the person, as far as is known here. */
  readonly isSettled: boolean;
  /** Returned by hand or by a bank: the system lists none. */
  readonly isElsewhere: boolean;
  readonly at: Date;
}

export interface Window {
  readonly system: string;
  /** From when on the system lists. */
  readonly since: Date;
  /**
   * From when on it lists everything: a payment begun before `since` and paid after it may be missing.
   */
  readonly sureSince: Date;
  /** What is younger is still on its way. */
  readonly until: Date;
  /** A refund is listed only beside its charge; where that is not listed, nobody knows. */
  readonly listsRefundsByCharge: boolean;
}

export interface Books {
  readonly charges: readonly BookedCharge[];
  readonly refunds: readonly BookedRefund[];
  /** Payments that exist here, of all that the system named. */
  readonly payments: ReadonlySet<string>;
}

export function reconcile(window: Window, listed: Listed, books: Books): NewFinding[] {
  const booked = books.charges.filter(({ at }) => at >= window.sureSince && at < window.until);
  const [first] = booked;
  if (listed.charges.length === 0 && first !== undefined) {
    const detail = `lists nothing, ${booked.length} charges are booked`;
    return [finding(window, 'empty_run', { subject: 'run', detail, at: first.at })];
  }
  const found = [
    ...chargesThere(window, listed, books),
    ...chargesHere(window, listed, booked),
    ...refundsThere(window, listed, books),
    ...refundsHere(window, listed, books),
    ...receiptsMissing(window, listed),
  ];
  // What comes on two pages is one finding: its count is one of runs.
  return [...new Map(found.map((one) => [`${one.class} ${one.subject}`, one])).values()];
}

/**
 * Charges that are booked and not listed, where the list is to be believed: one that misses more than it
 * knows was rather cut short, or is of another shop.
 */
export function surelyMissing(window: Window, listed: Listed, books: Books): BookedCharge[] {
  const there = new Set(listed.charges.map(({ charge }) => charge.chargeId));
  const booked = books.charges.filter(({ at }) => at >= window.sureSince && at < window.until);
  const missing = booked.filter(({ chargeId }) => !there.has(chargeId));
  return missing.length > booked.length - missing.length ? [] : missing;
}

/** Looking again mends none of these, so they name no payment and are told at once. */
function receiptsMissing(window: Window, { charges, refunds }: Listed): NewFinding[] {
  const movements = [
    ...charges.map(({ paymentId, charge }) => ({
      ...charge,
      subject: `charge:${charge.chargeId}`,
      money: charge.paid,
      paymentId,
    })),
    ...refunds.map(({ paymentId, refund }) => ({
      ...refund,
      subject: `refund:${refund.systemRefundId}`,
      money: refund.amount,
      paymentId,
    })),
  ];
  return movements
    .filter(({ lacksReceipt }) => lacksReceipt === true)
    .map(({ subject, money, at, paymentId = 'no payment of ours' }) => {
      const detail = `the receipt of ${text(money)} for ${paymentId} was refused`;
      return finding(window, 'receipt_missing', { subject, detail, at, money });
    });
}

function chargesThere(window: Window, listed: Listed, books: Books): NewFinding[] {
  const here = new Map(books.charges.map((charge) => [charge.chargeId, charge]));
  const seen = new Map<string, string | undefined>();
  return listed.charges.flatMap(({ paymentId, charge }) => {
    if (charge.at >= window.until || charge.paid.amountMinor === 0n) return [];
    const known = paymentId !== undefined && books.payments.has(paymentId) ? paymentId : undefined;
    const named = seen.get(charge.chargeId);
    const isTwice = seen.has(charge.chargeId) && named !== known;
    seen.set(charge.chargeId, named ?? known);
    const at = { at: charge.at, subject: `charge:${charge.chargeId}`, money: charge.paid };
    if (isTwice) {
      const detail = `pays for ${named} and for ${known}`;
      return [finding(window, 'duplicate', { ...at, detail })];
    }
    const found = here.get(charge.chargeId);
    if (found === undefined) {
      const detail = `${text(charge.paid)} is not booked`;
      return [finding(window, 'missing_here', { ...at, detail, paymentId: known })];
    }
    const of = { ...at, paymentId: found.paymentId ?? undefined };
    return comparisons.flatMap(([kind, compare]) => {
      const detail = compare({ charge, known, found });
      return detail === undefined ? [] : [finding(window, kind, { ...of, detail })];
    });
  });
}

interface Pair {
  readonly charge: SystemCharge;
  /** The payment the system names, if it is one of ours. */
  readonly known: string | undefined;
  readonly found: BookedCharge;
}

/** Each answers what differs, or undefined when both say the same. */
const comparisons: readonly (readonly [NewFinding['class'], (pair: Pair) => string | undefined])[] =
  [
    [
      'duplicate',
      ({ known, found: { paymentId } }) =>
        known === undefined || (paymentId ?? known) === known
          ? undefined
          : `pays for ${known} there, for ${paymentId} here`,
    ],
    [
      'amount_mismatch',
      ({ charge: { paid, isNet }, found }) =>
        isNet === true || text(paid) === textOf(found)
          ? undefined
          : `${text(paid)} there, ${textOf(found)} here`,
    ],
    [
      'missing_here',
      ({ charge, found }) =>
        found.isDealtWith ? undefined : `${text(charge.paid)} is not credited`,
    ],
    [
      'status_mismatch',
      ({ charge, found }) => {
        // A list that does not speak of disputes says nothing.
        if (charge.disputed === undefined) return undefined;
        if (charge.disputed === (found.disputedAt !== null)) return undefined;
        return charge.disputed ? 'disputed there, not here' : 'disputed here, no longer there';
      },
    ],
    [
      'fee_unposted',
      ({ charge: { fee }, found: { feeMinor } }) =>
        fee === undefined || fee.amountMinor === (feeMinor ?? 0n)
          ? undefined
          : `the fee is ${text(fee)}, booked ${feeMinor ?? 0n}`,
    ],
  ];

function chargesHere(
  window: Window,
  { charges }: Listed,
  booked: readonly BookedCharge[],
): NewFinding[] {
  const there = new Set(charges.map(({ charge }) => charge.chargeId));
  return booked
    .filter(({ chargeId }) => !there.has(chargeId))
    .map(({ chargeId, at, ...found }) =>
      finding(window, 'missing_there', {
        subject: `charge:${chargeId}`,
        detail: `${textOf(found)} is booked, the system does not list it`,
        at,
      }),
    );
}

function refundsThere(window: Window, { refunds }: Listed, books: Books): NewFinding[] {
  const free = [...books.refunds];
  return refunds.flatMap(({ refund }) => {
    if (refund.at >= window.until || refund.status === 'pending') return [];
    if (refund.status === 'refused') return cameBack(window, refund, books);
    const match = free.findIndex((row) => isOf(row, refund));
    const row = match === -1 ? undefined : free.splice(match, 1)[0];
    if (row?.isSettled === true) return [];
    const paymentId = books.charges.find((one) => one.chargeId === refund.chargeId)?.paymentId;
    const about = {
      subject: `refund:${refund.systemRefundId}`,
      at: refund.at,
      money: refund.amount,
      paymentId: paymentId ?? undefined,
    };
    return row === undefined
      ? [finding(window, 'refund_orphan', { ...about, detail: `${text(refund.amount)} went back` })]
      : [finding(window, 'status_mismatch', { ...about, detail: `${row.id} is under way here` })];
  });
}

/** It went through once, is booked so, and the system says now that it did not. */
function cameBack(window: Window, refund: SystemRefund, books: Books): NewFinding[] {
  const row = books.refunds.find((one) => one.systemRefundId === refund.systemRefundId);
  if (row?.isSettled !== true || row.isElsewhere) return [];
  const { paymentId } = row;
  const about = { subject: `refund:${refund.systemRefundId}`, at: refund.at, money: refund.amount };
  const detail = `${row.id} is settled here and came back there`;
  return [finding(window, 'status_mismatch', { ...about, detail, paymentId })];
}

function refundsHere(window: Window, { charges, refunds }: Listed, books: Books): NewFinding[] {
  const there = new Set(charges.map(({ charge }) => charge.chargeId));
  return books.refunds
    .filter(({ chargeId }) => !window.listsRefundsByCharge || there.has(chargeId))
    .filter(({ at, isSettled, isElsewhere }) => {
      return isSettled && !isElsewhere && at >= window.sureSince && at < window.until;
    })
    .filter((row) => !refunds.some(({ refund }) => isOf(row, refund)))
    .map(({ id, at, paymentId, amountMinor }) =>
      finding(window, 'missing_there', {
        subject: `refund:${id}`,
        detail: `a refund of ${amountMinor} of ${paymentId} is booked, the system does not list it`,
        at,
      }),
    );
}

/** By the system's id, by ours, or as the refund of that amount of that charge. */
function isOf(row: BookedRefund, refund: SystemRefund): boolean {
  if (row.systemRefundId === refund.systemRefundId || row.id === refund.reference) return true;
  const isSame = row.chargeId === refund.chargeId && row.amountMinor === refund.amount.amountMinor;
  return row.systemRefundId === null && isSame;
}

function finding(
  { system }: Window,
  name: NewFinding['class'],
  about: {
    readonly subject: string;
    readonly detail: string;
    readonly at: Date;
    readonly money?: Money;
    readonly paymentId?: string | undefined;
  },
): NewFinding {
  const { subject, detail, at, money, paymentId } = about;
  return {
    class: name,
    system,
    subject,
    detail,
    happenedAt: at,
    ...money,
    ...(paymentId === undefined ? {} : { paymentId }),
  };
}

function text(money: Money): string {
  return `${decimalOf(money)} ${money.currency}`;
}

function textOf({ amountMinor, currency }: Pick<BookedCharge, 'amountMinor' | 'currency'>): string {
  return isCurrency(currency) ? text({ amountMinor, currency }) : `${amountMinor} ${currency}`;
}
