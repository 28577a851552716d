/**
 * The payment systems of the simulation and their books. They keep the words of the port and break
 * everything else: calls fail before or after their effect, refunds take their time or are refused,
 * money comes late, twice, short or in the wrong coin. Every whim is drawn from the seed, by payment
 * and call, so that the moments at which the calls come change nothing.
 */
import type { PaymentReport, SystemCharge, SystemRefund } from '../../src/domain/charge';
import type { Money } from '../../src/domain/money';
import {
  PaymentSystemError,
  type PaymentFailureClass,
  type PaymentReference,
  type PaymentSystem,
  type PaymentTraits,
  type RefundOrder,
  type RefundReport,
  type SystemPage,
  type SystemTransaction,
} from '../../src/payments/payment-system';
import type { PaymentSystems } from '../../src/payments/registry';
import { starsTraits } from '../../src/payments/stars';
import type { Chance } from '../crash/chance';
import { readSigned } from './postman';

const partial: PaymentTraits = {
  id: 'yookassa',
  currencies: ['RUB'],
  refunds: 'partial',
  invoiceSeconds: { least: 60, most: 86_400 },
  graceSeconds: 3600,
  // Far apart, so that an hour of a payment costs few look-ups.
  pollMs: 600_000,
};

/** Alike in what they can, unlike in how they answer. */
export const traitsOf: Readonly<Record<string, PaymentTraits>> = {
  yookassa: partial,
  stripe: { ...partial, id: 'stripe', currencies: ['USD'] },
  heleket: { ...partial, id: 'heleket', currencies: ['USD'], refunds: 'manual' },
  stars: starsTraits,
};

/** What a payment system knows of one payment. */
export interface Account {
  readonly system: string;
  readonly paymentId: string;
  readonly price: Money;
  /** Invoices people could pay: more than one would be one too many. */
  invoices: number;
  isCancelled: boolean;
  readonly charges: SystemCharge[];
  readonly refunds: SystemRefund[];
  /** Our refund id of each refund that was made by a call. */
  readonly asked: Map<string, SystemRefund>;
}

export interface Bank {
  readonly systems: PaymentSystems;
  readonly accounts: ReadonlyMap<string, Account>;
  /** Calls fail no more, and what is pending ends. */
  calm: boolean;
  take(account: Account, charge: SystemCharge): void;
  /** A refund made by hand in the cabinet. */
  refundInCabinet(account: Account, chargeId: string, amountMinor: bigint): void;
}

type DiceOf = (about: string) => Chance;

export function openBank(diceOf: DiceOf): Bank {
  const accounts = new Map<string, Account>();
  const bank: Bank = {
    systems: systemsOf(
      Object.values(traitsOf).map((traits) => ({
        traits,
        system: createSystem(traits, { accounts, diceOf, isCalm: () => bank.calm }),
      })),
    ),
    accounts,
    calm: false,
    take: (account, charge) => account.charges.push(charge),
    refundInCabinet: (account, chargeId, amountMinor) => {
      const charge = account.charges.find((one) => one.chargeId === chargeId);
      const isPossible = amountMinor > 0n && amountMinor <= leftOf(account, chargeId);
      if (charge === undefined || !isPossible || isDisputed(account, chargeId)) return;
      enterRefund(account, chargeId, { ...charge.paid, amountMinor });
    },
  };
  return bank;
}

function systemsOf(
  all: readonly { readonly traits: PaymentTraits; readonly system: PaymentSystem }[],
): PaymentSystems {
  const ready = new Map(
    all.map(({ traits, system }) => [traits.id, { definition: traits, system }]),
  );
  return {
    ready,
    off: [],
    get: (id) => {
      const found = ready.get(id);
      if (found === undefined) throw new Error(`No system ${id} here`);
      return found.system;
    },
  };
}

/** What neither went back nor is on its way back. */
export function leftOf(account: Account, chargeId: string): bigint {
  const charge = account.charges.find((one) => one.chargeId === chargeId);
  const returned = account.refunds
    .filter((refund) => refund.chargeId === chargeId && refund.status !== 'refused')
    .reduce((sum, { amount }) => sum + amount.amountMinor, 0n);
  return (charge?.paid.amountMinor ?? 0n) - returned;
}

