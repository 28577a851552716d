/**
 * Plays Heleket: coins arrive whole, short, over, after confirmations or into an AML check; webhooks
 * carry their signature inside, as PHP writes it; refunds go through `refund_process`.
 *
 * Actions besides the page's buttons: `pay {amount?, isFinal?}` in the invoice's currency; what was
 * not final `confirm` makes so. `refundOutcome {status: "refund_paid" | "refund_fail"}` for the refund of
 * a payment, `payouts` with the id "on" or "off".
 */
import { z } from 'zod';
import type { PayPage } from './frame/pay-page';
import type { Button } from './frame/pay-page-texts';
import { defineStandIn, StandInRefusal, type StandInAction } from './frame/stand-in';
import { coinText } from './coin-rates';
import { answerHeleket, startRefund } from './heleket-api';
import {
  coinsOf,
  findInvoice,
  keepInvoice,
  openDesk,
  payerCurrency,
  tell,
  type Desk,
  type HeleketKey,
  type HeleketStatus,
  type InvoiceRow,
} from './heleket-invoices';

const paySchema = z.object({ amount: z.string().optional(), isFinal: z.boolean().default(true) });
const outcomeSchema = z.object({ status: z.enum(['refund_paid', 'refund_fail']) });

function rowOf(desk: Desk, id: string): InvoiceRow {
  const row = findInvoice(desk, id);
  if (!row) throw new StandInRefusal(404, 'no such invoice');
  return row;
}

function requireStatus(row: InvoiceRow, ...statuses: readonly HeleketStatus[]): void {
  if (!statuses.includes(row.status)) {
    throw new StandInRefusal(409, `the invoice is ${row.status}`);
  }
}

function change(desk: Desk, row: InvoiceRow, status: HeleketStatus): object {
  tell(desk, keepInvoice(desk, { ...row, status }));
  return { uuid: row.uuid, status };
}

/** Coins arrive: short of the price an invoice of several payments waits for the rest. */
function arrive(desk: Desk, row: InvoiceRow, coins: bigint): object {
  requireStatus(row, 'check', 'confirm_check', 'wrong_amount_waiting');
  const arrived = BigInt(row.arrived) + coins;
  const asked = BigInt(row.asked);
  const short = row.isMultiple ? 'wrong_amount_waiting' : 'wrong_amount';
  const status = arrived < asked ? short : arrived === asked ? 'paid' : 'paid_over';
  return change(desk, { ...row, arrived: arrived.toString() }, status);
}

const missing = (row: InvoiceRow): bigint => BigInt(row.asked) - BigInt(row.arrived);

function expire(desk: Desk, row: InvoiceRow): object {
  requireStatus(row, 'check', 'wrong_amount_waiting');
  return change(desk, row, row.status === 'check' ? 'cancel' : 'wrong_amount');
}

function actionsOf(desk: Desk): Readonly<Record<string, StandInAction>> {
  const on =
    (work: (row: InvoiceRow, body: unknown) => unknown): StandInAction =>
    (id, body) =>
      work(rowOf(desk, id), body);
  return {
    pay: on((row, body) => {
      const { amount, isFinal } = paySchema.parse(body);
      const coins = amount === undefined ? missing(row) : coinsOf(amount, row.currency);
      if (coins === undefined) throw new StandInRefusal(400, 'no such amount');
      return arrive(desk, isFinal ? row : { ...row, isProvisional: true }, coins);
    }),
    underpay: on((row) => arrive(desk, row, missing(row) / 2n)),
    overpay: on((row) => arrive(desk, row, (missing(row) * 3n) / 2n)),
    wait: on((row) => {
      requireStatus(row, 'check');
      return change(desk, row, 'confirm_check');
    }),
    confirm: on(({ isProvisional, ...row }) => {
      if (isProvisional) return change(desk, row, row.status);
      requireStatus(row, 'confirm_check');
      return arrive(desk, row, missing(row));
    }),
    lock: on((row) => {
      requireStatus(row, 'check', 'confirm_check');
      return change(desk, { ...row, arrived: row.asked }, 'locked');
    }),
    unlock: on((row) => {
      requireStatus(row, 'locked');
      return change(desk, row, 'paid');
    }),
    fail: on((row) => {
      requireStatus(row, 'check', 'confirm_check');
      return change(desk, row, 'fail');
    }),
    expire: on((row) => expire(desk, row)),
    refund: on((row) => {
      requireStatus(row, 'paid', 'paid_over', 'wrong_amount', 'refund_fail');
      startRefund(desk, row);
    }),
    refundOutcome: on((row, body) => {
      desk.invoices.set(row.uuid, { ...row, refundOutcome: outcomeSchema.parse(body).status });
    }),
    payouts: (id) => desk.switches.set('payouts', id),
  };
}

