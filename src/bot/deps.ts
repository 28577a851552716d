/** What the bot is made of. It stores orders, starts workflows and sends signals; never works itself. */
import type { Logger } from 'pino';
import type { Settings } from '../config/settings';
import type { FilmTerms } from '../domain/film';
import type { AssetLinks } from '../storage/asset-links';
import type { AssetStore } from '../storage/asset-store';
import type { AuditStore } from '../storage/audit-store';
import type { CatalogueChanges } from '../storage/catalogue-changes';
import type { CardRequestStore } from '../storage/card-request-store';
import type { CatalogueStore } from '../storage/catalogue-store';
import type { DailyRewardStore } from '../storage/daily-reward-store';
import type { DraftStore } from '../storage/draft-store';
import type { ExperimentStore } from '../storage/experiment-store';
import type { GenerationStore } from '../storage/generation-store';
import type { LedgerStore } from '../storage/ledger-store';
import type { ModerationStore } from '../storage/moderation-store';
import type { PaymentStore } from '../storage/payment-store';
import type { PersonStore } from '../storage/person-store';
import type { PromoStore } from '../storage/promo-store';
import type { QuestionStore } from '../storage/question-store';
import type { ReferralStore } from '../storage/referral-store';
import type { ProviderStore } from '../storage/provider-store';
import type { Statistics } from '../storage/statistics';
import type { UpdateStore } from '../storage/update-store';
import type { TelegramClient } from '../telegram/client';
import type { Texts } from '../texts/texts';
import type { Engine } from '../workflows/engine';
import type { Windows } from '../workflows/inputs';
import type { PaymentMethod } from './methods';

export type BotLogger = Pick<Logger, 'info' | 'warn' | 'error'>;

export type BotSettings = Pick<
  Settings,
  'adminIds' | 'miniApp' | 'welcomeTokens' | 'limits' | 'bonuses' | 'dailyRewards'
>;

export interface BotDeps {
  readonly token: string;
  readonly apiRoot: string;
  readonly telegram: TelegramClient;
  readonly engine: Engine;
  readonly persons: PersonStore;
  readonly drafts: DraftStore;
  readonly updates: UpdateStore;
  readonly catalogue: CatalogueStore;
  readonly catalogueChanges: CatalogueChanges;
  readonly experiments: ExperimentStore;
  readonly providerStates: Pick<ProviderStore, 'standings' | 'change'>;
  /** The providers whose settings are there, by id. */
  readonly providers: {
    readonly ready: ReadonlyMap<
      string,
      { readonly definition: { readonly concurrencyMax?: number } }
    >;
  };
  /** Who can be given a person's film here, and which. */
  readonly films: ReadonlyMap<string, FilmTerms>;
  readonly assets: AssetStore;
  readonly links: Pick<AssetLinks, 'to'>;
  readonly generations: GenerationStore;
  readonly ledger: LedgerStore;
  readonly moderation: Pick<ModerationStore, 'suspension' | 'appeal' | 'resolve'>;
  readonly payments: PaymentStore;
  readonly audit: AuditStore;
  readonly promos: PromoStore;
  readonly referrals: ReferralStore;
  readonly dailyRewards: DailyRewardStore;
  readonly questions: QuestionStore;
  readonly cardRequests: CardRequestStore;
  /** The ways to pay that are switched on; Stars come first. */
  readonly methods: readonly PaymentMethod[];
  readonly statistics: () => Promise<Statistics>;
  /** The durations that workflows are started with. */
  readonly windows: Windows;
  readonly settings: BotSettings;
  readonly texts: Texts;
  readonly logger: BotLogger;
  readonly now: () => Date;
}
