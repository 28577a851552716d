/**
 * Where the simulation takes place: the real workflows on the time-skipping server, the real steps,
 * stores and API over a real Postgres. Only the payment systems and Telegram are played.
 *
 * Steps die before or after their effect as if their worker had been killed, calls to Temporal are lost
 * before or after they arrive, database connections are cut off. No workflow is terminated: this server
 * would never skip time again (`npm run crash` kills whole processes).
 */
import { ApplicationFailure } from '@temporalio/common';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createHousekeepingSteps } from '../../src/activities/housekeeping-steps';
import { createInvoiceSteps } from '../../src/activities/invoice-steps';
import { createPaymentNotices } from '../../src/activities/payment-notices';
import { createPaymentSteps } from '../../src/activities/payment-steps';
import { createReconciliationSteps } from '../../src/activities/reconciliation-steps';
import { createSystemPaymentSteps } from '../../src/activities/system-payment-steps';
import { listen } from '../../src/api/listen';
import { createLogger } from '../../src/observability/logger';
import { createDailyRewardStore } from '../../src/storage/daily-reward-store';
import { createDeliveryStore } from '../../src/storage/delivery-store';
import { createFindingStore } from '../../src/storage/finding-store';
import { createPaymentEventStore } from '../../src/storage/payment-events';
import { createPaymentStore } from '../../src/storage/payment-store';
import { createPromoStore } from '../../src/storage/promo-store';
import { createReconciliationStore } from '../../src/storage/reconciliation-store';
import { createReferralStore } from '../../src/storage/referral-store';
import { createUpdateStore } from '../../src/storage/update-store';
import { taskQueues, workflowIds } from '../../src/workflows/contract';
import { createEngine, type Engine } from '../../src/workflows/engine';
import { indexedTypeByName } from '../../src/worker/prepare-namespace';
import { createScriptedTelegram } from '../activities/scripted-telegram';
import { makeApi } from '../api/fixture';
import { createChance, type Chance } from '../crash/chance';
import { workflowBundle } from '../setup/bundle';
import { startTimeSkipping } from '../setup/temporal-test-env';
import { createWorld } from '../storage/store-world';
import { openBank } from './bank';

export const adminId = 900009n;

export const windows = {
  complaintWindowMs: 3_600_000,
  generationDeadlineMs: 600_000,
  invoiceExpiryMs: 900_000,
  refundWindowMs: 2 * 3_600_000,
};

/** Long after everything that housekeeping leaves to others. */
const muchLaterMs = 3 * 24 * 3_600_000;

const bonusRules = { firstDepositPercent: 10n, referralPercent: 5n };

Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR' } },
});

export type Town = Awaited<ReturnType<typeof foundTown>>;

type Steps = Record<string, (...args: never[]) => Promise<unknown>>;

