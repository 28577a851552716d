/**
 * The workers of one process: one for workflows and their database steps, one for Telegram, one for
 * payment systems, and two for each provider (starting jobs, collecting results), each on its own queue with its own rate.
 */
import type { Context } from '@temporalio/activity';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import type { AuditSteps } from '../activities/audit-steps';
import type { DeliverySteps } from '../activities/delivery-steps';
import type { GenerationSteps } from '../activities/generation-steps';
import type { HousekeepingSteps } from '../activities/housekeeping-steps';
import type { InvoiceSteps } from '../activities/invoice-steps';
import type { LostSubmitSteps } from '../activities/lost-submits';
import type { PaymentNotices } from '../activities/payment-notices';
import type { PaymentSteps } from '../activities/payment-steps';
import type { ProviderSteps } from '../activities/provider-steps';
import type { ReconciliationSteps } from '../activities/reconciliation-steps';
import type { RetentionSteps } from '../activities/retention-steps';
import type { SystemPaymentSteps } from '../activities/system-payment-steps';
import { taskQueues } from '../workflows/contract';
import { createHeartbeat } from './heartbeat';

export interface WorkerRates {
  /** Over all workers together; the server enforces it. */
  readonly telegramPerSecond: number;
  readonly submitsPerSecond: number;
  /** Workflows kept in memory between tasks; each costs about a megabyte. */
  readonly workflowCache: number;
}

export interface WorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly bundlePath: string;
  readonly providers: readonly string[];
  readonly rates: WorkerRates;
  readonly steps: {
    readonly core: GenerationSteps &
      PaymentSteps &
      HousekeepingSteps &
      LostSubmitSteps &
      RetentionSteps &
      AuditSteps;
    readonly telegram: DeliverySteps & InvoiceSteps & PaymentNotices;
    readonly payments: SystemPaymentSteps & ReconciliationSteps;
    readonly provider: ProviderSteps;
  };
}

export interface Workers {
  /** Resolves when all have stopped; rejects when one fails. */
  run(): Promise<void>;
  /** Takes no new work and lets running steps end. */
  shutdown(): void;
}

const shutdownGraceTime = '20s';

export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const { rates, steps } = options;
  const all = [
    await createWorker(options, {
      taskQueue: taskQueues.core,
      workflowBundle: { codePath: options.bundlePath },
      dataConverter: { payloadConverterPath: require.resolve('../workflows/payload-converter') },
      maxCachedWorkflows: rates.workflowCache,
      activities: steps.core,
      workflowTaskPollerBehavior: { type: 'autoscaling', initial: 5, maximum: 20 },
    }),
    await createWorker(options, {
      taskQueue: taskQueues.telegram,
      activities: steps.telegram,
      maxTaskQueueActivitiesPerSecond: rates.telegramPerSecond,
      maxConcurrentActivityTaskExecutions: 50,
    }),
    await createWorker(options, {
      taskQueue: taskQueues.payments,
      activities: steps.payments,
      maxConcurrentActivityTaskExecutions: 100,
    }),
  ];
  for (const provider of options.providers) {
    all.push(
      await createWorker(options, {
        taskQueue: taskQueues.submit(provider),
        activities: steps.provider,
        maxTaskQueueActivitiesPerSecond: rates.submitsPerSecond,
        maxConcurrentActivityTaskExecutions: 20,
      }),
      await createWorker(options, {
        taskQueue: taskQueues.collect(provider),
        activities: steps.provider,
        maxConcurrentActivityTaskExecutions: 100,
      }),
    );
  }
  return {
    run: async () => {
      await Promise.all(all.map((worker) => worker.run()));
    },
    shutdown: () => {
      for (const worker of all) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

function createWorker(
  { connection, namespace }: WorkersOptions,
  options: Omit<WorkerOptions, 'connection' | 'namespace'>,
): Promise<Worker> {
  const interceptors = {
    activity: [(context: Context) => ({ inbound: createHeartbeat(context) })],
  };
  return Worker.create({ connection, namespace, shutdownGraceTime, interceptors, ...options });
}
