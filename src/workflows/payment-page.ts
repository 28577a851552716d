/** How a payment stands, for the top of its workflow's page. */
import { setCurrentDetails } from '@temporalio/workflow';
import type { DecisionOutcome, PaymentStage, RefundOutcome } from './contract';
import { describeOutcomes } from './outcomes';
import { describeRefunds } from './refund-queue';

export function showOnPage(payment: {
  readonly stage: PaymentStage;
  readonly credited: readonly string[];
  readonly decisions: readonly DecisionOutcome[];
  readonly refunds: readonly RefundOutcome[];
}): void {
  const { stage, credited, decisions, refunds } = payment;
  setCurrentDetails(
    [
      `**${stage}**\n`,
      ...credited.map((id) => `- credited charge \`${id}\``),
      ...describeOutcomes('decision', decisions),
      ...describeRefunds(refunds),
    ].join('\n'),
  );
}