/** Then nothing can be returned: the payer's bank has it. */
function isDisputed({ charges }: Account, chargeId: string): boolean {
  return charges.some((charge) => charge.chargeId === chargeId && charge.disputed === true);
}

function enterRefund(
  account: Account,
  chargeId: string,
  amount: Money,
  more: Partial<SystemRefund> = {},
): SystemRefund {
  const refund = {
    systemRefundId: `${account.paymentId}-back-${account.refunds.length + 1}`,
    chargeId,
    amount,
    status: 'refunded' as const,
    at: new Date(),
    ...more,
  };
  account.refunds.push(refund);
  return refund;
}

interface Office {
  readonly accounts: Map<string, Account>;
  readonly diceOf: DiceOf;
  readonly isCalm: () => boolean;
}

function createSystem(traits: PaymentTraits, office: Office): PaymentSystem {
  const { id } = traits;
  const call = callsOf(office);
  const pageOf = (paymentId: string) => ({
    invoiceId: `inv-${paymentId}`,
    payUrl: `https://${id}.example/${paymentId}`,
  });
  return {
    id,
    // A second call with our id is answered with the first invoice, as by an idempotency key.
    openInvoice: ({ paymentId, price }) =>
      call(paymentId, 'open', () => {
        const account = office.accounts.get(paymentId) ?? newAccount(id, paymentId, price);
        office.accounts.set(paymentId, account);
        account.invoices = 1;
        return id === 'stars' ? { messageId: 1n } : pageOf(paymentId);
      }),
    ...(id === 'yookassa'
      ? {
          findInvoice: ({ paymentId }: PaymentReference) =>
            call(paymentId, 'find', () =>
              office.accounts.has(paymentId) ? pageOf(paymentId) : undefined,
            ),
          fetchRefund: (order: RefundOrder) =>
            call(order.refundId, 'fetch-refund', () => {
              const refund = office.accounts.get(order.paymentId)?.asked.get(order.refundId);
              return refund === undefined ? undefined : standing(office, order, refund);
            }),
        }
      : {}),
    ...(id === 'stars'
      ? {}
      : {
          fetchStatus: ({ paymentId }: PaymentReference) =>
            call(paymentId, 'status', () => reportOf(office.accounts.get(paymentId))),
          cancelInvoice: ({ paymentId }: PaymentReference) =>
            call(paymentId, 'cancel', () => {
              const account = office.accounts.get(paymentId);
              if (account !== undefined) account.isCancelled = true;
            }),
          readWebhook: readSigned,
        }),
    refund: (order) =>
      traits.refunds === 'manual'
        ? Promise.resolve({ status: 'manual' as const })
        : call(order.refundId, 'refund', () => refund(traits, office, order)),
    listSince: (since, cursor = '0') =>
      call(id, 'list', () => pageOfAll([...office.accounts.values()], { id, since, cursor })),
  };
}

const pageSize = 40;

/** Everything that moved, the oldest first; what moves while it is read comes last. */
function pageOfAll(
  accounts: readonly Account[],
  { id, since, cursor }: { readonly id: string; readonly since: Date; readonly cursor: string },
): SystemPage {
  const all = accounts
    .filter(({ system }) => system === id)
    .flatMap(({ paymentId, charges, refunds }): SystemTransaction[] => [
      ...charges.map((charge) => ({ kind: 'charge', paymentId, charge: { ...charge } }) as const),
      ...refunds.map((one) => ({ kind: 'refund', paymentId, refund: { ...one } }) as const),
    ])
    .filter((one) => atOf(one) >= since)
    .sort((one, other) => atOf(one).getTime() - atOf(other).getTime());
  const end = Number(cursor) + pageSize;
  const transactions = all.slice(Number(cursor), end);
  return { transactions, ...(end < all.length && { cursor: String(end) }) };
}

function atOf(one: SystemTransaction): Date {
  return one.kind === 'charge' ? one.charge.at : one.refund.at;
}

