/**
 * Runs the real workflows on the time-skipping server with scripted steps in place of the activities,
 * on the same task queues as in production. Every call of a step is recorded in order.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { ApplicationFailure } from '@temporalio/common';
import type { ErrorCode } from '../../src/domain/errors';
import { createEngine, type Engine } from '../../src/workflows/engine';
import {
  taskQueues,
  workflowIds,
  type GenerationInput,
  type PaymentInput,
} from '../../src/workflows/contract';
import { indexedTypeByName } from '../../src/worker/prepare-namespace';
import { startTimeSkipping } from '../setup/temporal-test-env';
import { workflowBundle } from '../setup/bundle';

export type Step = (...args: never[]) => unknown;
export type Script = Readonly<Record<string, Step>>;

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR' } },
});

const historiesDir = path.join(__dirname, '..', 'replay', 'histories');

const provider = 'sandbox';
/** Another provider, which may stand in. */
export const spare = 'spare';

/** What every step answers unless a test says otherwise. */
const calmSteps: Script = {
  begin: () => undefined,
  fallBack: () => null,
  release: () => ({ status: 'released' }),
  refund: () => ({ outcome: 'settled', returnedTokens: '2', nothingLeft: true }),
  submit: () => undefined,
  collect: () => undefined,
  cancelAtProvider: () => undefined,
  deliver: () => undefined,
  tellEnded: () => undefined,
  tellGenerationRefund: () => undefined,
  tellPaymentRefund: () => undefined,
  credit: () => ({ outcome: 'credited' }),
  expirePayment: () => true,
  failPayment: () => undefined,
  requestRefund: () => ({ outcome: 'clawed_back', refundId: 'p1:r1' }),
  settleRefund: () => undefined,
  putBackRefund: () => undefined,
  openInvoice: () => 'waiting',
  tellPaid: () => undefined,
  tellHeld: () => undefined,
  closeInvoice: () => undefined,
  returnMoney: () => 'refunded',
  openPayment: () => ({ stage: 'waiting', payMs: 900_000, watchMs: 4_500_000, isAsked: true }),
  watchPayment: () => {
    throw hiccup('PAYMENT_STILL_OPEN', 60_000);
  },
  showPayment: () => undefined,
  cancelPayment: () => undefined,
  tellPayFailed: () => undefined,
  tellInReview: () => undefined,
  tellForeignRefund: () => undefined,
  tellByHand: () => undefined,
  decide: () => undefined,
  returnToPayer: () => 'refunded',
  awaitHand: () => undefined,
  confirmRefund: () => undefined,
};

export class Theatre {
  readonly env: TestWorkflowEnvironment;
  private readonly bundle: { code: string };

  private constructor(env: TestWorkflowEnvironment, bundle: { code: string }) {
    this.env = env;
    this.bundle = bundle;
  }

  static async open(): Promise<Theatre> {
    const [env, bundle] = await Promise.all([startTimeSkipping(), workflowBundle()]);
    // This server knows how to add search attributes but not how to list them.
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: { ...indexedTypeByName },
    });
    return new Theatre(env, bundle);
  }

  async close(): Promise<void> {
    await this.env.teardown();
  }

  /**
   * Keeps the history of the running test for the replay tests, when asked to by
   * `npm run histories:record`. Recorded files are never overwritten: they stand for workflows that
   * are open in production.
   */
  async record(workflowId: string): Promise<void> {
    if (process.env['RECORD_HISTORIES'] !== '1') return;
    const name = expect.getState().currentTestName ?? 'unnamed';
    const file = path.join(
      historiesDir,
      workflowId.split(':')[0] ?? '',
      `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`,
    );
    if (existsSync(file)) return;
    const history = await this.env.client.workflow.getHandle(workflowId).fetchHistory();
    mkdirSync(path.dirname(file), { recursive: true });
    // Stack traces name the folder of whoever recorded them.
    const json = historyToJSON(history).replaceAll(`${process.cwd()}/`, '');
    writeFileSync(file, `${json}\n`);
  }

  /** Plays one scene: starts workers whose steps follow the script, and stops them afterwards. */
  async play<T>(script: Script, scene: (stage: Scene) => Promise<T>): Promise<T> {
    const calls: string[] = [];
    const activities = recorded({ ...calmSteps, ...script }, calls);
    const queues = [
      taskQueues.telegram,
      taskQueues.payments,
      ...[provider, spare].flatMap((id) => [taskQueues.submit(id), taskQueues.collect(id)]),
    ];
    const workers = await Promise.all([
      Worker.create({
        connection: this.env.nativeConnection,
        taskQueue: taskQueues.core,
        workflowBundle: this.bundle,
        dataConverter: {
          payloadConverterPath: require.resolve('../../src/workflows/payload-converter'),
        },
        activities,
      }),
      ...queues.map((taskQueue) =>
        Worker.create({ connection: this.env.nativeConnection, taskQueue, activities }),
      ),
    ]);
    const running = Promise.all(workers.map((worker) => worker.run()));
    try {
      return await scene(new Scene(this.env, calls));
    } finally {
      for (const worker of workers) worker.shutdown();
      await running;
    }
  }
}

export class Scene {
  readonly env: TestWorkflowEnvironment;
  readonly engine: Engine;
  readonly calls: string[];

  constructor(env: TestWorkflowEnvironment, calls: string[]) {
    this.env = env;
    this.engine = createEngine(env.client);
    this.calls = calls;
  }

  generation(id: string) {
    return this.env.client.workflow.getHandle(workflowIds.generation(id));
  }

  payment(id: string) {
    return this.env.client.workflow.getHandle(workflowIds.payment(id));
  }

  /** How often a step ran. */
  count(step: string): number {
    return this.calls.filter((call) => call === step).length;
  }

  /** Waits until a step was called, without skipping time on purpose. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      if (await condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`Waited in vain; steps so far: ${this.calls.join(', ')}`);
  }
}

function recorded(
  script: Script,
  calls: string[],
): Record<string, (...args: never[]) => Promise<unknown>> {
  return Object.fromEntries(
    Object.entries(script).map(([name, step]) => [
      name,
      async (...args: never[]) => {
        calls.push(name);
        return step(...args);
      },
    ]),
  );
}

export function generationInputOf(overrides: Partial<GenerationInput> = {}): GenerationInput {
  return {
    generationId: `g-${randomUUID()}`,
    personId: randomUUID(),
    kind: 'image',
    model: 'sandbox-image',
    provider,
    priceTokens: '2',
    complaintWindowMs: 7 * 24 * 3600 * 1000,
    deadlineMs: 30 * 60 * 1000,
    ...overrides,
  };
}

export function paymentInputOf(overrides: Partial<PaymentInput> = {}): PaymentInput {
  return {
    paymentId: `p-${randomUUID()}`,
    personId: randomUUID(),
    system: 'stars',
    packTokens: '25',
    expiryMs: 15 * 60 * 1000,
    refundWindowMs: 21 * 24 * 3600 * 1000,
    ...overrides,
  };
}

/** A "no" as the mapper writes it. */
export function refusal(code: ErrorCode): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message: code, nonRetryable: true });
}

/** "Try again" as the mapper writes it. */
export function hiccup(code: ErrorCode, nextRetryDelay?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message: code,
    nonRetryable: false,
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }),
  });
}
