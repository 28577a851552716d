/** Makes every part of Easel once per process; each role picks what it needs. */
import { Client, Connection } from '@temporalio/client';
import type { PaymentMethod } from '../bot/methods';
import type { Settings } from '../config/settings';
import { createClassifier } from '../moderation/choose';
import type { Logger } from '../observability/logger';
import { createMetrics } from '../observability/metrics';
import { createPaymentSystems, type PaymentSystems } from '../payments/registry';
import { abilitiesOf } from '../providers/abilities';
import { createProviders, providerDefinitions } from '../providers/registry';
import { createLocalAssetFiles, type AssetFiles } from '../storage/asset-files';
import { createAssetLinks } from '../storage/asset-links';
import { createAssetStore } from '../storage/asset-store';
import { createAuditStore } from '../storage/audit-store';
import { createCatalogueChanges } from '../storage/catalogue-changes';
import { createCardRequestStore } from '../storage/card-request-store';
import { createCatalogueStore } from '../storage/catalogue-store';
import { createDailyRewardStore } from '../storage/daily-reward-store';
import { createDatabase } from '../storage/database';
import { createDeliveryStore } from '../storage/delivery-store';
import { createDraftStore } from '../storage/draft-store';
import { createExperimentStore } from '../storage/experiment-store';
import { createFindingStore } from '../storage/finding-store';
import { createGenerationStore } from '../storage/generation-store';
import { createLedgerStore } from '../storage/ledger-store';
import { createModerationStore } from '../storage/moderation-store';
import { createMiniAppLaunches } from '../storage/mini-app-launches';
import { createPaymentEventStore } from '../storage/payment-events';
import { createPaymentStore } from '../storage/payment-store';
import { createPersonStore } from '../storage/person-store';
import { createPromoStore } from '../storage/promo-store';
import { createProviderStore } from '../storage/provider-store';
import { createQuestionStore } from '../storage/question-store';
import { createReconciliationStore } from '../storage/reconciliation-store';
import { createReferralStore } from '../storage/referral-store';
import { createS3AssetFiles } from '../storage/s3-asset-files';
import { createSealStore } from '../storage/seal-store';
import { createStatementStore } from '../storage/statement-store';
import { statistics } from '../storage/statistics';
import { createUpdateStore } from '../storage/update-store';
import { createTelegramClient } from '../telegram/create-client';
import { createEngine } from '../workflows/engine';
import type { Windows } from '../workflows/inputs';

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
  const providerStates = createProviderStore(database);
  const findings = createFindingStore(database);
  const seals = createSealStore(database);
  const { dir, s3 } = settings.assets;
  const files: AssetFiles = s3 === undefined ? createLocalAssetFiles(dir) : createS3AssetFiles(s3);
  return {
    settings,
    logger,
    client,
    connection,
    telegram,
    database,
    engine: createEngine(client),
    metrics: createMetrics({
      providers: () => providerStates.standings(),
      books: async () => ({
        findings: await findings.figures(),
        sealedUntil: await seals.sealedUntil(),
      }),
      ...(sdkMetricsPort === 0
        ? {}
        : { sdkMetricsUrl: `http://127.0.0.1:${sdkMetricsPort}/metrics` }),
    }),
    providers: createProviders(settings.providerSettings, fetch),
    systems,
    methods: methodsOf(systems, settings.invoiceExpiryMs),
    persons: createPersonStore(database),
    moderation: createModerationStore(database, settings.moderation.strikes),
    classifier: createClassifier(settings.providerSettings, settings.moderation.thresholds, fetch),
    drafts: createDraftStore(database),
    updates: createUpdateStore(database),
    catalogue: createCatalogueStore(database),
    catalogueChanges: createCatalogueChanges(database, abilitiesOf(providerDefinitions)),
    experiments: createExperimentStore(database),
    assets: createAssetStore(database, files),
    links: createAssetLinks({
      files,
      secret: settings.telegram.botToken,
      publicUrl: settings.telegram.publicUrl,
      now: () => new Date(),
    }),
    generations: createGenerationStore(database),
    deliveries: createDeliveryStore(database),
    ledger: createLedgerStore(database),
    payments: createPaymentStore(database, settings.bonuses),
    paymentEvents: createPaymentEventStore(database),
    audit: createAuditStore(database),
    findings,
    seals,
    reconciliations: createReconciliationStore(database),
    statements: createStatementStore(database),
    providerStates,
    promos: createPromoStore(database),
    referrals: createReferralStore(database),
    dailyRewards: createDailyRewardStore(database),
    questions: createQuestionStore(database),
    cardRequests: createCardRequestStore(database),
    launches: createMiniAppLaunches(database),
    statistics: () => statistics(database),
    windows: windowsOf(settings),
    now: () => new Date(),
    async close(): Promise<void> {
      await Promise.allSettled([connection.close(), database.$disconnect()]);
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
