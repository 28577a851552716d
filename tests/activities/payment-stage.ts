/** The real steps of payments over real stores; only the payment system, Telegram and Temporal are scripted. */
import { randomUUID } from 'node:crypto';
import { createHousekeepingSteps } from '../../src/activities/housekeeping-steps';
import { createInvoiceSteps } from '../../src/activities/invoice-steps';
import { createPaymentNotices } from '../../src/activities/payment-notices';
import { createPaymentSteps } from '../../src/activities/payment-steps';
import { createSystemPaymentSteps } from '../../src/activities/system-payment-steps';
import { tokens } from '../../src/domain/tokens';
import { createLogger } from '../../src/observability/logger';
import { createDeliveryStore } from '../../src/storage/delivery-store';
import { createPaymentEventStore } from '../../src/storage/payment-events';
import { createUpdateStore } from '../../src/storage/update-store';
import { createFakeEngine } from '../bot/fake-engine';
import { createWorld } from '../storage/store-world';
import { createScriptedSystem, rub, type ScriptedSystem } from './scripted-system';
import { createScriptedTelegram } from './scripted-telegram';

export const adminId = 900009n;
export const admin = { actor: adminId.toString(), reason: 'talked to the payer' };

export type PaymentStage = Awaited<ReturnType<typeof openPaymentStage>>;

export async function openPaymentStage() {
  const world = await createWorld();
  const events = createPaymentEventStore(world.db);
  await world.persons.meet({ telegramId: adminId, firstName: 'Olga', languageCode: 'ru' });

  return {
    ...world,
    events,
    orderImage: world.order,

    /** A pack of 100 tokens for 499 rubles, ordered from the scripted system. */
    async order(expiresInMs = 900_000) {
      const person = await world.person();
      return world.payments.create({
        id: `p-${randomUUID()}`,
        person,
        chatId: person.telegramId,
        language: 'en',
        system: 'till',
        pack: { packTokens: tokens(100n), price: rub(49_900n) },
        expiresAt: new Date(Date.now() + expiresInMs),
      });
    },

    /** Steps of one test, with partners of its own. */
    play(system: ScriptedSystem = createScriptedSystem(), now = () => new Date()) {
      const telegram = createScriptedTelegram();
      const engine = createFakeEngine();
      const deps = {
        ...world,
        deliveries: createDeliveryStore(world.db),
        updates: createUpdateStore(world.db),
        logger: createLogger('silent'),
        admins: [adminId.toString()],
        telegram: telegram.client,
        systems: system.systems,
        paymentEvents: events,
        engine,
        now,
        windows: {
          complaintWindowMs: 1,
          generationDeadlineMs: 1,
          invoiceExpiryMs: 1,
          refundWindowMs: 1,
        },
      };
      return {
        system,
        telegram,
        engine,
        core: createPaymentSteps(deps),
        notices: createPaymentNotices(deps),
        invoice: createInvoiceSteps(deps),
        housekeeping: createHousekeepingSteps(deps),
        till: createSystemPaymentSteps({
          ...deps,
          webhookUrl: (id) => `https://bot.example/webhooks/${id}`,
          returnUrl: async () => 'https://t.me/easel_bot',
        }),
      };
    },

    async available(payment: { personId: string }): Promise<bigint> {
      return (await world.ledger.balance(payment.personId)).available;
    },
  };
}
