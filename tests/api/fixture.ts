/** The API on made-up neighbours, each of which a test can replace. */
import { Writable } from 'node:stream';
import { createApp } from '../../src/api/app';
import type { ApiDeps } from '../../src/api/deps';
import { AppError } from '../../src/domain/errors';
import { tokens } from '../../src/domain/tokens';
import type { Generation } from '../../src/storage/generation-row';
import type { Payment } from '../../src/storage/payment-row';
import type { Statistics } from '../../src/storage/statistics';
import { createLogger } from '../../src/observability/logger';
import { createMetrics } from '../../src/observability/metrics';
import { parseSettings } from '../../src/config/settings';
import { createTexts } from '../../src/texts/texts';

export const webhookSecret = 'webhook-secret-of-the-tests';
export const adminKey = 'admin-key-of-the-tests';
export const botToken = '123456:AAH-token-of-the-tests-0123456789';

const environment = {
  BOT_TOKEN: botToken,
  DATABASE_URL: 'postgresql://easel:password-of-the-tests@127.0.0.1:5432/easel',
  TELEGRAM_WEBHOOK_SECRET: webhookSecret,
  ADMIN_API_KEY: adminKey,
  ADMIN_IDS: '900009',
};

export interface Fixture {
  readonly app: ReturnType<typeof createApp>;
  readonly deps: ApiDeps;
  /** Every log line written so far, as one text. */
  readonly log: () => string;
}

export const aPayment: Payment = {
  id: 'pay1',
  personId: 'person-1',
  chatId: 900001n,
  language: 'en',
  system: 'stars',
  packTokens: tokens(25n),
  price: { amountMinor: 35n, currency: 'XTR' },
  status: 'paid',
  failureCode: null,
  invoiceMessageId: 7n,
  invoiceId: null,
  payUrl: null,
  payWords: null,
  orderedIn: 'chat',
  receiptEmail: null,
  expiresAt: new Date('2026-01-01T00:15:00Z'),
  createdAt: new Date('2026-01-01T00:00:00Z'),
};

export const aGeneration: Generation = {
  id: 'gen1',
  personId: 'person-1',
  chatId: 900001n,
  language: 'en',
  request: { kind: 'image', mode: 'text', prompt: 'a red fox', inputAssetIds: [], options: {} },
  modelSlug: 'sandbox-image',
  provider: 'sandbox',
  providerModel: 'sandbox-image',
  servedBy: 'sandbox-image',
  servedOptions: {},
  tried: [],
  experiment: null,
  submission: 'accepted',
  submittingAt: null,
  priceTokens: tokens(2n),
  refundedTokens: tokens(0n),
  status: 'delivered',
  failureCode: null,
  providerJobId: 'job-1',
  outputAssetIds: [],
  statusMessageId: 8n,
  progress: 100,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  finishedAt: new Date('2026-01-01T00:01:00Z'),
};

const figures: Statistics = {
  people: { all: 3, new24h: 1 },
  generationsByStatus: {
    ordered: 0,
    working: 0,
    delivered: 2,
    released: 0,
    refused: 0,
    refunded: 0,
  },
  tokens: { credited: 25n, given: 30n, spent: 4n, refunded: 0n, held: 2n, debt: 0n },
  revenueBySystem: [
    { system: 'stars', currency: 'XTR', amountMinor: 9_007_199_254_740_993n, refundedMinor: 0n },
  ],
  charges: { uncredited: 0 },
};

