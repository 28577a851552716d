/** The real steps over real stores; only the provider, Telegram and the engine are scripted. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import sharp from 'sharp';
import { createDeliverySteps } from '../../src/activities/delivery-steps';
import { createGenerationSteps } from '../../src/activities/generation-steps';
import { createHousekeepingSteps } from '../../src/activities/housekeeping-steps';
import { createInvoiceSteps } from '../../src/activities/invoice-steps';
import { createLostSubmitSteps } from '../../src/activities/lost-submits';
import { createModerationGate } from '../../src/activities/moderation-gate';
import { createOwnerAlerts } from '../../src/activities/owner-alerts';
import { createPaymentSteps } from '../../src/activities/payment-steps';
import { createProgressDisplay } from '../../src/activities/progress-display';
import { createProviderSteps } from '../../src/activities/provider-steps';
import { createRetentionSteps } from '../../src/activities/retention-steps';
import { createStandIns } from '../../src/activities/stand-ins';
import type { FilmTerms } from '../../src/domain/film';
import { createMetrics } from '../../src/observability/metrics';
import { createLogger } from '../../src/observability/logger';
import { createPaymentSystems } from '../../src/payments/registry';
import { createLocalAssetFiles } from '../../src/storage/asset-files';
import { createAssetLinks } from '../../src/storage/asset-links';
import { createAssetStore } from '../../src/storage/asset-store';
import { createDeliveryStore } from '../../src/storage/delivery-store';
import { createModerationStore } from '../../src/storage/moderation-store';
import { createProviderStore } from '../../src/storage/provider-store';
import { createPaymentEventStore } from '../../src/storage/payment-events';
import { createUpdateStore } from '../../src/storage/update-store';
import type { Classifier } from '../../src/moderation/classifier';
import type { Providers } from '../../src/providers/registry';
import type { Engine } from '../../src/workflows/engine';
import { createWorld } from '../storage/store-world';
import { createScriptedProvider, type Traits } from './scripted-provider';
import { createScriptedTelegram } from './scripted-telegram';

export const adminId = 900009n;

export type Stage = Awaited<ReturnType<typeof openStage>>;

const askable: Traits = { dedupesSubmit: true, canBeAsked: true };

export async function openStage() {
  const world = await createWorld();
  const folder = mkdtempSync(join(tmpdir(), 'easel-steps-'));
  const files = createLocalAssetFiles(folder);
  const assets = createAssetStore(world.db, files);
  const deliveries = createDeliveryStore(world.db);
  const updates = createUpdateStore(world.db);
  const providerStates = createProviderStore(world.db);
  const moderation = createModerationStore(world.db, { limit: 3, days: 30 });
  const metrics = createMetrics();
  const logger = createLogger('silent');
  const admins = [adminId.toString()];
  const picture = await sharp({
    create: { width: 8, height: 8, channels: 3, background: 'teal' },
  })
    .jpeg()
    .toBuffer();
  await world.payments.seedPacks();

  /** Steps of one test, with partners of its own. */
  const play = (
    options: {
      traits?: Traits;
      classifier?: Classifier;
      now?: Date;
      providers?: Providers;
      films?: ReadonlyMap<string, FilmTerms>;
      publicUrl?: string;
      admins?: readonly string[];
    } = {},
  ) => {
    const telegram = createScriptedTelegram();
    const provider = createScriptedProvider(options.traits ?? askable);
    const signalled: string[] = [];
    const deps = {
      ...world,
      assets,
      links: createAssetLinks({
        files: {},
        secret: 'the tests',
        publicUrl: options.publicUrl,
        now: () => options.now ?? new Date(),
      }),
      deliveries,
      updates,
      logger,
      moderation,
      classifier: options.classifier,
      admins: options.admins ?? admins,
      telegram: telegram.client,
      providers: options.providers ?? provider.providers,
      films: options.films ?? new Map<string, FilmTerms>(),
      providerStates,
      metrics,
      systems: createPaymentSystems(telegram.client),
      now: () => options.now ?? new Date(),
    };
    const standIns = createStandIns(deps);
    const gate = createModerationGate(deps);
    return {
      lostSubmits: createLostSubmitSteps(deps),
      telegram,
      provider,
      signalled,
      standIns,
      generation: createGenerationSteps({
        ...deps,
        standIns,
        gate,
        limits: { activeMax: 3, perHour: 100 },
        reserveForMs: 3_600_000,
      }),
      providerSteps: createProviderSteps({
        ...deps,
        standIns,
        gate,
        alerts: createOwnerAlerts(deps),
        placeForMs: 60_000,
        callbackUrl: undefined,
        showProgress: createProgressDisplay(deps),
      }),
      delivery: createDeliverySteps(deps),
      retention: createRetentionSteps({ ...deps, keepFilesDays: 30 }),
      invoice: createInvoiceSteps(deps),
      payment: createPaymentSteps(deps),
      housekeeping: createHousekeepingSteps({
        ...deps,
        paymentEvents: createPaymentEventStore(world.db),
        engine: {
          charged: async (_input, chargeId) => {
            signalled.push(chargeId);
          },
        } as Partial<Engine> as Engine,
        windows: {
          complaintWindowMs: 1,
          generationDeadlineMs: 1,
          invoiceExpiryMs: 1,
          refundWindowMs: 1,
        },
      }),
    };
  };

  return {
    ...world,
    assets,
    deliveries,
    updates,
    providerStates,
    moderation,
    metrics,
    picture,
    play,

    /** A begun generation of somebody with ten tokens. */
    async working() {
      const person = await world.person(10n);
      const generation = await world.order(person);
      await world.generations.begin(generation.id, {
        activeMax: 3,
        perHour: 100,
        reserveExpiresAt: new Date(Date.now() + 3_600_000),
      });
      return { ...generation, person };
    },

    /** The same with its result stored, ready to be delivered. */
    async made() {
      const generation = await this.working();
      const { id } = await assets.save({
        personId: generation.personId,
        role: 'output',
        bytes: picture,
      });
      await world.generations.storeOutputs(generation.id, [id]);
      await world.generations.setStatusMessage(generation.id, 42n);
      return generation;
    },

    /** An invoice for ten tokens, to somebody without any. */
    async payment() {
      const person = await world.person();
      const { packs } = await world.payments.shelf({ system: 'stars', currency: 'XTR' });
      const [pack] = packs;
      if (pack === undefined) throw new Error('No pack is on sale');
      const payment = await world.payments.create({
        id: `p-${person.id}`,
        person,
        chatId: person.telegramId,
        language: 'en',
        pack,
        system: 'stars',
        expiresAt: new Date(Date.now() + 900_000),
      });
      return { ...payment, person };
    },

    /** Money for the payment, as Telegram reported it. */
    async charge(payment: { id: string; chatId: bigint }, chargeId: string, amountMinor = 15n) {
      await world.payments.recordCharge({
        system: 'stars',
        chargeId,
        paymentId: payment.id,
        telegramId: payment.chatId,
        currency: 'XTR',
        amountMinor,
      });
    },

    /** The admin, who has talked to the bot. */
    admin: () => world.persons.meet({ telegramId: adminId, firstName: 'Olga', languageCode: 'ru' }),

    async close() {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The failure a step ended with, as Temporal sees it; undefined when it succeeded. */
export async function failureOf(step: Promise<unknown>): Promise<ApplicationFailure | undefined> {
  try {
    await step;
    return undefined;
  } catch (error) {
    if (error instanceof ApplicationFailure) return error;
    throw new Error('A step threw something Temporal cannot read', { cause: error });
  }
}
