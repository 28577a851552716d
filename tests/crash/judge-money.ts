/** What must be true of the money of the payment systems outside the chat. Pure. */
import type { TillCharge } from './tills';

/** A charge as Easel knows it. */
export interface BookedCharge extends Omit<TillCharge, 'paymentId'> {
  /** Postings in the ledger that credit it. */
  readonly credits: number;
  /** Nothing was to be credited: it went back before, or an admin dismissed it. */
  readonly isNobodys: boolean;
}

export interface OutsideMoney {
  /** As the systems themselves have it. */
  readonly tills: readonly TillCharge[];
  readonly outside: readonly BookedCharge[];
  /** Refunds that an admin makes with their own hands, outside every system. */
  readonly byHand: readonly { readonly id: string; readonly status: string }[];
  /** What the admin said of them: whether the money went back. */
  readonly toldByHand: ReadonlyMap<string, boolean>;
  /** Forged webhooks that were not refused. */
  readonly forgedTaken: readonly string[];
}

export function judgeMoney(money: OutsideMoney): string[] {
  return [
    ...booksAgree(money),
    ...totalsAgree(money),
    ...outsideCreditedOnce(money),
    ...handsKeptTheirWord(money),
    ...money.forgedTaken.map((letter) => `a forged webhook was taken: ${letter}`),
  ];
}

const nameOf = ({ system, id }: { readonly system: string; readonly id: string }) =>
  `${system}:${id}`;

function booksAgree({ tills, outside }: OutsideMoney): string[] {
  const booked = new Map(outside.map((charge) => [nameOf(charge), charge]));
  const theirs = new Set(tills.map(nameOf));
  return [
    ...tills.flatMap((charge) => {
      const name = nameOf(charge);
      const row = booked.get(name);
      if (row === undefined)
        return [`${name} was paid (${charge.paymentId}) and is not known here`];
      return isSameMoney(row, charge)
        ? []
        : [`${name} is ${moneyOf(charge)} at its system, ${moneyOf(row)} here`];
    }),
    ...outside
      .filter((charge) => !theirs.has(nameOf(charge)))
      .map((charge) => `${nameOf(charge)} is unknown to its system`),
  ];
}

type Sums = Pick<TillCharge, 'currency' | 'paid' | 'refunded'>;

function isSameMoney(one: Sums, other: Sums): boolean {
  return (
    one.currency === other.currency && one.paid === other.paid && one.refunded === other.refunded
  );
}

const moneyOf = ({ paid, refunded, currency }: Sums) => `${paid} - ${refunded} ${currency}`;

/** What stayed with each system, in each currency: paid minus refunded. */
export function totalsOf(
  charges: readonly (Sums & { readonly system: string })[],
): Map<string, bigint> {
  const totals = new Map<string, bigint>();
  for (const { system, currency, paid, refunded } of charges) {
    const key = `${system} ${currency}`;
    totals.set(key, (totals.get(key) ?? 0n) + paid - refunded);
  }
  return totals;
}

function totalsAgree({ tills, outside }: OutsideMoney): string[] {
  const [theirs, ours] = [totalsOf(tills), totalsOf(outside)];
  return [...new Set([...theirs.keys(), ...ours.keys()])]
    .filter((key) => (theirs.get(key) ?? 0n) !== (ours.get(key) ?? 0n))
    .map((key) => `${key}: ${theirs.get(key) ?? 0n} there, ${ours.get(key) ?? 0n} in our books`);
}

function outsideCreditedOnce({ outside }: OutsideMoney): string[] {
  return outside
    .filter(({ credits, isNobodys }) => credits !== (isNobodys ? 0 : 1))
    .map((charge) => `${nameOf(charge)} was credited ${charge.credits} times`);
}

function handsKeptTheirWord({ byHand, toldByHand }: OutsideMoney): string[] {
  const ends = new Map(byHand.map(({ id, status }) => [id, status]));
  return [
    ...byHand
      .filter(({ id, status }) => status === 'settled' && toldByHand.get(id) !== true)
      .map(({ id }) => `refund ${id} is settled, and nobody returned the money`),
    ...[...toldByHand]
      .filter(([id, wasReturned]) => wasReturned && ends.get(id) !== 'settled')
      .map(([id]) => `refund ${id} was made by hand and is ${ends.get(id) ?? 'unknown'} here`),
  ];
}
