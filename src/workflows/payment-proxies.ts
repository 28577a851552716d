/** The steps of a payment as its workflows call them; `summary` is what operators read beside a call. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { InvoiceSteps } from '../activities/invoice-steps';
import type { PaymentNotices } from '../activities/payment-notices';
import type { PaymentSteps } from '../activities/payment-steps';
import { taskQueues } from './contract';
import { databaseStep, noticeStep } from './policies';

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
