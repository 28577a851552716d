/** The real bot on real stores, between a Telegram and a Temporal that only remember. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Update } from 'telegraf/types';
import { createBot, type Bot } from '../../src/bot/bot';
import type { BotDeps } from '../../src/bot/deps';
import type { PaymentMethod } from '../../src/bot/methods';
import { createLogger } from '../../src/observability/logger';
import { createLocalAssetFiles } from '../../src/storage/asset-files';
import { createAssetStore } from '../../src/storage/asset-store';
import { createAuditStore } from '../../src/storage/audit-store';
import { createCatalogueChanges } from '../../src/storage/catalogue-changes';
import { createCardRequestStore } from '../../src/storage/card-request-store';
import { createCatalogueStore, type SeedEntry } from '../../src/storage/catalogue-store';
import { createDailyRewardStore } from '../../src/storage/daily-reward-store';
import { createDatabase, type Database } from '../../src/storage/database';
import { createDraftStore } from '../../src/storage/draft-store';
import { createExperimentStore } from '../../src/storage/experiment-store';
import { createGenerationStore } from '../../src/storage/generation-store';
import { createLedgerStore } from '../../src/storage/ledger-store';
import { createModerationStore } from '../../src/storage/moderation-store';
import { createPaymentStore } from '../../src/storage/payment-store';
import { createPersonStore } from '../../src/storage/person-store';
import { createPromoStore } from '../../src/storage/promo-store';
import { createQuestionStore } from '../../src/storage/question-store';
import { createReferralStore } from '../../src/storage/referral-store';
import { createProviderStore } from '../../src/storage/provider-store';
import { statistics } from '../../src/storage/statistics';
import { createUpdateStore } from '../../src/storage/update-store';
import { packCallback, type CallbackAction } from '../../src/telegram/callback-data';
import { createTexts } from '../../src/texts/texts';
import { createTestDatabase } from '../setup/database';
import { createFakeEngine, type FakeEngine } from './fake-engine';
import { createFakeTelegram, type FakeTelegram } from './fake-telegram';

export interface Sender {
  readonly id: number;
  readonly name: string;
  readonly language: string;
}

export const ben: Sender = { id: 900002, name: 'Ben', language: 'en' };
export const anna: Sender = { id: 900001, name: 'Anna', language: 'ru' };
export const olga: Sender = { id: 900009, name: 'Olga', language: 'en' };

const models: readonly SeedEntry[] = [
  modelOf('draw', 'image', ['text'], 2n),
  modelOf('restyle', 'image', ['photo'], 3n),
  modelOf('film', 'video', ['text', 'photo'], 8n),
];

export function modelOf(
  slug: string,
  kind: SeedEntry['kind'],
  modes: SeedEntry['modes'],
  priceTokens: bigint,
): SeedEntry {
  const words = { en: `Model ${slug}`, ru: `Модель ${slug}` };
  const provider = 'sandbox';
  return {
    slug,
    kind,
    modes,
    provider,
    providerModel: slug,
    priceTokens,
    name: words,
    description: words,
  };
}

export const starsMethod: PaymentMethod = {
  id: 'stars',
  currencies: ['XTR'],
  invoiceMs: 900_000,
  wantsEmail: false,
};

export class Stage {
  readonly telegram: FakeTelegram = createFakeTelegram();
  readonly engine: FakeEngine = createFakeEngine();
  readonly database: Database;
  readonly deps: BotDeps;
  private bot: Bot;
  private updateId = 1000;
  private readonly folder: string;
  private readonly drop: () => Promise<void>;

  private constructor(database: Database, drop: () => Promise<void>, overrides: Partial<BotDeps>) {
    this.database = database;
    this.drop = drop;
    this.folder = mkdtempSync(path.join(tmpdir(), 'easel-bot-'));
    this.deps = {
      token: '123456:token-of-the-tests-0123456789',
      apiRoot: 'http://127.0.0.1:1',
      telegram: this.telegram,
      engine: this.engine,
      persons: createPersonStore(database),
      drafts: createDraftStore(database),
      updates: createUpdateStore(database),
      catalogue: createCatalogueStore(database),
      catalogueChanges: createCatalogueChanges(database, [
        {
          id: 'sandbox',
          modes: { image: ['text', 'photo'], video: ['text', 'photo'] },
          inputsMax: 1,
        },
      ]),
      experiments: createExperimentStore(database),
      providerStates: createProviderStore(database),
      providers: { ready: new Map([['sandbox', { definition: {} }]]) },
      films: new Map([['sandbox', { by: 'bytes', sideMin: 64, sideMax: 2000, secondsMin: 1 }]]),
      assets: createAssetStore(database, createLocalAssetFiles(this.folder)),
      links: { to: async ({ id }) => `https://bot.example.org/assets/${id}` },
      generations: createGenerationStore(database),
      ledger: createLedgerStore(database),
      moderation: createModerationStore(database, { limit: 3, days: 30 }),
      payments: createPaymentStore(database),
      audit: createAuditStore(database),
      promos: createPromoStore(database),
      referrals: createReferralStore(database),
      dailyRewards: createDailyRewardStore(database),
      questions: createQuestionStore(database),
      cardRequests: createCardRequestStore(database),
      methods: [starsMethod],
      statistics: () => statistics(database),
      settings: {
        adminIds: [String(olga.id)],
        miniApp: { url: undefined, otherMethods: 'desktop' },
        welcomeTokens: 10n,
        bonuses: { firstDepositPercent: 10n, referralPercent: 10n },
        dailyRewards: [1n, 1n, 2n, 2n, 3n, 3n, 5n],
        limits: {
          requestsPerMinute: 1000,
          activeGenerations: 3,
          generationsPerHour: 20,
          highCostTokens: 4000n,
        },
      },
      windows: {
        complaintWindowMs: 1000,
        generationDeadlineMs: 2000,
        invoiceExpiryMs: 900_000,
        refundWindowMs: 4000,
      },
      texts: createTexts(),
      logger: createLogger('silent'),
      now: () => new Date(),
      ...overrides,
    };
    this.bot = createBot(this.deps);
  }

  static async open(overrides: Partial<BotDeps> = {}): Promise<Stage> {
    const { url, drop } = await createTestDatabase();
    const stage = new Stage(createDatabase(url), drop, overrides);
    await stage.deps.catalogue.seed(models);
    await stage.deps.payments.seedPacks();
    return stage;
  }

  /** The same stores, handled by a process that has just started. */
  restart(overrides: Partial<BotDeps> = {}): void {
    this.bot = createBot({ ...this.deps, ...overrides });
  }

  async close(): Promise<void> {
    await this.database.$disconnect();
    await this.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  handle(update: Update): Promise<'done' | 'busy'> {
    return this.bot.handleUpdate(update);
  }

  text(from: Sender, text: string): Promise<Update> {
    return this.deliver(this.messageUpdate(from, { text }));
  }

  async photo(from: Sender, sent: { caption?: string; album?: string } = {}): Promise<Update> {
    const fileId = `photo-${this.updateId}`;
    this.telegram.files.set(fileId, await aPicture());
    return this.deliver(this.photoUpdate(from, fileId, sent));
  }

  /** `content` is what Telegram says of the file: a video unless told. */
  async film(
    from: Sender,
    bytes: Buffer,
    content: (fileId: string) => object = (id) => ({ video: filmFile(id) }),
  ): Promise<Update> {
    const fileId = `film-${this.updateId}`;
    this.telegram.files.set(fileId, bytes);
    return this.deliver(this.messageUpdate(from, content(fileId)));
  }

  photoUpdate(
    from: Sender,
    fileId: string,
    sent: { caption?: string; album?: string } = {},
  ): Update {
    const size = { file_id: fileId, file_unique_id: fileId, width: 64, height: 48, file_size: 900 };
    return this.messageUpdate(from, {
      photo: [{ ...size, file_id: 'thumbnail' }, size],
      ...(sent.caption === undefined ? {} : { caption: sent.caption }),
      ...(sent.album === undefined ? {} : { media_group_id: sent.album }),
    });
  }

  /** Presses a button under the message the bot said last, or under another one. */
  press(from: Sender, action: CallbackAction, messageId?: bigint): Promise<Update> {
    return this.deliver(this.pressUpdate(from, action, messageId));
  }

  pressUpdate(
    from: Sender,
    action: CallbackAction,
    messageId = this.telegram.last().messageId,
  ): Update {
    return this.pressDataUpdate(from, packCallback(action), messageId);
  }

  pressDataUpdate(from: Sender, data: string, messageId: bigint): Update {
    const update = {
      update_id: this.nextId(),
      callback_query: {
        id: `query-${this.updateId}`,
        from: userOf(from),
        chat_instance: '1',
        data,
        message: {
          message_id: Number(messageId),
          date: 1,
          chat: { id: from.id, type: 'private', first_name: from.name },
          text: 'the card',
        },
      },
    };
    return update as unknown as Update;
  }

  messageUpdate(from: Sender, content: object): Update {
    const update = {
      update_id: this.nextId(),
      message: {
        message_id: this.updateId,
        date: 1,
        from: userOf(from),
        chat: { id: from.id, type: 'private', first_name: from.name },
        ...content,
      },
    };
    return update as unknown as Update;
  }

  checkoutUpdate(
    from: Sender,
    invoice: { payload: string; stars: number; currency?: string },
  ): Update {
    const update = {
      update_id: this.nextId(),
      pre_checkout_query: {
        id: `checkout-${this.updateId}`,
        from: userOf(from),
        currency: invoice.currency ?? 'XTR',
        total_amount: invoice.stars,
        invoice_payload: invoice.payload,
      },
    };
    return update;
  }

  paidUpdate(from: Sender, paid: { payload: string; stars: number; charge: string }): Update {
    return this.messageUpdate(from, {
      successful_payment: {
        currency: 'XTR',
        total_amount: paid.stars,
        invoice_payload: paid.payload,
        telegram_payment_charge_id: paid.charge,
        provider_payment_charge_id: '',
      },
    });
  }

  async deliver(update: Update): Promise<Update> {
    const outcome = await this.handle(update);
    if (outcome !== 'done') throw new Error(`The update is ${outcome}, not done`);
    return update;
  }

  nextId(): number {
    this.updateId += 1;
    return this.updateId;
  }

  async personId(sender: Sender): Promise<string> {
    const person = await this.deps.persons.byTelegramId(BigInt(sender.id));
    if (person === null) throw new Error(`${sender.name} has not met the bot`);
    return person.id;
  }

  async available(sender: Sender): Promise<bigint> {
    const { available } = await this.deps.ledger.balance(await this.personId(sender));
    return available;
  }

  /** The one confirm button under the last card. */
  confirmButton(): Extract<CallbackAction, { type: 'confirm' }> {
    const found = this.telegram.last().actions.find((action) => action.type === 'confirm');
    if (found === undefined)
      throw new Error(`No confirm button under: ${this.telegram.last().text}`);
    return found;
  }

  /** From words to an order in three updates; returns the generation's id. */
  async ordered(from: Sender, words: string): Promise<string> {
    await this.text(from, words);
    const { draftId } = this.confirmButton();
    await this.press(from, { type: 'confirm', draftId });
    return draftId;
  }

  /** A payment with its invoice out; returns its id. */
  async invoiced(from: Sender, packTokens = '25'): Promise<string> {
    await this.text(from, '/buy');
    await this.press(from, { type: 'buy:pack', packTokens });
    const id = [...this.engine.payments.keys()].at(-1);
    if (id === undefined) throw new Error('No payment was started');
    await this.deps.payments.invoiceSent(id, 77n);
    return id;
  }

  /** Ends a generation as its workflow would, with a stored result. */
  async delivered(from: Sender, generationId: string, result?: Buffer): Promise<string> {
    const asset = await this.deps.assets.save({
      personId: await this.personId(from),
      role: 'output',
      bytes: result ?? (await aPicture()),
    });
    const { generations } = this.deps;
    await generations.begin(generationId, {
      activeMax: 3,
      perHour: 20,
      reserveExpiresAt: new Date(Date.now() + 60_000),
    });
    await generations.storeOutputs(generationId, [asset.id]);
    await generations.deliverAndCommit(generationId);
    return asset.id;
  }
}

export function filmFile(fileId: string) {
  const file = { file_id: fileId, file_unique_id: fileId, mime_type: 'video/mp4' };
  return { ...file, width: 1280, height: 720, duration: 3, file_size: 140_000 };
}

function userOf(sender: Sender) {
  return {
    id: sender.id,
    is_bot: false,
    first_name: sender.name,
    language_code: sender.language,
  };
}

export function aPicture(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 48, channels: 3, background: '#3a7' } })
    .jpeg()
    .toBuffer();
}
