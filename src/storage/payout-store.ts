/** Money that payment systems paid out to the owner, and what stands on the accounts of outside money. */
import { AppError } from '../domain/errors';
import type { Currency, Money } from '../domain/money';
import { recordAudit } from './audit-store';
import type { Database, Tx } from './database';

interface NewPayout {
  readonly system: string;
  /** The admin's own id for it; the same id twice is one payout. */
  readonly id: string;
  /** Negative: paid in by the owner, or the correction of a mistake. */
  readonly amount: Money;
  /** Telegram id of the admin. */
  readonly actor: string;
  readonly reason: string;
}

/** An account of outside money. Positive is a debit: what clearing holds is still with the system. */
interface MoneyBalance {
  readonly account: string;
  readonly currency: Currency;
  readonly amountMinor: bigint;
}

export type PayoutStore = ReturnType<typeof createPayoutStore>;

export function createPayoutStore(db: Database) {
  return {
    /**
     * Posts it once, audited; a repeat with the same terms is harmless. Throws IDEMPOTENCY_CONFLICT for
     * other terms, NOT_FOUND where no money of this system ever came in this currency.
     */
    recordPayout: (payout: NewPayout): Promise<void> => db.$transaction((tx) => record(tx, payout)),

    /** Every account that ever moved. */
    async moneyBalances(): Promise<MoneyBalance[]> {
      return db.$queryRaw<MoneyBalance[]>`
        SELECT e.account, t.currency, sum(e.delta)::bigint AS "amountMinor"
        FROM money_entries e JOIN money_transfers t ON t.id = e.transfer_id
        GROUP BY e.account, t.currency ORDER BY e.account, t.currency`;
    },
  };
}

async function record(tx: Tx, payout: NewPayout): Promise<void> {
  const { system, id, actor, reason } = payout;
  const { currency, amountMinor } = payout.amount;
  const came = await tx.charge.findFirst({ where: { system, currency }, select: { system: true } });
  if (came === null) throw new AppError('NOT_FOUND', `No ${currency} came by ${system}`);
  const { count } = await tx.payout.createMany({
    data: [{ system, id, currency, amountMinor, actor, reason }],
    skipDuplicates: true,
  });
  if (count === 1) {
    const target = `payout:${system}:${id}`;
    const outcome = `${amountMinor} ${currency}`;
    await recordAudit(tx, { actor, action: 'record_payout', target, reason, outcome });
    return;
  }
  const before = await tx.payout.findUniqueOrThrow({ where: { system_id: { system, id } } });
  if (before.currency !== currency || before.amountMinor !== amountMinor) {
    throw new AppError('IDEMPOTENCY_CONFLICT', `Payout ${system}:${id} has other terms`);
  }
}
