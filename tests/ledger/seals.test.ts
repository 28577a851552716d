import { createAuditStore } from '../../src/storage/audit-store';
import { createSealStore, type SealStore } from '../../src/storage/seal-store';
import { createWorld, type World } from '../storage/store-world';

let world: World;
let seals: SealStore;
beforeEach(async () => {
  world = await createWorld();
  seals = createSealStore(world.db);
});
afterEach(() => world.close());

const soon = (): Date => new Date(Date.now() + 60_000);

/** Somebody gets tokens, an admin acts, and a payment is charged. */
async function live() {
  const person = await world.person(5n);
  await createAuditStore(world.db).record({
    actor: '900009',
    action: 'adjust',
    target: `person:${person.id}`,
    reason: 'a gift',
    outcome: 'done',
  });
  await world.payments.recordCharge({
    system: 'stars',
    chargeId: `c-${person.id}`,
    paymentId: 'nobody-knows-it',
    currency: 'XTR',
    amountMinor: 15n,
  });
  return person;
}

/** Changes rows as somebody with the database's password could. */
async function behindTheTriggers(statement: string) {
  await world.db.$transaction([
    world.db.$executeRaw`SET LOCAL session_replication_role = replica`,
    world.db.$executeRawUnsafe(statement),
  ]);
}

test('seals what was written once, and finds it unchanged', async () => {
  expect(await seals.sealUntil(soon())).toBeNull();
  await live();
  const first = await seals.sealUntil(soon());
  expect(first).toMatchObject({ number: '1' });
  expect(await seals.sealUntil(soon())).toEqual(first);
  expect(await seals.verify(null, 10)).toEqual({ broken: [], next: null });
});

test('seals nothing that is still to come, although the clock of who asks is ahead', async () => {
  await live();
  await seals.sealUntil(soon());
  await live();
  expect(await seals.verify(null, 10)).toEqual({ broken: [], next: null });
});

test('goes on from the seal before, page by page', async () => {
  for (let round = 1; round <= 3; round += 1) {
    await live();
    expect(await seals.sealUntil(new Date())).toMatchObject({ number: `${round}` });
  }
  const first = await seals.verify(null, 1);
  expect(first).toEqual({ broken: [], next: '2' });
  expect(await seals.verify('2', 1)).toEqual({ broken: [], next: '3' });
  expect(await seals.verify('3', 1)).toEqual({ broken: [], next: null });
  expect(await seals.before(1)).toBe('2');
});

test('seals nothing of which a transaction is still writing', async () => {
  await live();
  const early = await world.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1`;
    await live();
    return seals.sealUntil(soon());
  });
  const all = await seals.sealUntil(soon());
  expect(early).toMatchObject({ number: '1' });
  expect(all).toMatchObject({ number: '2' });
  expect(await seals.verify(null, 10)).toEqual({ broken: [], next: null });
});

test.each([
  ['an amount', 'tokens', 'UPDATE ledger_transfers SET amount = amount + 1'],
  ['the side of a transfer', 'tokens', `UPDATE ledger_transfers SET outside_account = 'system:me'`],
  [
    'what a transfer moved',
    'tokens',
    'UPDATE ledger_transfers SET available_delta = 2, outside_delta = -2',
  ],
  ['a removed transfer', 'tokens', 'DELETE FROM ledger_transfers'],
  ['the money', 'money', `UPDATE money_entries SET account = 'my:' || account`],
  ['the audit', 'audit', `UPDATE audit SET actor = '1'`],
  ['a removed audit row', 'audit', 'DELETE FROM audit'],
  ['a seal', 'chain', 'UPDATE ledger_seals SET rows = rows + 1'],
])('finds %s changed behind the back of the trigger', async (_what, fault, statement) => {
  await live();
  await seals.sealUntil(soon());
  await behindTheTriggers(statement);
  expect((await seals.verify(null, 10)).broken).toEqual([`1 ${fault}`]);
});

test('finds a seal that was removed, and history that was sealed anew', async () => {
  await live();
  const remembered = await seals.sealUntil(new Date());
  await live();
  await seals.sealUntil(new Date());
  await behindTheTriggers('DELETE FROM ledger_seals WHERE number = 1');
  expect((await seals.verify(null, 10)).broken).toEqual(['2 chain']);
  await behindTheTriggers('DELETE FROM ledger_seals');
  await behindTheTriggers(`UPDATE audit SET actor = '1'`);
  await seals.sealUntil(soon());
  // The chain is whole again: only who remembers the old one can tell.
  expect((await seals.verify(null, 10)).broken).toEqual([]);
  expect(remembered === null || (await seals.stillHolds(remembered))).toBe(false);
});
