/**
 * What must be true whatever happened: the ledger's own invariants, and that the books of the payment
 * systems and those of Easel tell of the same money. Each finding is one sentence.
 */
import type { Charge, Refund } from '../../src/generated/prisma/client';
import { checkLedger } from '../../src/storage/ledger-check';
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
  const unended = rows
    .filter(({ status, system }) => system !== 'stars' && ['created', 'invoiced'].includes(status))
    // One whose only money was dismissed or went back was neither paid nor left unpaid.
    .filter(({ id }) => !charges.some(({ paymentId }) => paymentId === id))
    .map(({ id, status }) => `${id} is still ${status}`);
  return [
    ...(await judgeLedger(run)),
    ...found,
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
  const found: string[] = [];
  if (row.amountMinor !== seen.paid.amountMinor || row.currency !== seen.paid.currency) {
    found.push(`${chargeId} is booked as ${row.amountMinor} ${row.currency}`);
  }
  const mine = refunds.filter((refund) => refund.chargeId === chargeId);
  const isReturned = row.refundedAt !== null;
  if (row.creditedAt === null && row.decision !== 'dismiss' && !isReturned) {
    const story = mine.map(
      ({ id, origin, status, amountMinor, failureCode }) =>
        `${id} ${origin} ${amountMinor} ${status} ${failureCode ?? ''}`,
    );
    found.push(
      `${chargeId} (${row.amountMinor}) is neither credited nor returned: held for ${row.heldFor}, ` +
        `decided ${row.decision}; ${story.join('; ')}`,
    );
  }
  const sumOf = (all: readonly bigint[]) => all.reduce((sum, amount) => sum + amount, 0n);
  const here = sumOf(
    mine
      .filter(({ status, origin }) => status === 'settled' && origin !== 'dispute')
      .filter(
        ({ systemRefundId, origin }) =>
          systemRefundId !== null || origin === 'cabinet' || account.system === 'stars',
      )
      .map(({ amountMinor }) => amountMinor),
  );
  const there = sumOf(
    account.refunds
      .filter((refund) => refund.chargeId === chargeId && refund.status === 'refunded')
      .map(({ amount }) => amount.amountMinor),
  );
  if (here !== there && account.system !== 'heleket') {
    found.push(`${chargeId}: ${there} went back there, ${here} here`);
  }
  const isFrozenHere = mine.some(
    ({ origin, status }) => origin === 'dispute' && status === 'clawed_back',
  );
  const isWhollyBack =
    sumOf(
      mine
        .filter(({ status, origin }) => status === 'settled' && origin !== 'dispute')
        .map(({ amountMinor }) => amountMinor),
    ) >= row.amountMinor;
  if (row.creditedAt !== null && !isWhollyBack && (seen.disputed === true) !== isFrozenHere) {
    found.push(`${chargeId} is ${isFrozenHere ? '' : 'not '}frozen here, otherwise there`);
  }
  for (const { id, status, origin } of mine) {
    if (status === 'requested' || (status === 'clawed_back' && origin === 'signal')) {
      found.push(`refund ${id} is still ${status}`);
    }
  }
  return found;
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
