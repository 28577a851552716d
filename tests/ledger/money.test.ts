import { randomUUID } from 'node:crypto';
import type { PaymentReport, SystemCharge } from '../../src/domain/charge';
import { tokens } from '../../src/domain/tokens';
import { checkLedger } from '../../src/storage/ledger-check';
import { createPayoutStore } from '../../src/storage/payout-store';
import { codeOf, createWorld, later, together, type World } from '../storage/store-world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** A pack of 10 tokens for 499 rubles at YooKassa, and what the system says of it. */
async function sale() {
  const buyer = await world.person();
  const payment = await world.payments.create({
    id: `p-${randomUUID()}`,
    person: buyer,
    chatId: 5n,
    language: 'ru',
    system: 'yookassa',
    pack: { packTokens: tokens(10n), price: { amountMinor: 49_900n, currency: 'RUB' } },
    expiresAt: later(),
  });
  const chargeId = `c-${randomUUID()}`;
  const seen = (change: Partial<SystemCharge> = {}, refunds: PaymentReport['refunds'] = []) =>
    world.payments.observe(payment.id, {
      state: 'closed',
      charges: [
        {
          chargeId,
          paid: { amountMinor: 49_900n, currency: 'RUB' },
          fee: { amountMinor: 1_746n, currency: 'RUB' },
          at: new Date(),
          ...change,
        },
      ],
      refunds,
    });
  const back = (amountMinor: bigint, id: string = randomUUID()) => ({
    systemRefundId: id,
    chargeId,
    amount: { amountMinor, currency: 'RUB' as const },
    status: 'refunded' as const,
    at: new Date(),
  });
  const credit = () => world.payments.credit('yookassa', chargeId);
  return { buyer, payment, chargeId, seen, back, credit };
}

/** Balances of the money accounts that are not zero, as "<account> <currency>". */
async function accounts(): Promise<Record<string, bigint>> {
  const rows = await world.db.$queryRaw<{ name: string; balance: bigint }[]>`
    SELECT split_part(e.account, ':', 1) || ' ' || t.currency AS name, sum(e.delta)::bigint AS balance
    FROM money_entries e JOIN money_transfers t ON t.id = e.transfer_id
    GROUP BY 1 HAVING sum(e.delta) <> 0`;
  return Object.fromEntries(rows.map(({ name, balance }) => [name, balance]));
}

test('money that comes is held until its tokens are credited, then it is revenue', async () => {
  const { seen, credit } = await sale();
  await seen();
  const received = { 'clearing RUB': 48_154n, 'fees RUB': 1_746n };
  expect(await accounts()).toEqual({ ...received, 'held RUB': -49_900n });
  await credit();
  expect(await accounts()).toEqual({ ...received, 'revenue RUB': -49_900n });
  await world.assertSound();
});

test('the same report and the same credit a hundred times post once', async () => {
  const { seen, credit } = await sale();
  await seen();
  await together(100, async (index) => (index % 2 === 0 ? seen() : credit()));
  expect(
    await world.db.$queryRaw`SELECT version, operation FROM money_transfers ORDER BY id`,
  ).toEqual([
    { version: 1, operation: 'received' },
    { version: 2, operation: 'fee' },
    { version: 3, operation: 'credited' },
  ]);
  await world.assertSound();
});

test('refunds in part, and of money that was never credited, leave their accounts', async () => {
  const { seen, back, credit } = await sale();
  await seen();
  await credit();
  const first = back(10_000n);
  await seen({}, [first]);
  await seen({}, [first, back(39_900n)]);
  expect(await accounts()).toEqual({
    'clearing RUB': -1_746n,
    'fees RUB': 1_746n,
    'revenue RUB': -49_900n,
    'refunds RUB': 49_900n,
  });
  const held = await sale();
  await held.seen({ doubt: 'frozen' }, [held.back(49_900n)]);
  expect(await accounts()).toMatchObject({ 'clearing RUB': -3_492n, 'refunds RUB': 49_900n });
  await world.assertSound();
});

