import { openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 24 * 3_600_000);

test('a reserve nobody ended in time is returned once, a young one is left alone', async () => {
  const { id, personId } = await stage.working();
  await stage.play().housekeeping.expireReserves();
  expect((await stage.generations.get(id)).status).toBe('working');
  const { housekeeping } = stage.play({ now: daysFromNow(1) });
  await Promise.all([housekeeping.expireReserves(), housekeeping.expireReserves()]);
  expect(await stage.generations.get(id)).toMatchObject({
    status: 'released',
    failureCode: 'PROVIDER_TIMEOUT',
  });
  expect(await stage.ledger.balance(personId)).toMatchObject({ available: 10n, held: 0n });
});

test('a delivered generation keeps its tokens spent', async () => {
  const { id, personId } = await stage.made();
  await stage.play().delivery.deliver(id);
  await stage.play({ now: daysFromNow(400) }).housekeeping.expireReserves();
  expect((await stage.generations.get(id)).status).toBe('delivered');
  expect(await stage.ledger.balance(personId)).toMatchObject({ available: 6n, held: 0n });
});

test('a stored charge nobody credited is signalled again; credited, held and new ones are not', async () => {
  const payment = await stage.payment();
  for (const chargeId of ['forgotten', 'credited', 'new']) await stage.charge(payment, chargeId);
  await stage.charge(payment, 'held', 1n);
  await stage.play().payment.credit('stars', 'credited');
  // Another sum than agreed: looked at once, and then an admin's.
  await stage.play().payment.credit('stars', 'held');
  await stage.db.charge.updateMany({
    where: { chargeId: { in: ['forgotten', 'credited', 'held'] } },
    data: { receivedAt: daysFromNow(-1) },
  });
  const { housekeeping, signalled, payment: steps } = stage.play();
  await housekeeping.wakeUncreditedPayments();
  expect(signalled).toEqual(['forgotten']);
  await steps.credit('stars', 'forgotten');
  await housekeeping.wakeUncreditedPayments();
  expect(signalled).toEqual(['forgotten']);
});

test('claims of updates Telegram can no longer repeat are forgotten, others are kept', async () => {
  await stage.updates.claim(1n);
  await stage.updates.done(1n);
  await stage.play({ now: daysFromNow(6) }).housekeeping.forgetOldUpdates();
  expect(await stage.updates.claim(1n)).toBe('done');
  await stage.play({ now: daysFromNow(8) }).housekeeping.forgetOldUpdates();
  expect(await stage.updates.claim(1n)).toBe('claimed');
});
