/**
 * Talking to a payment system: open an invoice, look a payment up, take an invoice back, return money.
 * Runs on its own queue, apart from Telegram's rate and from the workflows' database steps.
 */
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { PaymentReport } from '../domain/charge';
import { AppError, errorTable } from '../domain/errors';
import { nextLookMs } from '../domain/payment';
import type { Logger } from '../observability/logger';
import {
  PaymentSystemError,
  type InvoiceOrder,
  type PaymentReference,
  type PaymentTraits,
} from '../payments/payment-system';
import type { PaymentSystems, ReadyPaymentSystem } from '../payments/registry';
import type { Payment, PaymentStore } from '../storage/payment-store';
import type { ForeignRefund } from '../storage/payment-sightings';
import type { PersonStore } from '../storage/person-store';
import { invoiceTexts } from '../telegram/cards';
import { toAppError, withMappedFailures } from './failure';
import { createReturnMoney } from './return-money';

export interface SystemPaymentStepsDeps {
  readonly payments: PaymentStore;
  readonly persons: PersonStore;
  readonly systems: PaymentSystems;
  /** Where a system may send its webhook; undefined when nobody outside can reach the API. */
  readonly webhookUrl: ((system: string) => string) | undefined;
  /** Where the payer's browser goes afterwards; undefined when that is not known. */
  readonly returnUrl: () => Promise<string | undefined>;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** How a payment stands when its workflow begins, and how long it is worth waiting for. */
export interface OpenedPayment {
  readonly stage: 'waiting' | 'paid' | 'expired' | 'failed';
  /** Until it can no longer be paid; 0 when that is over. */
  readonly payMs: number;
  /** Until nobody looks any more whether it was paid. */
  readonly watchMs: number;
  /** Whether the system can be asked. */
  readonly isAsked: boolean;
}

/** What the workflow knew when it asked last. `state` is undefined where a system cannot be asked. */
export interface Known {
  readonly facts: string;
  readonly state: PaymentReport['state'] | undefined;
}

export interface Seen extends Known {
  /** Charges to credit or to hold. */
  readonly open: readonly string[];
  readonly foreign: readonly ForeignRefund[];
}

export type SystemPaymentSteps = ReturnType<typeof createSystemPaymentSteps>;

/** While our own account is refused, there is no hurry; the owner has to act. */
const ownersPaceMs = 10 * 60 * 1000;

export function createSystemPaymentSteps(deps: SystemPaymentStepsDeps) {
  const { payments, systems } = deps;
  return withMappedFailures({
    /**
     * Opens the invoice at the system once. The row says `opening` before the call and `opened` after
     * it; a row found in `opening` means the answer was lost, and then the system is asked.
     */
    async openPayment(paymentId: string): Promise<OpenedPayment> {
      const payment = await payments.get(paymentId);
      if (payment.status === 'created') await openOnce(deps, payment);
      const ready = systems.ready.get(payment.system);
      const { status } = payment;
      const stage = status === 'created' || status === 'invoiced' ? 'waiting' : status;
      return {
        stage,
        isAsked: ready?.system.fetchStatus !== undefined,
        ...spans(payment, ready?.definition, deps.now()),
      };
    },

    /**
     * Looks until something is new. Nothing new is a benign failure that carries the delay to the next
     * look, so that a wait of any length adds nothing to the history. With `once` it answers at once.
     */
    async watchPayment(paymentId: string, known: Known, once: boolean): Promise<Seen> {
      const payment = await payments.get(paymentId);
      const ready = systems.ready.get(payment.system);
      const look = await lookUp(deps, payment, ready);
      const seen =
        'error' in look
          ? { ...(await payments.sighting(paymentId)), state: known.state }
          : { ...look.sighting, state: look.state };
      const isNews = seen.facts !== known.facts || seen.state !== known.state;
      if (isNews || (once && !('error' in look))) return seen;
      const ageMs = deps.now().getTime() - payment.createdAt.getTime();
      const delayMs = nextLookMs(ageMs, ready?.definition.pollMs ?? ownersPaceMs);
      throw 'error' in look ? tryLater(deps, look.error, delayMs) : stillOpen(delayMs);
    },

    /** A courtesy, so that nobody pays an invoice that is over; a payment may win the race. */
    async cancelPayment(paymentId: string): Promise<void> {
      const payment = await payments.get(paymentId);
      await systems.ready.get(payment.system)?.system.cancelInvoice?.(referenceOf(payment));
    },

    returnToPayer: createReturnMoney(deps),
  });
}

async function openOnce(deps: SystemPaymentStepsDeps, payment: Payment): Promise<void> {
  const { payments } = deps;
  const { system, definition } = readySystem(deps, payment);
  const claim = await payments.startOpening(payment.id);
  if (claim === 'opened') return;
  if (claim === 'unknown') {
    const found = await system.findInvoice?.(referenceOf(payment));
    if (found !== undefined) {
      await payments.invoiceOpened(payment.id, found);
      return;
    }
  }
  const order = await orderOf(deps, await payments.get(payment.id), definition);
  try {
    await payments.invoiceOpened(payment.id, await system.openInvoice(order));
  } catch (error) {
    // Only the first call can say that nothing was opened; a later one does not know of those before.
    const isNo = error instanceof PaymentSystemError && error.failure !== 'unknown';
    if (isNo && claim === 'mine') await payments.openingRefused(payment.id);
    throw error;
  }
}

async function orderOf(
  { persons, returnUrl: findReturnUrl, webhookUrl: urlOf }: SystemPaymentStepsDeps,
  payment: Payment,
  definition: PaymentTraits,
): Promise<InvoiceOrder> {
  const { telegramId } = await persons.get(payment.personId);
  const returnUrl = await findReturnUrl();
  const { receiptEmail: email } = payment;
  const webhookUrl = urlOf?.(payment.system);
  return {
    paymentId: payment.id,
    telegramId,
    price: payment.price,
    language: payment.language,
    expiresAt: payableUntil(payment, definition),
    ...invoiceTexts({ language: payment.language, tokens: payment.packTokens }),
    ...(returnUrl === undefined ? {} : { returnUrl }),
    ...(webhookUrl === undefined ? {} : { webhookUrl }),
    ...(email === null ? {} : { email }),
  };
}

function readySystem(deps: SystemPaymentStepsDeps, payment: Payment): ReadyPaymentSystem {
  const ready = deps.systems.ready.get(payment.system);
  if (ready === undefined) {
    throw new AppError('PAYMENT_SYSTEM_REFUSED', `${payment.system} is switched off`);
  }
  return ready;
}

type Look =
  | {
      readonly state: PaymentReport['state'] | undefined;
      readonly sighting: Awaited<ReturnType<PaymentStore['sighting']>>;
    }
  | { readonly error: PaymentSystemError };

/** A system that is off or cannot be asked says nothing; then the stored rows are all there is. */
async function lookUp(
  { payments }: SystemPaymentStepsDeps,
  payment: Payment,
  ready: ReadyPaymentSystem | undefined,
): Promise<Look> {
  if (ready?.system.fetchStatus === undefined) {
    return { state: undefined, sighting: await payments.sighting(payment.id) };
  }
  try {
    const report = await ready.system.fetchStatus(referenceOf(payment));
    return { state: report.state, sighting: await payments.observe(payment.id, report) };
  } catch (error) {
    if (!(error instanceof PaymentSystemError)) throw error;
    // Nothing there yet: some systems know a payment only once it was begun to be paid.
    if (error.failure === 'not-found') {
      return { state: 'open', sighting: await payments.sighting(payment.id) };
    }
    return { error };
  }
}

function stillOpen(delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'PAYMENT_STILL_OPEN',
    message: 'Nothing new',
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: delayMs,
  });
}