test('a dispute freezes the money, and a dispute that is won frees it', async () => {
  const { seen, credit } = await sale();
  await seen();
  await credit();
  await seen({ disputed: true });
  expect(await accounts()).toMatchObject({ 'clearing RUB': -1_746n, 'disputed RUB': 49_900n });
  await world.assertSound();
  await seen({ disputed: false });
  expect(await accounts()).toMatchObject({ 'clearing RUB': 48_154n, 'revenue RUB': -49_900n });
  await world.assertSound();
});

test('terms that change before the credit are booked anew, in the other currency too', async () => {
  const { seen } = await sale();
  await seen();
  await seen({
    paid: { amountMinor: 500n, currency: 'USD' },
    fee: { amountMinor: 5n, currency: 'USD' },
  });
  expect(await accounts()).toEqual({ 'clearing USD': 495n, 'fees USD': 5n, 'held USD': -500n });
  await world.assertSound();
});

describe('a payout', () => {
  const payout = (amountMinor: bigint, id = 'bank-7') => ({
    system: 'yookassa',
    id,
    amount: { amountMinor, currency: 'RUB' as const },
    actor: '900009',
    reason: 'the statement of Friday',
  });

  async function sold() {
    const { seen, credit } = await sale();
    await seen();
    await credit();
    return createPayoutStore(world.db);
  }

  test('goes from clearing to the bank once, however often it is recorded, and is audited', async () => {
    const payouts = await sold();
    await together(10, () => payouts.recordPayout(payout(48_154n)));
    expect(await accounts()).toEqual({
      'bank RUB': 48_154n,
      'fees RUB': 1_746n,
      'revenue RUB': -49_900n,
    });
    expect(await payouts.moneyBalances()).toContainEqual({
      account: 'clearing:yookassa',
      currency: 'RUB',
      amountMinor: 0n,
    });
    const audit = await world.db.auditEntry.findMany({ where: { action: 'record_payout' } });
    expect(audit).toMatchObject([
      { actor: '900009', target: 'payout:yookassa:bank-7', outcome: '48154 RUB' },
    ]);
    await world.assertSound();
  });

  test('of other terms under its id, or of money that never came, is refused', async () => {
    const payouts = await sold();
    await payouts.recordPayout(payout(100n));
    expect(await codeOf(payouts.recordPayout(payout(200n)))).toBe('IDEMPOTENCY_CONFLICT');
    const stripe = { ...payout(100n), system: 'stripe' };
    expect(await codeOf(payouts.recordPayout(stripe))).toBe('NOT_FOUND');
    // A mistake is taken back by one below zero.
    await payouts.recordPayout(payout(-100n, 'bank-7-mistake'));
    expect(await accounts()).toMatchObject({ 'clearing RUB': 48_154n });
    await world.assertSound();
  });

  test('cannot be changed, and one that was is found', async () => {
    await (await sold()).recordPayout(payout(100n));
    const change = 'UPDATE payouts SET amount_minor = 1';
    await expect(world.db.$executeRawUnsafe(change)).rejects.toThrow(/append-only/);
    await behindTheTriggers(change);
    const { violations } = await checkLedger(world.db);
    expect(violations).toMatchObject([{ invariant: 'I10', ids: ['yookassa:bank-7'] }]);
  });
});

/** Changes rows as somebody with the database's password could. */
async function behindTheTriggers(statement: string) {
  await world.db.$transaction([
    world.db.$executeRaw`SET LOCAL session_replication_role = replica`,
    world.db.$executeRawUnsafe(statement),
  ]);
}

