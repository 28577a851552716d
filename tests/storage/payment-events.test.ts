import { randomUUID } from 'node:crypto';
import { tokens } from '../../src/domain/tokens';
import { createPaymentEventStore } from '../../src/storage/payment-events';
import { createWorld, later, type World } from './store-world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

test('news that names only a charge finds its payment, in its own system and nowhere else', async () => {
  const events = createPaymentEventStore(world.db);
  const payment = await world.payments.create({
    id: `p-${randomUUID()}`,
    person: await world.person(),
    chatId: 5n,
    language: 'en',
    system: 'stripe',
    pack: { packTokens: tokens(10n), price: { amountMinor: 499n, currency: 'USD' } },
    expiresAt: later(),
  });
  const chargeId = `pi_${randomUUID()}`;
  const money = { currency: 'USD', amountMinor: 499n };
  await world.payments.recordCharge({
    system: 'stripe',
    chargeId,
    paymentId: payment.id,
    ...money,
  });
  const news = { event: 'charge.dispute.created', chargeId };
  const recorded = async (system: string, eventId: string, named = chargeId) =>
    (await events.record({ ...news, system, eventId, chargeId: named })).payment?.id;

  expect(await recorded('stripe', 'evt_1')).toBe(payment.id);
  expect(await recorded('stripe', 'evt_2', 'pi_of_nobody')).toBeUndefined();
  expect(await recorded('yookassa', 'evt_3')).toBeUndefined();
  // The schedule that delivers what was left over finds it too.
  const left = await events.undelivered(10, later());
  expect(left.map((one) => one.payment?.id)).toEqual([payment.id]);
});