export async function foundTown() {
  const world = await createWorld();
  const env = await openTemporal();
  const bank = openBank(createDice());
  const isCalm = () => bank.calm;
  const payments = createPaymentStore(world.db, bonusRules);
  await payments.seedPacks();
  await world.persons.meet({ telegramId: adminId, firstName: 'Olga', languageCode: 'ru' });
  const engine = shaky(createEngine(env.client), isCalm);
  const logger = createLogger('silent');
  const paymentEvents = createPaymentEventStore(world.db);
  const deps = {
    ...world,
    // Those of production are left alone for half a minute, which would be very long here.
    payments: {
      ...payments,
      uncreditedCharges: (limit: number) => payments.uncreditedCharges(limit, later()),
    },
    deliveries: createDeliveryStore(world.db),
    updates: createUpdateStore(world.db),
    logger,
    admins: [adminId.toString()],
    telegram: createScriptedTelegram().client,
    systems: bank.systems,
    paymentEvents,
    engine,
    now: () => new Date(),
    windows,
  };
  const findings = createFindingStore(world.db);
  const notices = createPaymentNotices(deps);
  const steps = mortal(
    {
      ...createInvoiceSteps(deps),
      ...notices,
      ...createPaymentSteps(deps),
      ...createSystemPaymentSteps({
        ...deps,
        webhookUrl: undefined,
        returnUrl: async () => undefined,
      }),
    },
    isCalm,
  );
  const { app } = makeApi({ systems: bank.systems, paymentEvents, engine, logger });
  const api = await listen(app, { host: '127.0.0.1', port: 0 });
  const workers = await startWorkers(env, steps);

  return {
    ...world,
    payments,
    bank,
    engine,
    paymentEvents,
    apiUrl: api.url,
    promos: createPromoStore(world.db),
    rewards: createDailyRewardStore(world.db),
    referrals: createReferralStore(world.db),
    findings,
    housekeeping: createHousekeepingSteps({ ...deps, now: later }),
    reconciliation: createReconciliationSteps({
      ...deps,
      now: later,
      notices,
      reconciliations: createReconciliationStore(world.db),
      findings,
      alerts: { finding: async () => undefined },
    }),

    /** Lets the clock of Temporal run on. */
    pass: (ms: number) => env.sleep(ms),

    workflow: (paymentId: string) => env.client.workflow.getHandle(workflowIds.payment(paymentId)),

    /** As when Postgres was killed: whoever is in the middle of something loses it. */
    async cutConnections() {
      await world.db.$queryRaw`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    },

    async close() {
      await workers.stop();
      await env.teardown();
      await api.close(100);
      await world.close();
    },
  };
}

function later(): Date {
  return new Date(Date.now() + muchLaterMs);
}

async function openTemporal(): Promise<TestWorkflowEnvironment> {
  const env = await startTimeSkipping();
  // This server knows how to add search attributes but not how to list them.
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: { ...indexedTypeByName },
  });
  return env;
}

async function startWorkers(env: TestWorkflowEnvironment, activities: Steps) {
  const connection = env.nativeConnection;
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: taskQueues.core,
      workflowBundle: await workflowBundle(),
      dataConverter: {
        payloadConverterPath: require.resolve('../../src/workflows/payload-converter'),
      },
      activities,
    }),
    ...[taskQueues.telegram, taskQueues.payments].map((taskQueue) =>
      Worker.create({ connection, taskQueue, activities }),
    ),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}

/** The same subject draws the same luck, in whatever order the subjects come. */
export function createDice() {
  const dice = new Map<string, Chance>();
  return (about: string): Chance => {
    const known = dice.get(about) ?? createChance(hashOf(about));
    dice.set(about, known);
    return known;
  };
}

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 16_777_619);
  return hash >>> 0;
}

/** Steps whose worker may die: before they begin, or after their effect and before they say so. */
function mortal(steps: Steps, isCalm: () => boolean): Steps {
  const diceOf = createDice();
  const dies = () => ApplicationFailure.create({ type: 'WORKER_DIED', message: 'killed' });
  return Object.fromEntries(
    Object.entries(steps).map(([name, step]) => [
      name,
      async (...args: never[]) => {
        const luck = isCalm()
          ? 1
          : diceOf(`${name} ${args.slice(0, 2).map(String).join(' ')}`).next();
        if (luck < 0.04) throw dies();
        const answer = await step(...args);
        if (luck < 0.12) throw dies();
        return answer;
      },
    ]),
  );
}

/** A Temporal that is gone now and then: the call, or only its answer, is lost. */
function shaky(engine: Engine, isCalm: () => boolean): Engine {
  const diceOf = createDice();
  const gone = () => new Error('14 UNAVAILABLE: No connection established');
  const calls = Object.entries(engine) as [string, (...args: unknown[]) => Promise<unknown>][];
  return Object.fromEntries(
    calls.map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        const [input] = args;
        const subject = (input as { paymentId?: string }).paymentId ?? String(input);
        const luck = isCalm() ? 1 : diceOf(`${name} ${subject}`).next();
        if (luck < 0.06) throw gone();
        const answer = await call(...args);
        if (luck < 0.12) throw gone();
        return answer;
      },
    ]),
  ) as unknown as Engine;
}