test('Postgres refuses to change money that was posted, and entries that do not sum to zero', async () => {
  const { seen } = await sale();
  await seen();
  for (const statement of [
    'UPDATE money_entries SET delta = 1',
    'DELETE FROM money_transfers',
    'TRUNCATE money_entries, money_transfers',
  ]) {
    await expect(world.db.$executeRawUnsafe(statement)).rejects.toThrow(/append-only/);
  }
  const thief = `INSERT INTO money_entries SELECT id, 'thief:1', 5 FROM money_transfers LIMIT 1`;
  await expect(world.db.$executeRawUnsafe(thief)).rejects.toThrow(/sum to zero/);
});

describe('the check finds', () => {
  test.each([
    [
      'a credit that was removed',
      'I8',
      `UPDATE charges SET credited_at = NULL, credited_tokens = NULL`,
    ],
    ['a payment that is not paid', 'I8', `UPDATE payments SET status = 'expired'`],
    [
      'a credit nobody paid for',
      'I8',
      `UPDATE ledger_transfers SET idem_key = 'x' WHERE operation = 'credit'`,
    ],
    ['a charge that was made smaller', 'I10', `UPDATE charges SET amount_minor = 100`],
    ['money entries that were changed', 'I10', `UPDATE money_entries SET delta = delta * 2`],
    ['one entry that was changed', 'I1', `UPDATE money_entries SET delta = 7 WHERE delta < 0`],
    ['a posting that was removed', 'I5', `DELETE FROM money_transfers WHERE version = 1`],
    [
      'a rule that was removed',
      'I4',
      `ALTER TABLE ledger_transfers DROP CONSTRAINT ledger_transfers_sum_to_zero`,
    ],
    ['a guard that was switched off', 'I4', `ALTER TABLE audit DISABLE TRIGGER audit_append_only`],
    [
      'a guard that was made to let all through',
      'I4',
      `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RETURN NULL; END; $$`,
    ],
    [
      'tokens that went to somebody else',
      'I8',
      `UPDATE payments SET person_id = (SELECT id FROM people WHERE id <> payments.person_id LIMIT 1)`,
    ],
    ['tokens taken back for no refund', 'I9', `DELETE FROM refunds WHERE status = 'settled'`],
    ['tokens given again for no refund', 'I9', `DELETE FROM refunds WHERE status = 'put_back'`],
    [
      'tokens taken back for a refund that was refused',
      'I9',
      `UPDATE refunds SET status = 'refused' WHERE status = 'settled'`,
    ],
    [
      'a refund whose tokens came back in part',
      'I9',
      `UPDATE refunds SET tokens = tokens - 1 WHERE status = 'put_back'`,
    ],
    [
      'money on the account of another system',
      'I10',
      `UPDATE money_entries SET account = 'clearing:stripe' WHERE account = 'clearing:yookassa'`,
    ],
    [
      'returned money on an account that is none',
      'I10',
      `UPDATE money_entries SET account = 'bank:yookassa' WHERE account = 'refunds:yookassa'`,
    ],
    [
      'a statement that shows another balance than there was',
      'I2',
      `UPDATE ledger_transfers SET available_after = available_after + 5 WHERE version = 1`,
    ],
    [
      'a debt that a statement does not show',
      'I2',
      `UPDATE ledger_transfers SET debt_after = debt_after + 1 WHERE version = 1`,
    ],
  ])('%s', async (_what, invariant, statement) => {
    const { seen, back, credit, payment } = await sale();
    await sale();
    await seen();
    await credit();
    const request = { id: 'r1', actor: '900009', reason: 'a mistake' };
    await world.payments.requestRefund({ paymentId: payment.id, request, admins: ['900009'] });
    await world.payments.putBackRefund(`${payment.id}:r1`);
    await seen({}, [back(10_000n)]);
    await world.assertSound();
    await behindTheTriggers(statement);
    const { sound, violations, brokenChains } = await checkLedger(world.db);
    expect(sound).toBe(false);
    const broken = violations.map((violation) => violation.invariant as string);
    expect([...broken, ...brokenChains.map(() => 'I2')]).toContain(invariant);
  });
});
