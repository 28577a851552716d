/** The worker role: runs the workflows and all their steps. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createAuditSteps } from '../activities/audit-steps';
import { createDeliverySteps } from '../activities/delivery-steps';
import { createGenerationSteps } from '../activities/generation-steps';
import { createHousekeepingSteps } from '../activities/housekeeping-steps';
import { createInvoiceSteps } from '../activities/invoice-steps';
import { createLostSubmitSteps } from '../activities/lost-submits';
import { createModerationGate } from '../activities/moderation-gate';
import { createOwnerAlerts } from '../activities/owner-alerts';
import { createPaymentNotices } from '../activities/payment-notices';
import { createPaymentSteps } from '../activities/payment-steps';
import { createProgressDisplay } from '../activities/progress-display';
import { createProviderSteps } from '../activities/provider-steps';
import { createReconciliationSteps } from '../activities/reconciliation-steps';
import { createRetentionSteps } from '../activities/retention-steps';
import { createStandIns } from '../activities/stand-ins';
import { createSystemPaymentSteps } from '../activities/system-payment-steps';
import type { Settings } from '../config/settings';
import type { Logger } from '../observability/logger';
import { checkLedger } from '../storage/ledger-check';
import { checkRecent } from '../storage/recent-check';
import { bundlePath } from '../worker/bundle';
import { createSchedules, registerSearchAttributes } from '../worker/prepare-namespace';
import { createWorkers } from '../worker/workers';
import type { Parts } from './parts';
import { failureOf, type Running } from './running';

/** Beyond every deadline of a generation: a reserve this old has no workflow any more. */
const reserveSlackMs = 2 * 24 * 60 * 60 * 1000;
const connectAttempts = 30;
const connectPauseMs = 2_000;

export async function startWorker(parts: Parts): Promise<Running> {
  const { settings, logger } = parts;
  installRuntime(settings, logger);
  const connection = await connect(settings.temporal.address, logger);
  await registerSearchAttributes(parts.connection, settings.temporal.namespace);
  await seed(parts);
  const workers = await createWorkers({
    connection,
    namespace: settings.temporal.namespace,
    bundlePath,
    providers: [...parts.providers.ready.keys()],
    rates: {
      telegramPerSecond: settings.telegram.messagesPerSecond,
      submitsPerSecond: settings.providerSubmitsPerSecond,
      workflowCache: settings.temporal.workflowCache,
    },
    steps: createSteps(parts),
  });
  await createSchedules(parts.client);
  const running = workers.run();
  return {
    failed: failureOf(running),
    stop: async () => {
      workers.shutdown();
      await running.catch(() => undefined);
      await connection.close();
    },
  };
}

/** What is on sale: models of the providers that are on, and the packs. Never overwrites. */
async function seed({ providers, catalogue, payments }: Parts): Promise<void> {
  const models = [...providers.ready.values()].flatMap(({ definition }) =>
    definition.models.map((model) => ({ ...model, provider: definition.id })),
  );
  await catalogue.seed(models);
  await payments.seedPacks();
}

export function createSteps(parts: Parts) {
  const { settings } = parts;
  const admins = settings.adminIds;
  const { callbackBaseUrl, webhookBaseUrl } = settings;
  const standIns = createStandIns(parts);
  const gate = createModerationGate(parts);
  const alerts = createOwnerAlerts({ ...parts, admins });
  const notices = createPaymentNotices({ ...parts, admins });
  return {
    core: {
      ...createGenerationSteps({
        ...parts,
        standIns,
        gate,
        admins,
        limits: {
          activeMax: settings.limits.activeGenerations,
          perHour: settings.limits.generationsPerHour,
        },
        reserveForMs: settings.generationDeadlineMs + reserveSlackMs,
      }),
      ...createPaymentSteps({ ...parts, admins }),
      ...createHousekeepingSteps(parts),
      ...createRetentionSteps({ ...parts, keepFilesDays: settings.assets.keepDays }),
      ...createLostSubmitSteps(parts),
      ...createAuditSteps({
        ...parts,
        alerts,
        checkLedger: () => checkLedger(parts.database),
        checkRecent: (since) => checkRecent(parts.database, since),
      }),
    },
    telegram: {
      ...createDeliverySteps(parts),
      ...createInvoiceSteps({ ...parts, admins }),
      ...notices,
    },
    payments: {
      ...createReconciliationSteps({ ...parts, alerts, notices }),
      ...createSystemPaymentSteps({
        ...parts,
        webhookUrl:
          webhookBaseUrl === undefined
            ? undefined
            : (system) => `${webhookBaseUrl}/webhooks/${system}`,
        returnUrl: botUrl(parts),
      }),
    },
    provider: createProviderSteps({
      ...parts,
      standIns,
      gate,
      alerts,
      placeForMs: settings.generationDeadlineMs,
      callbackUrl:
        callbackBaseUrl === undefined
          ? undefined
          : (provider) => `${callbackBaseUrl}/providers/${provider}/callback`,
      showProgress: createProgressDisplay(parts),
    }),
  };
}

/** The bot's own address, asked for once; the payer's browser goes there after a payment. */
function botUrl({ settings, telegram, logger }: Parts): () => Promise<string | undefined> {
  // The sandbox's bot lives on the sandbox's page: at t.me its name is somebody else's.
  let known = settings.api.sandboxPageUrl;
  return async () => {
    try {
      known ??= `https://t.me/${(await telegram.getMe()).username}`;
    } catch (error) {
      logger.warn({ err: error }, 'An invoice is opened without the way back to the bot');
    }
    return known;
  };
}

function installRuntime(settings: Settings, logger: Logger): void {
  const { sdkMetricsPort } = settings.temporal;
  Runtime.install({
    // main.ts decides when to stop; two deciders would race.
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      logger[level === 'ERROR' ? 'error' : 'warn']({ meta }, message);
    }),
    ...(sdkMetricsPort === 0
      ? {}
      : {
          telemetryOptions: {
            metrics: { prometheus: { bindAddress: `127.0.0.1:${sdkMetricsPort}` } },
          },
        }),
  });
}

/** Temporal may still be starting beside us. */
async function connect(address: string, logger: Logger): Promise<NativeConnection> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      if (attempt === connectAttempts) {
        throw new Error(
          `Temporal does not answer at ${address}. Start it, or set TEMPORAL_ADDRESS to where it runs.`,
          { cause: error },
        );
      }
      logger.info({ address, attempt }, 'Waiting for Temporal');
      await sleep(connectPauseMs);
    }
  }
}
