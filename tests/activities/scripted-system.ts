/** A payment system that does what a test scripts, and remembers what was asked of it. */
import type { PaymentReport, SystemCharge, SystemRefund } from '../../src/domain/charge';
import {
  PaymentSystemError,
  type InvoiceOrder,
  type OpenedInvoice,
  type PaymentFailureClass,
  type PaymentSystem,
  type PaymentTraits,
  type RefundOrder,
  type RefundReport,
} from '../../src/payments/payment-system';
import type { PaymentSystems } from '../../src/payments/registry';

type Call = 'openInvoice' | 'findInvoice' | 'fetchStatus' | 'refund' | 'fetchRefund';

/** Makes the next call fail: before its effect, or after it when the answer is lost. */
interface Fault {
  readonly failure: PaymentFailureClass;
  readonly afterEffect: boolean;
}

export interface ScriptedSystem {
  readonly systems: PaymentSystems;
  readonly calls: Call[];
  /** Every order an invoice was asked for with, also those that failed. */
  readonly orders: InvoiceOrder[];
  /** Invoices that are open there, by our payment id. */
  readonly invoices: Map<string, OpenedInvoice[]>;
  /** Refunds that were made there, by our refund id. */
  readonly refunds: Map<string, RefundOrder[]>;
  /** What a look finds. */
  report: PaymentReport;
  /** How a refund is answered. */
  answer: RefundReport;
  fail(call: Call, failure: PaymentFailureClass, options?: { afterEffect: boolean }): void;
  times(call: Call): number;
}

export const traits: PaymentTraits = {
  id: 'till',
  currencies: ['RUB'],
  refunds: 'partial',
  invoiceSeconds: { least: 60, most: 86_400 },
  graceSeconds: 3600,
  pollMs: 5000,
};

export const nothingPaid: PaymentReport = { state: 'open', charges: [], refunds: [] };

export const rub = (amountMinor: bigint) => ({ amountMinor, currency: 'RUB' as const });

export function paidBy(chargeId: string, more: Partial<SystemCharge> = {}): SystemCharge {
  return { chargeId, paid: rub(49_900n), at: new Date('2026-11-21T10:00:00Z'), ...more };
}

export function returnedBy(systemRefundId: string, more: Partial<SystemRefund> = {}): SystemRefund {
  return {
    systemRefundId,
    chargeId: 'c1',
    amount: rub(49_900n),
    status: 'refunded',
    at: new Date('2026-11-21T11:00:00Z'),
    ...more,
  };
}

export function createScriptedSystem(
  overrides: Partial<PaymentTraits> = {},
  canFind = true,
): ScriptedSystem {
  const faults = new Map<Call, Fault[]>();
  const effect = async <T>(call: Call, act: () => T): Promise<T> => {
    script.calls.push(call);
    const fault = faults.get(call)?.shift();
    if (fault?.afterEffect === false) throw new PaymentSystemError(fault.failure, 'scripted');
    const answer = act();
    if (fault !== undefined) throw new PaymentSystemError(fault.failure, 'scripted');
    return answer;
  };
  const push = <T>(map: Map<string, T[]>, key: string, value: T): T => {
    map.set(key, [...(map.get(key) ?? []), value]);
    return value;
  };

  const system: PaymentSystem = {
    id: 'till',
    openInvoice: (order) => {
      const { paymentId } = order;
      script.orders.push(order);
      return effect('openInvoice', () =>
        push(script.invoices, paymentId, {
          invoiceId: `inv-${paymentId}`,
          payUrl: `https://till.example/${paymentId}`,
        }),
      );
    },
    ...(canFind
      ? {
          findInvoice: ({ paymentId }) =>
            effect('findInvoice', () => script.invoices.get(paymentId)?.[0]),
        }
      : {}),
    fetchStatus: () => effect('fetchStatus', () => script.report),
    refund: (order) =>
      effect('refund', () => {
        push(script.refunds, order.refundId, order);
        return script.answer;
      }),
    ...(canFind
      ? {
          fetchRefund: ({ refundId }) =>
            effect('fetchRefund', () => (script.refunds.has(refundId) ? script.answer : undefined)),
        }
      : {}),
  };
  const definition = { ...traits, ...overrides };
  const ready = new Map([[definition.id, { definition, system }]]);
  const script: ScriptedSystem = {
    systems: { ready, off: [], get: () => system },
    calls: [],
    orders: [],
    invoices: new Map(),
    refunds: new Map(),
    report: nothingPaid,
    answer: { status: 'refunded', systemRefundId: 'sr-1' },
    fail: (call, failure, { afterEffect } = { afterEffect: false }) => {
      faults.set(call, [...(faults.get(call) ?? []), { failure, afterEffect }]);
    },
    times: (call) => script.calls.filter((made) => made === call).length,
  };
  return script;
}
