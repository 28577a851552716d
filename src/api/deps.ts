import type { ErrorCode } from '../domain/errors';
import type { Logger } from '../observability/logger';
import type { Metrics } from '../observability/metrics';
import type { Settings } from '../config/settings';
import type { PaymentSystems } from '../payments/registry';
import type { Provider, ProviderDefinition } from '../providers/provider';
import type { AssetLinks } from '../storage/asset-links';
import type { AssetStore } from '../storage/asset-store';
import type { AuditStore } from '../storage/audit-store';
import type { CatalogueChanges } from '../storage/catalogue-changes';
import type { ExperimentStore } from '../storage/experiment-store';
import type { FindingStore } from '../storage/finding-store';
import type { GenerationStore } from '../storage/generation-store';
import type { PaymentEventStore } from '../storage/payment-events';
import type { PaymentStore } from '../storage/payment-store';
import type { ProviderStore } from '../storage/provider-store';
import type { PayoutStore } from '../storage/payout-store';
import type { PromoStore } from '../storage/promo-store';
import type { StatementStore } from '../storage/statement-store';
import type { Statistics } from '../storage/statistics';
import type { Engine } from '../workflows/engine';
import type { MiniAppDeps } from './mini-app/mini-app-deps';
import type { RateLimits } from './rate-limits';

export type ApiSettings = Pick<
  Settings,
  | 'telegram'
  | 'api'
  | 'adminIds'
  | 'complaintWindowMs'
  | 'generationDeadlineMs'
  | 'limits'
  | 'miniApp'
  | 'invoiceExpiryMs'
  | 'refundWindowMs'
>;

/** What the API is made of. */
export interface ApiDeps {
  readonly settings: ApiSettings;
  /** Resolves when Postgres answers. */
  readonly checkDatabase: () => Promise<unknown>;
  readonly engine: Pick<
    Engine,
    | 'wakeGeneration'
    | 'refundGeneration'
    | 'refundPayment'
    | 'decidePayment'
    | 'paymentNews'
    | 'startPayment'
    | 'generationState'
    | 'paymentState'
    | 'health'
  >;
  /** Takes in one Telegram update; throws when its effect could not be made durable. */
  readonly handleUpdate: (update: unknown) => Promise<'done' | 'busy'>;
  /** A provider of this deployment, or undefined. */
  readonly findProvider: (id: string) => Pick<Provider, 'readCallback'> | undefined;
  /** All registered providers, the ones without settings too. */
  readonly providers: {
    readonly ready: ReadonlyMap<
      string,
      { readonly definition: Pick<ProviderDefinition, 'concurrencyMax'> }
    >;
    readonly off: readonly { readonly id: string }[];
  };
  readonly providerStates: Pick<ProviderStore, 'standings' | 'change'>;
  readonly catalogueChanges: CatalogueChanges;
  readonly experiments: Pick<ExperimentStore, 'list' | 'start' | 'stop' | 'results'>;
  readonly statistics: () => Promise<Statistics>;
  readonly findings: Pick<FindingStore, 'open' | 'resolve'>;
  readonly statements: StatementStore;
  readonly payouts: PayoutStore;
  readonly audit: Pick<AuditStore, 'list' | 'record'>;
  readonly payments: Pick<
    PaymentStore,
    | 'get'
    | 'heldCharges'
    | 'manualRefunds'
    | 'dismissUnmatched'
    | 'backlog'
    | 'shelves'
    | 'setPack'
    | 'setCustom'
  >;
  readonly promos: Pick<PromoStore, 'list' | 'create' | 'setActive'>;
  readonly paymentEvents: Pick<PaymentEventStore, 'record' | 'delivered'>;
  /** The payment systems of this deployment. */
  readonly systems: Pick<PaymentSystems, 'ready'>;
  readonly generations: Pick<GenerationStore, 'get'>;
  readonly assets: Pick<AssetStore, 'get' | 'pathOf'>;
  readonly links: Pick<AssetLinks, 'isOurs'>;
  readonly miniApp: MiniAppDeps;
  /** The English text of a code: what happened, what it means, what to do. */
  readonly explain: (code: ErrorCode) => string;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'contentType' | 'httpAnswered' | 'render'>;
  /** Requests a minute by kind of route; the defaults are in rate-limits.ts. */
  readonly rateLimits?: Partial<RateLimits>;
}

/** What a process without the API needs to say how it is. */
export type StatusDeps = Pick<
  ApiDeps,
  | 'settings'
  | 'checkDatabase'
  | 'providers'
  | 'providerStates'
  | 'systems'
  | 'explain'
  | 'logger'
  | 'metrics'
  | 'rateLimits'
> & {
  readonly engine: Pick<Engine, 'health'>;
  readonly payments: Pick<PaymentStore, 'backlog'>;
};