export function makeApi(
  override: Partial<ApiDeps> = {},
  env: Record<string, string | undefined> = {},
): Fixture {
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const settings = parseSettings({ ...environment, ...env }, { providers: [], payments: [] });
  const deps: ApiDeps = {
    settings,
    checkDatabase: jest.fn(() => Promise.resolve()),
    engine: {
      wakeGeneration: jest.fn(() => Promise.resolve()),
      refundGeneration: jest.fn(() => Promise.resolve()),
      startPayment: jest.fn(() => Promise.resolve()),
      refundPayment: jest.fn(() => Promise.resolve()),
      decidePayment: jest.fn(() => Promise.resolve()),
      paymentNews: jest.fn(() => Promise.resolve()),
      generationState: jest.fn(() => Promise.resolve({ stage: 'delivered' as const, refunds: [] })),
      paymentState: jest.fn(() =>
        Promise.resolve({
          stage: 'paid' as const,
          creditedCharges: ['charge-1'],
          refunds: [
            { id: 'r1', outcome: 'refused' as const, code: 'REFUND_TOKENS_SPENT' as const },
          ],
          decisions: [],
        }),
      ),
      health: jest.fn(() => Promise.resolve()),
    },
    handleUpdate: jest.fn(() => Promise.resolve('done' as const)),
    findProvider: () => undefined,
    providers: { ready: new Map(), off: [] },
    providerStates: {
      standings: jest.fn(() => Promise.resolve([])),
      change: jest.fn(() => Promise.resolve()),
    },
    catalogueChanges: {
      listAll: jest.fn(() => Promise.resolve([])),
      add: jest.fn(unused),
      change: jest.fn(unused),
    },
    experiments: {
      list: jest.fn(() => Promise.resolve([])),
      start: jest.fn(unused),
      stop: jest.fn(() => Promise.resolve()),
      results: jest.fn(unused),
    },
    statistics: () => Promise.resolve(figures),
    findings: {
      open: jest.fn(() => Promise.resolve([])),
      resolve: jest.fn(() => Promise.resolve()),
    },
    statements: { ofPerson: noLines, ofTime: noLines },
    payouts: {
      recordPayout: jest.fn(() => Promise.resolve()),
      moneyBalances: jest.fn(() => Promise.resolve([])),
    },
    audit: {
      list: jest.fn(() => Promise.resolve([])),
      record: jest.fn(() => Promise.resolve()),
    },
    payments: {
      get: onlyHas(aPayment),
      heldCharges: jest.fn(() => Promise.resolve([])),
      manualRefunds: jest.fn(() => Promise.resolve([])),
      shelves: jest.fn(() => Promise.resolve([])),
      setPack: jest.fn(unused),
      setCustom: jest.fn(unused),
      dismissUnmatched: jest.fn(() => Promise.resolve()),
      backlog: jest.fn(() =>
        Promise.resolve({ undeliveredNews: 0, heldCharges: 0, refundsUnderWay: 0 }),
      ),
    },
    promos: {
      list: jest.fn(() => Promise.resolve([])),
      create: jest.fn(unused),
      setActive: jest.fn(unused),
    },
    paymentEvents: {
      record: jest.fn(() => Promise.resolve({ id: 1n, isDelivered: false, payment: aPayment })),
      delivered: jest.fn(() => Promise.resolve()),
    },
    systems: { ready: new Map() },
    generations: { get: onlyHas(aGeneration) },
    assets: { get: jest.fn(unused), pathOf: () => undefined },
    links: { isOurs: () => false },
    miniApp: emptyShop,
    explain: (code: string) => `What ${code} means.`,
    logger: createLogger('debug', { secrets: settings.secrets, destination }),
    metrics: createMetrics(),
    ...override,
  };
  return { app: createApp(deps), deps, log: () => lines.join('') };
}

async function* noLines(): AsyncGenerator<never> {
  // A statement without a line.
}

/** Nobody comes: the tests of the Mini App bring their own. */
const emptyShop: ApiDeps['miniApp'] = {
  payments: {
    listWithStanding: unused,
    order: unused,
    receiptEmail: unused,
    setReceiptEmail: unused,
    shelf: unused,
    standingOf: unused,
  },
  persons: { byTelegramId: unused, get: unused },
  promos: { enter: unused, selected: unused },
  ledger: { balance: unused },
  launches: { use: unused },
  methods: [],
  currencyFor: () => 'XTR',
  texts: createTexts(),
  wording: { money: () => '', unitPrice: () => '', method: () => '', day: () => '' },
  now: () => new Date(),
};

function unused(): Promise<never> {
  return Promise.reject(new Error('No test of this fixture calls this'));
}

function onlyHas<T extends { readonly id: string }>(row: T): (id: string) => Promise<T> {
  return (id) =>
    id === row.id
      ? Promise.resolve(row)
      : Promise.reject(new AppError('NOT_FOUND', `No ${id} here`));
}
