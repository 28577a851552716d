/** The steps of a payment as its workflows call them; `summary` is what operators read beside a call. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { InvoiceSteps } from '../activities/invoice-steps';
import type { PaymentNotices } from '../activities/payment-notices';
import type { PaymentSteps } from '../activities/payment-steps';
import type { SystemPaymentSteps } from '../activities/system-payment-steps';
import { taskQueues } from './contract';
import { courtesyStep, databaseStep, noticeStep } from './policies';
import { quietly } from './quietly';

export function paymentSteps(summary: string) {
  return proxyLocalActivities<PaymentSteps>({ ...databaseStep, summary });
}

export function paymentNotices(summary: string) {
  return proxyActivities<InvoiceSteps & PaymentNotices>({
    ...noticeStep,
    taskQueue: taskQueues.telegram,
    summary,
  });
}

/** A courtesy, so that nobody pays an invoice that is over. */
export async function cancelAtSystem(paymentId: string, system: string): Promise<void> {
  const { cancelPayment } = proxyActivities<SystemPaymentSteps>({
    ...courtesyStep,
    scheduleToCloseTimeout: '1m',
    taskQueue: taskQueues.payments,
    summary: `Take the invoice back (${system})`,
  });
  await quietly('cancelPayment', () => cancelPayment(paymentId));
}
