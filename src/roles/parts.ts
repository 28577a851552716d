/** Makes every part of Easel once per process; each role picks what it needs. */
import { Client, Connection } from '@temporalio/client';
import type { PaymentMethod } from '../bot/methods';
import type { Settings } from '../config/settings';
import { createClassifier } from '../moderation/choose';
import type { Logger } from '../observability/logger';
import { createMetrics } from '../observability/metrics';
import { createPaymentSystems, type PaymentSystems } from '../payments/registry';
import { filmTakers } from '../providers/films';
import { createProviders } from '../providers/registry';
import { createLocalAssetFiles, type AssetFiles } from '../storage/asset-files';
import { createAssetLinks } from '../storage/asset-links';
import { createAssetStore } from '../storage/asset-store';
import { createDatabase } from '../storage/database';
import { createS3AssetFiles } from '../storage/s3-asset-files';
import { createTelegramClient } from '../telegram/create-client';
import { createEngine } from '../workflows/engine';
import type { Windows } from '../workflows/inputs';
import { createStores } from './stores';

export type Parts = ReturnType<typeof createParts>;

export function createParts(settings: Settings, logger: Logger) {
  const database = createDatabase(settings.databaseUrl);
  // Lazy: a Temporal server that comes up later than we do is waited for by the first call.
  const connection = Connection.lazy({ address: settings.temporal.address });
  const client = new Client({ connection, namespace: settings.temporal.namespace });
  const telegram = createTelegramClient({
    token: settings.telegram.botToken,
    apiRoot: settings.telegram.apiRoot,
    messagesPerSecond: settings.telegram.messagesPerSecond,
  });
  const systems = createPaymentSystems(telegram, {
    switchedOn: settings.paymentSystems,
    env: settings.paymentSettings,
    http: fetch,
    now: () => new Date(),
  });
  const { sdkMetricsPort } = settings.temporal;
  const stores = createStores(database, settings);
  const classifier = createClassifier({
    ...settings.moderation,
    env: settings.providerSettings,
    http: fetch,
  });
  const { dir, s3 } = settings.assets;
  const files: AssetFiles = s3 === undefined ? createLocalAssetFiles(dir) : createS3AssetFiles(s3);
  const links = createAssetLinks({
    files,
    secret: settings.telegram.botToken,
    publicUrl: settings.telegram.publicUrl,
    now: () => new Date(),
  });
  const providers = createProviders(settings.providerSettings, fetch);
  return {
    settings,
    logger,
    client,
    connection,
    telegram,
    database,
    ...stores,
    engine: createEngine(client),
    metrics: createMetrics({
      providers: () => stores.providerStates.standings(),
      books: async () => ({
        findings: await stores.findings.figures(),
        sealedUntil: await stores.seals.sealedUntil(),
      }),
      ...(sdkMetricsPort === 0
        ? {}
        : { sdkMetricsUrl: `http://127.0.0.1:${sdkMetricsPort}/metrics` }),
    }),
    providers,
    ...filmTakers(providers, links),
    systems,
    methods: methodsOf(systems, settings.invoiceExpiryMs),
    classifier,
    assets: createAssetStore(database, files),
    links,
    windows: windowsOf(settings),
    now: () => new Date(),
    async close(): Promise<void> {
      await Promise.allSettled([connection.close(), database.$disconnect(), classifier?.close?.()]);
    },
  };
}

/** What the bot offers: each system's invoices stay open as long as the owner wishes and it allows. */
function methodsOf({ ready }: PaymentSystems, wishedMs: number): PaymentMethod[] {
  return [...ready.values()].map(({ definition, system }) => {
    const { least, most } = definition.invoiceSeconds;
    return {
      id: definition.id,
      currencies: definition.currencies,
      invoiceMs: Math.min(Math.max(wishedMs, least * 1000), most * 1000),
      wantsEmail: system.wantsEmail === true,
    };
  });
}

function windowsOf(settings: Settings): Windows {
  return {
    complaintWindowMs: settings.complaintWindowMs,
    generationDeadlineMs: settings.generationDeadlineMs,
    invoiceExpiryMs: settings.invoiceExpiryMs,
    refundWindowMs: settings.refundWindowMs,
  };
}
