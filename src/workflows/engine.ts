/**
 * The only way the bot and the API reach Temporal: start a workflow, send it a signal, ask its state.
 */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { AppError } from '../domain/errors';
import type { DecisionRequest } from '../domain/decision';
import type { RefundRequest } from '../domain/refund';
import {
  cancelSignal,
  chargedSignal,
  decideSignal,
  generationStateQuery,
  paymentNewsSignal,
  paymentStateQuery,
  providerCalledBackSignal,
  refundSignal,
  searchAttributes,
  taskQueues,
  workflowIds,
  workflowTypes,
  type GenerationInput,
  type GenerationState,
  type PaymentInput,
  type PaymentState,
} from './contract';

/** Throws AppError NOT_FOUND when a signal or query has no open workflow to go to. */
export interface Engine {
  /** Repeats are harmless: the workflow id is the generation's. */
  startGeneration(input: GenerationInput): Promise<void>;
  cancelGeneration(generationId: string): Promise<void>;
  /** The provider called back; the workflow asks it at once. */
  wakeGeneration(generationId: string): Promise<void>;
  refundGeneration(generationId: string, request: RefundRequest): Promise<void>;
  /** Repeats are harmless: the workflow id is the payment's. */
  startPayment(input: PaymentInput): Promise<void>;
  /** Tells the payment of a stored charge; starts the workflow again when it ended already. */
  charged(input: PaymentInput, chargeId: string): Promise<void>;
  /** Makes the payment look at its system now; starts the workflow again when it ended already. */
  paymentNews(input: PaymentInput): Promise<void>;
  /** Decides on a held charge; starts the workflow again when it ended already. */
  decidePayment(input: PaymentInput, request: DecisionRequest): Promise<void>;
  /** Whether the payment's workflow runs, so that it needs nobody to wake it. */
  paymentIsOpen(paymentId: string): Promise<boolean>;
  /** Works after the refund window too: starts the workflow again when it ended already. */
  refundPayment(input: PaymentInput, request: RefundRequest): Promise<void>;
  generationState(generationId: string): Promise<GenerationState>;
  paymentState(paymentId: string): Promise<PaymentState>;
  /** Resolves when the Temporal frontend answers; rejects otherwise. */
  health(): Promise<void>;
}

/** A server that hangs must not hold a webhook's answer: the update is repeated instead. */
const patienceMs = 10_000;

export function createEngine(client: Client): Engine {
  const engine = createPatientEngine(client);
  const calls = Object.entries(engine) as [keyof Engine, (...args: never[]) => Promise<unknown>][];
  const hurried = calls.map(([name, call]) => [
    name,
    (...args: never[]) =>
      client.withAbortSignal(AbortSignal.timeout(patienceMs), () => call(...args)),
  ]);
  return Object.fromEntries(hurried) as Engine;
}

function createPatientEngine(client: Client): Engine {
  const generation = (id: string) => client.workflow.getHandle(workflowIds.generation(id));
  const payment = (id: string) => client.workflow.getHandle(workflowIds.payment(id));

  const signalWithStart = (input: PaymentInput, signal: { name: string }, ...args: unknown[]) =>
    client.workflow.signalWithStart(workflowTypes.payment, {
      ...paymentStartOptions(input),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      signal: signal.name,
      signalArgs: args,
    });

  return {
    startGeneration: (input) =>
      startOnce(() =>
        client.workflow.start(workflowTypes.generation, generationStartOptions(input)),
      ),
    cancelGeneration: (id) => orNotFound(() => generation(id).signal(cancelSignal)),
    wakeGeneration: (id) => orNotFound(() => generation(id).signal(providerCalledBackSignal)),
    refundGeneration: (id, request) =>
      orNotFound(() => generation(id).signal(refundSignal, request)),
    startPayment: (input) =>
      startOnce(() => client.workflow.start(workflowTypes.payment, paymentStartOptions(input))),
    charged: async (input, chargeId) => {
      await signalWithStart(input, chargedSignal, { chargeId });
    },
    refundPayment: async (input, request) => {
      await signalWithStart(input, refundSignal, request);
    },
    paymentNews: async (input) => {
      await signalWithStart(input, paymentNewsSignal);
    },
    decidePayment: async (input, request) => {
      await signalWithStart(input, decideSignal, request);
    },
    paymentIsOpen: async (id) => {
      try {
        return (await payment(id).describe()).status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    generationState: (id) => orNotFound(() => generation(id).query(generationStateQuery)),
    paymentState: (id) => orNotFound(() => payment(id).query(paymentStateQuery)),
    health: async () => {
      await client.connection.workflowService.getSystemInfo({});
    },
  };
}

function generationStartOptions(input: GenerationInput) {
  return {
    workflowId: workflowIds.generation(input.generationId),
    taskQueue: taskQueues.core,
    args: [input] as [GenerationInput],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    staticSummary: `${input.kind} by ${input.model}, ${input.priceTokens} tokens`,
    // One person's queue of jobs must not hold up everybody else's.
    priority: { priorityKey: 3, fairnessKey: input.personId },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.person, value: input.personId },
      { key: searchAttributes.kind, value: input.kind },
      { key: searchAttributes.model, value: input.model },
      { key: searchAttributes.provider, value: input.provider },
      { key: searchAttributes.status, value: 'working' },
      { key: searchAttributes.tokens, value: Number(input.priceTokens) },
    ]),
  };
}

function paymentStartOptions(input: PaymentInput) {
  return {
    workflowId: workflowIds.payment(input.paymentId),
    taskQueue: taskQueues.core,
    args: [input] as [PaymentInput],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    staticSummary: `${input.packTokens} tokens by ${input.system}`,
    // Money before pictures.
    priority: { priorityKey: 2, fairnessKey: input.personId },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.person, value: input.personId },
      { key: searchAttributes.kind, value: 'payment' },
      { key: searchAttributes.system, value: input.system },
      { key: searchAttributes.status, value: 'waiting' },
      { key: searchAttributes.tokens, value: Number(input.packTokens) },
    ]),
  };
}

async function startOnce(start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (error) {
    // A repeated update: the workflow it asks for is there already.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

async function orNotFound<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      throw new AppError('NOT_FOUND', 'No open workflow with this id', { cause: error });
    }
    throw error;
  }
}