function newAccount(system: string, paymentId: string, price: Money): Account {
  return {
    system,
    paymentId,
    price,
    invoices: 0,
    isCancelled: false,
    charges: [],
    refunds: [],
    asked: new Map(),
  };
}

function reportOf(account: Account | undefined): PaymentReport {
  if (account === undefined) throw new PaymentSystemError('not-found', 'no such invoice');
  const { charges, refunds, isCancelled } = account;
  const isFrozen = charges.some(({ doubt }) => doubt === 'frozen');
  const isOver = charges.length > 0 || isCancelled;
  const state = isFrozen ? 'processing' : isOver ? 'closed' : 'open';
  return {
    state,
    charges: charges.map((one) => ({ ...one })),
    refunds: refunds.map((one) => ({ ...one })),
  };
}

function refund(traits: PaymentTraits, office: Office, order: RefundOrder): RefundReport {
  const account = office.accounts.get(order.paymentId);
  const known = account?.asked.get(order.refundId);
  if (account === undefined) throw new PaymentSystemError('not-found', 'no such payment');
  if (known !== undefined) return standing(office, order, known);
  const isWhole = order.amount.amountMinor === order.charged.amountMinor;
  // Telegram says of Stars that went back, by whomever, that they did.
  if (traits.id === 'stars' && leftOf(account, order.chargeId) === 0n)
    return { status: 'refunded' };
  const isPossible = traits.refunds === 'partial' || isWhole;
  if (isDisputed(account, order.chargeId)) {
    throw new PaymentSystemError('invalid', 'its money is with the bank');
  }
  if (!isPossible || order.amount.amountMinor > leftOf(account, order.chargeId)) {
    throw new PaymentSystemError('invalid', 'not that much is left of it');
  }
  const luck = office.diceOf(`${order.refundId} outcome`).next();
  if (luck < 0.12) return { status: 'refused', detail: 'the shop is empty' };
  const entered = enterRefund(account, order.chargeId, order.amount, {
    status: luck < 0.4 && traits.id !== 'stars' ? 'pending' : 'refunded',
    // Some keep our id, some do not.
    ...(traits.id === 'stripe' ? { reference: order.refundId } : {}),
  });
  account.asked.set(order.refundId, entered);
  return { status: entered.status, systemRefundId: entered.systemRefundId };
}

/** What is pending ends one day, well or not. */
function standing(
  { diceOf, isCalm }: Office,
  order: RefundOrder,
  known: SystemRefund,
): RefundReport {
  const dice = diceOf(`${order.refundId} standing`);
  if (known.status === 'pending' && (isCalm() || dice.is(0.4))) {
    const ended = dice.is(0.7) ? 'refunded' : 'refused';
    (known as { status: SystemRefund['status'] }).status = ended;
  }
  return { status: known.status, systemRefundId: known.systemRefundId };
}

/** How calls fail: the share of each, before or after the effect. */
const troubles: readonly {
  readonly share: number;
  readonly failure: PaymentFailureClass;
  readonly isAfter: boolean;
  readonly only?: string;
}[] = [
  // No answer costs more when it is lost.
  { share: 0.5, failure: 'unknown', isAfter: true, only: 'refund' },
  { share: 0.08, failure: 'transient', isAfter: false },
  { share: 0.05, failure: 'unknown', isAfter: false },
  { share: 0.09, failure: 'unknown', isAfter: true },
  { share: 0.02, failure: 'auth', isAfter: false },
  { share: 0.01, failure: 'invalid', isAfter: false },
];

function callsOf({ diceOf, isCalm }: Office) {
  return async <T>(subject: string, name: string, effect: () => T): Promise<T> => {
    let luck = isCalm() ? 1 : diceOf(`${subject} ${name}`).next();
    const trouble = troubles
      .filter(({ only }) => only === undefined || only === name)
      .find(({ share }) => (luck -= share) < 0);
    if (trouble?.isAfter === false) throw new PaymentSystemError(trouble.failure, 'bad luck');
    const answer = effect();
    if (trouble !== undefined) throw new PaymentSystemError(trouble.failure, 'the answer was lost');
    return answer;
  };
}
