/**
 * What must be true whatever happened: the ledger's own invariants, and that the books of the payment
 * systems and those of Easel tell of the same money. Each finding is one sentence.
 */
import type { Charge, Refund } from '../../src/generated/prisma/client';
import { checkLedger } from '../../src/storage/ledger-check';
import { holdReason } from '../../src/domain/charge';
import type { Payment } from '../../src/storage/payment-store';
import type { Account } from './bank';
import { persist, type Run } from './people';

/** At any moment: sums, balances, chains, reserves, keys, credits and refunds (I1-I10). */
export async function judgeLedger({ town }: Run): Promise<string[]> {
  const check = await persist(() => checkLedger(town.db));
  if (check === undefined) return ['the ledger could not be read'];
  if (check.sound) return [];
  const told = JSON.stringify(check, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return [`the ledger is unsound: ${told}`];
}

/** At the end, when everything came to rest. */
export async function judgeAll(run: Run): Promise<string[]> {
  const ids = run.payments.map(({ id }) => id);
  const [charges, refunds, rows] = await run.town.db.$transaction([
    run.town.db.charge.findMany({ where: { paymentId: { in: ids } } }),
    run.town.db.refund.findMany({ where: { paymentId: { in: ids } } }),
    run.town.db.payment.findMany({ where: { id: { in: ids } } }),
  ]);
  const books = { charges, refunds };
  const found = ids.flatMap((id) => {
    const account = run.town.bank.accounts.get(id);
    if (account !== undefined) return judgeAccount(account, books);
    const invented = charges.filter(({ paymentId }) => paymentId === id);
    return invented.map(({ chargeId }) => `${chargeId} came from nowhere`);
  });
  const misjudged = run.payments.flatMap((payment) =>
    judgeCredits(payment, run.town.bank.accounts.get(payment.id), charges),
  );
  const unended = rows
    .filter(({ status, system }) => system !== 'stars' && ['created', 'invoiced'].includes(status))
    // One whose only money was dismissed or went back was neither paid nor left unpaid.
    .filter(({ id }) => !charges.some(({ paymentId }) => paymentId === id))
    .map(({ id, status }) => `${id} is still ${status}`);
  return [
    ...(await judgeLedger(run)),
    ...found,
    ...misjudged,
    ...unended,
    ...(await judgePromos(run)),
    ...(await judgeGenerations(run)),
    ...(await judgeWorkflows(run)),
    ...run.postman.wronglyTaken.map((letter) => `a forged webhook was taken: ${letter}`),
  ];
}

interface Books {
  readonly charges: readonly Charge[];
  readonly refunds: readonly Refund[];
}

function judgeAccount(account: Account, books: Books): string[] {
  const mine = books.charges.filter(({ paymentId }) => paymentId === account.paymentId);
  const invented = mine
    .filter(({ chargeId }) => !account.charges.some((charge) => charge.chargeId === chargeId))
    .map(({ chargeId }) => `${chargeId} came from nowhere`);
  return [...invented, ...account.charges.flatMap((charge) => judgeCharge(account, charge, books))];
}

/** Nothing the payment system took is lost, and what it gave back is what Easel says it gave back. */
function judgeCharge(
  account: Account,
  seen: Account['charges'][number],
  { charges, refunds }: Books,
): string[] {
  const { chargeId } = seen;
  const row = charges.find((charge) => charge.chargeId === chargeId);
  if (row === undefined) return [`${chargeId} was paid and is not known here`];
  const mine = refunds.filter((refund) => refund.chargeId === chargeId);
  const about = { account, seen, row, mine };
  return [...judgeOwed(about), ...judgeReturned(about), ...judgeFrozen(about)];
}

/** One charge as its system sees it, its row here, and the refunds of it here. */
interface Subject {
  readonly account: Account;
  readonly seen: Account['charges'][number];
  readonly row: Charge;
  readonly mine: readonly Refund[];
}

const sumOf = (all: readonly bigint[]) => all.reduce((sum, amount) => sum + amount, 0n);

function judgeOwed({ seen, row, mine }: Subject): string[] {
  const { chargeId, amountMinor, currency, creditedAt, decision, refundedAt, heldFor } = row;
  const found: string[] = [];
  if (amountMinor !== seen.paid.amountMinor || currency !== seen.paid.currency) {
    found.push(`${chargeId} is booked as ${amountMinor} ${currency}`);
  }
  if (creditedAt === null && decision !== 'dismiss' && refundedAt === null) {
    found.push(
      `${chargeId} (${amountMinor}) is neither credited nor returned: held for ${heldFor}, ` +
        `decided ${decision}; ${storyOf(mine)}`,
    );
  }
  return found;
}

function judgeReturned({ account, seen, row, mine }: Subject): string[] {
  const { chargeId } = row;
  // By hand means outside the system.
  const isThere = ({ systemRefundId, origin }: Refund) =>
    systemRefundId !== null || origin === 'cabinet' || account.system === 'stars';
  const here = sumOf(
    settled(mine)
      .filter(isThere)
      .map(({ amountMinor }) => amountMinor),
  );
  const theirs = account.refunds.filter((refund) => refund.chargeId === chargeId);
  const there = sumOf(
    theirs.filter(({ status }) => status === 'refunded').map(({ amount }) => amount.amountMinor),
  );
  // What an admin returns by hand may go back in the cabinet as well; nobody can know. A dispute holds
  // all of a charge until it ends, also the part that had gone back before.
  const isOpen = account.system === 'heleket' || seen.disputed === true;
  const isWrong = here > there || (here !== there && !isOpen);
  const told = `${chargeId}: ${there} went back there, ${here} here (${storyOf(mine)})`;
  const waiting = mine
    .filter(({ origin, status }) => origin === 'signal' && status === 'clawed_back')
    .map(({ id }) => `refund ${id} did not end`);
  return isWrong ? [told, ...waiting] : waiting;
}

function judgeFrozen({ seen, row, mine }: Subject): string[] {
  // Who credits a disputed charge knows of it; the next look freezes it again.
  const isByItself = row.creditedAt !== null && row.decision === null;
  const isFrozenHere = mine.some(
    ({ origin, status }) => origin === 'dispute' && status === 'clawed_back',
  );
  const isBack = sumOf(settled(mine).map(({ amountMinor }) => amountMinor)) >= row.amountMinor;
  if (!isByItself || isBack || (seen.disputed === true) === isFrozenHere) return [];
  return [`${row.chargeId} is ${isFrozenHere ? '' : 'not '}frozen here, otherwise there`];
}

function settled(refunds: readonly Refund[]): Refund[] {
  return refunds.filter(({ status, origin }) => status === 'settled' && origin !== 'dispute');
}

function storyOf(refunds: readonly Refund[]): string {
  const stories = refunds.map(
    ({ id, origin, status, amountMinor, systemRefundId, failureCode }) =>
      `${id} ${origin} ${amountMinor} ${status} ${systemRefundId ?? ''} ${failureCode ?? ''}`,
  );
  return stories.map((story) => story.trim()).join('; ');
}

/** What was agreed on brings what was ordered; anything else brings nothing by itself. */
function judgeCredits(
  payment: Payment,
  account: Account | undefined,
  charges: readonly Charge[],
): string[] {
  return (account?.charges ?? []).flatMap(({ chargeId, paid, doubt }) => {
    const row = charges.find((charge) => charge.chargeId === chargeId);
    if (row?.creditedAt == null) return [];
    const odd = holdReason(account?.price ?? paid, {
      paid,
      ...(doubt === undefined ? {} : { doubt }),
    });
    if (odd !== undefined && row.decision === null) {
      return [`${chargeId} is ${odd} and was credited without a decision`];
    }
    const isAll = row.creditedTokens === payment.packTokens;
    return isAll || row.decision === 'credit_paid'
      ? []
      : [`${chargeId} brought ${row.creditedTokens} of ${payment.packTokens} tokens`];
  });
}

/** At most two uses by everybody and one by a person; expired payments give theirs back. */
async function judgePromos({ town, seed }: Run): Promise<string[]> {
  const rows = await town.db.$queryRaw<{ code: string; uses: bigint; most: bigint }[]>`
    WITH used AS (
      SELECT r.code, r.person_id, count(*) AS uses FROM promo_redemptions r
      LEFT JOIN payments y ON y.id = r.payment_id
      WHERE r.code LIKE ${`%-${seed}`} AND (r.payment_id IS NULL OR y.status = 'paid')
      GROUP BY 1, 2
    )
    SELECT code, sum(uses)::bigint AS uses, max(uses)::bigint AS most FROM used GROUP BY code`;
  return rows
    .filter(({ uses, most }) => uses > 2n || most > 1n)
    .map(({ code, uses, most }) => `${code} was used ${uses} times, ${most} by one person`);
}

/** Every reserve ended, and as its generation did. */
async function judgeGenerations({ town, generations }: Run): Promise<string[]> {
  const rows = await town.db.generation.findMany({ where: { id: { in: [...generations] } } });
  const reserves = await town.db.ledgerReserve.findMany({
    where: { id: { in: [...generations] } },
  });
  const ends: Readonly<Record<string, readonly string[]>> = {
    delivered: ['committed'],
    released: ['released', 'expired'],
  };
  return rows.flatMap(({ id, status }) => {
    const reserve = reserves.find((one) => one.id === id);
    if (reserve === undefined)
      return status === 'ordered' || status === 'refused' ? [] : [`${id} is ${status} for nothing`];
    return ends[status]?.includes(reserve.state) === true
      ? []
      : [`${id} is ${status}, its reserve ${reserve.state}`];
  });
}

async function judgeWorkflows({ town, payments }: Run): Promise<string[]> {
  const stories = await Promise.all(
    payments.map(async ({ id }) => [id, (await town.workflow(id).describe()).status.name] as const),
  );
  return stories
    .filter(([, status]) => !['RUNNING', 'COMPLETED', 'TERMINATED'].includes(status))
    .map(([id, status]) => `the workflow of ${id} is ${status}`);
}
