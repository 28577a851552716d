/** What the process remembers by: one store per aggregate, all on one database. */
import type { Settings } from '../config/settings';
import { abilitiesOf } from '../providers/abilities';
import { providerDefinitions } from '../providers/registry';
import type { Database } from '../storage/database';
import { createAuditStore } from '../storage/audit-store';
import { createCardRequestStore } from '../storage/card-request-store';
import { createCatalogueChanges } from '../storage/catalogue-changes';
import { createCatalogueStore } from '../storage/catalogue-store';
import { createDailyRewardStore } from '../storage/daily-reward-store';
import { createDeliveryStore } from '../storage/delivery-store';
import { createDraftStore } from '../storage/draft-store';
import { createExperimentStore } from '../storage/experiment-store';
import { createFindingStore } from '../storage/finding-store';
import { createGenerationStore } from '../storage/generation-store';
import { createLedgerStore } from '../storage/ledger-store';
import { createMiniAppLaunches } from '../storage/mini-app-launches';
import { createModerationStore } from '../storage/moderation-store';
import { createPaymentEventStore } from '../storage/payment-events';
import { createPaymentStore } from '../storage/payment-store';
import { createPayoutStore } from '../storage/payout-store';
import { createPersonStore } from '../storage/person-store';
import { createPromoStore } from '../storage/promo-store';
import { createProviderStore } from '../storage/provider-store';
import { createQuestionStore } from '../storage/question-store';
import { createReconciliationStore } from '../storage/reconciliation-store';
import { createReferralStore } from '../storage/referral-store';
import { createSealStore } from '../storage/seal-store';
import { createStatementStore } from '../storage/statement-store';
import { statistics } from '../storage/statistics';
import { createUpdateStore } from '../storage/update-store';

export function createStores(database: Database, settings: Settings) {
  return {
    persons: createPersonStore(database),
    moderation: createModerationStore(database, settings.moderation.strikes),
    drafts: createDraftStore(database),
    updates: createUpdateStore(database),
    catalogue: createCatalogueStore(database),
    catalogueChanges: createCatalogueChanges(database, abilitiesOf(providerDefinitions)),
    experiments: createExperimentStore(database),
    generations: createGenerationStore(database),
    deliveries: createDeliveryStore(database),
    ledger: createLedgerStore(database),
    payments: createPaymentStore(database, settings.bonuses),
    paymentEvents: createPaymentEventStore(database),
    audit: createAuditStore(database),
    findings: createFindingStore(database),
    seals: createSealStore(database),
    reconciliations: createReconciliationStore(database),
    statements: createStatementStore(database),
    payouts: createPayoutStore(database),
    providerStates: createProviderStore(database),
    promos: createPromoStore(database),
    referrals: createReferralStore(database),
    dailyRewards: createDailyRewardStore(database),
    questions: createQuestionStore(database),
    cardRequests: createCardRequestStore(database),
    launches: createMiniAppLaunches(database),
    statistics: () => statistics(database),
  };
}