/** Invoices run out, refunds end. */
function sweep(desk: Desk): void {
  const now = desk.site.now().getTime();
  for (const uuid of desk.open.values()) {
    const row = desk.invoices.get(uuid);
    if (!row) continue;
    if (row.status === 'refund_process') {
      if ((row.refundEndsAt ?? 0) <= now) change(desk, row, row.refundOutcome ?? 'refund_paid');
    } else if (row.status !== 'confirm_check' && row.expiresAt <= now) {
      expire(desk, row);
    }
  }
}

const looks: Readonly<Record<HeleketStatus, readonly [PayPage['state'], readonly Button[]]>> = {
  check: ['open', ['pay', 'underpay', 'overpay', 'wait', 'lock', 'fail', 'expire']],
  confirm_check: ['processing', ['confirm', 'lock', 'fail']],
  wrong_amount_waiting: ['processing', ['pay', 'overpay', 'expire']],
  paid: ['paid', ['refund']],
  paid_over: ['paid', ['refund']],
  wrong_amount: ['closed', ['refund']],
  cancel: ['closed', []],
  fail: ['closed', []],
  locked: ['processing', ['unlock']],
  refund_process: ['processing', []],
  refund_paid: ['refunded', []],
  refund_fail: ['paid', ['refund']],
};

function page(desk: Desk, id: string): PayPage | undefined {
  const row = findInvoice(desk, id);
  if (!row) return undefined;
  const [state, buttons] = looks[row.status];
  const coins = (units: string): string => `${coinText(BigInt(units))} ${payerCurrency}`;
  return {
    amount: `${row.amount} ${row.currency}`,
    description: row.additionalData ?? row.orderId,
    state,
    buttons,
    lines: [
      { label: { en: 'To pay', ru: 'К оплате' }, value: coins(row.asked) },
      ...(row.arrived === '0'
        ? []
        : [{ label: { en: 'Arrived', ru: 'Поступило' }, value: coins(row.arrived) }]),
    ],
    ...(row.returnUrl !== undefined && { returnUrl: row.returnUrl }),
  };
}

export const heleketStandIn = defineStandIn<HeleketKey>({
  id: 'heleket',
  title: { en: 'Heleket', ru: 'Heleket' },
  keys: {
    HELEKET_MERCHANT: '8b03432e-385b-4670-8d06-064591096795',
    HELEKET_PAYMENT_KEY: 'sandbox-heleket-payment-key',
    HELEKET_PAYOUT_KEY: 'sandbox-heleket-payout-key',
  },
  webhooks: {
    // Until 200; the intervals are not published.
    nextInSeconds: (attempt) =>
      attempt < 24 ? Math.min(60 * 2 ** (attempt - 1), 3600) : undefined,
    isTaken: (status) => status === 200,
  },
  create(site) {
    const desk = openDesk(site);
    return {
      answer: (call) => answerHeleket(desk, call),
      page: (id) => page(desk, id),
      actions: actionsOf(desk),
      signWebhook: () => ({ 'content-type': 'application/json' }),
      sweep: () => sweep(desk),
      faultBody: () => ({ state: 1, message: 'Sandbox fault' }),
    };
  },
});
