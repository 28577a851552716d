/** Events and billable actions of one generation and one payment, with and without polls. */
import { temporal } from '@temporalio/proto';
import { setTimeout as sleep } from 'node:timers/promises';
import { workflowIds } from '../src/workflows/contract';
import { paymentInput } from '../src/workflows/inputs';
import type { Figures } from './measure';
import { makePeople, placeOrder } from './people';
import { withStage, type Stage } from './stage';

type History = temporal.api.history.v1.IHistory;
const { EventType } = temporal.api.enums.v1;

export function history(): Promise<Figures> {
  return withStage(async (stage) => {
    const polledOnce = await generationHistory(stage, 0);
    const polled = await generationHistory(stage, 60);
    stage.provider.answersWithResult = true;
    const direct = await generationHistory(stage, 0);
    const paid = await paymentHistory(stage);
    return {
      generation_events: { value: events(direct), unit: 'events', target: '<= 25' },
      generation_events_1_poll: { value: events(polledOnce), unit: 'events', target: '<= 25' },
      generation_events_60_polls: { value: events(polled), unit: 'events', target: '<= 25' },
      generation_actions: { value: actions(direct), unit: 'actions', target: '<= 6' },
      generation_actions_1_poll: { value: actions(polledOnce), unit: 'actions', target: '<= 6' },
      generation_actions_60_polls: { value: actions(polled), unit: 'actions', target: '<= 6' },
      payment_events: { value: events(paid), unit: 'events' },
      payment_actions: { value: actions(paid), unit: 'actions' },
    };
  });
}

/** Up to the moment it is delivered, committed and waits for complaints. */
async function generationHistory(stage: Stage, polls: number): Promise<History> {
  stage.provider.polls = polls;
  const [person] = await makePeople(stage.parts, 1);
  if (person === undefined) throw new Error('Nobody there');
  const input = await placeOrder(stage.parts, person, 24 * 3600 * 1000);
  await stage.parts.engine.startGeneration(input);
  return settled(stage, workflowIds.generation(input.generationId));
}

async function paymentHistory(stage: Stage): Promise<History> {
  const { parts } = stage;
  const [person] = await makePeople(parts, 1);
  const { packs } = await parts.payments.shelf({ system: 'stars', currency: 'XTR' });
  const [pack] = packs;
  if (person === undefined || pack === undefined) throw new Error('Nobody or nothing there');
  const payment = await parts.payments.create({
    id: 'p-bench',
    person,
    chatId: person.telegramId,
    language: 'en',
    pack,
    system: 'stars',
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  const input = paymentInput(payment, parts.windows);
  await parts.engine.startPayment(input);
  await settled(stage, workflowIds.payment(payment.id));
  await parts.payments.recordCharge({
    system: 'stars',
    chargeId: 'charge-bench',
    paymentId: payment.id,
    telegramId: person.telegramId,
    currency: payment.price.currency,
    amountMinor: payment.price.amountMinor,
  });
  await parts.engine.charged(input, 'charge-bench');
  return settled(stage, workflowIds.payment(payment.id));
}

/** The history once nothing is under way: no step pending, and no event for two seconds. */
async function settled({ parts }: Stage, workflowId: string): Promise<History> {
  const handle = parts.client.workflow.getHandle(workflowId);
  for (let quiet = 0, last = 0; ;) {
    const [current, { raw }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
    const length = events(current);
    const rests = (raw.pendingActivities ?? []).length === 0 && length > 4;
    quiet = length === last && rests ? quiet + 1 : 0;
    if (quiet === 8) return current;
    last = length;
    await sleep(250);
  }
}

function events(of: History): number {
  return of.events?.length ?? 0;
}

/**
 * Billable actions as Temporal Cloud counts them: the start, each signal, timer, search-attribute
 * change and activity, and one for all local activities of a workflow task. Attempts after the first,
 * which a cloud would bill and a server of one's own does not, are left out: the history has none.
 */
function actions(of: History): number {
  const counted = new Set<number>([
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_TIMER_STARTED,
    EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES,
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
  ]);
  let count = 0;
  const tasksWithLocal = new Set<string>();
  for (const event of of.events ?? []) {
    const type = event.eventType ?? 0;
    if (counted.has(type)) count += 1;
    if (type === EventType.EVENT_TYPE_MARKER_RECORDED) {
      const attributes = event.markerRecordedEventAttributes;
      tasksWithLocal.add(String(attributes?.workflowTaskCompletedEventId));
    }
  }
  return count + tasksWithLocal.size;
}