/** Whatever a look-up failed of, it is tried again: the payer's money does not depend on our keys. */
function tryLater(
  { logger }: SystemPaymentStepsDeps,
  error: PaymentSystemError,
  delayMs: number,
): ApplicationFailure {
  const { code, message, retryAfterMs = 0 } = toAppError(error);
  const isOurs = !errorTable[code].retry;
  if (isOurs) logger.error({ code, detail: message }, 'A payment system refuses to be asked');
  return ApplicationFailure.create({
    type: code,
    message,
    nextRetryDelay: Math.max(delayMs, retryAfterMs, isOurs ? ownersPaceMs : 0),
  });
}

/** What is needed to look it up at its system. */
export function referenceOf(payment: Payment): PaymentReference {
  return {
    paymentId: payment.id,
    price: payment.price,
    createdAt: payment.createdAt,
    ...(payment.invoiceId === null ? {} : { invoiceId: payment.invoiceId }),
  };
}

/** The expiry we want, as far as the system can be told. */
function payableUntil(payment: Payment, { invoiceSeconds }: PaymentTraits): Date {
  const begun = payment.createdAt.getTime();
  const wanted = payment.expiresAt.getTime() - begun;
  const span = Math.min(Math.max(wanted, invoiceSeconds.least * 1000), invoiceSeconds.most * 1000);
  return new Date(begun + span);
}

function spans(
  payment: Payment,
  definition: PaymentTraits | undefined,
  now: Date,
): Pick<OpenedPayment, 'payMs' | 'watchMs'> {
  const until = definition === undefined ? payment.expiresAt : payableUntil(payment, definition);
  const payMs = Math.max(0, until.getTime() - now.getTime());
  const graceMs = (definition?.graceSeconds ?? 0) * 1000;
  return { payMs, watchMs: Math.max(0, until.getTime() + graceMs - now.getTime()) };
}
