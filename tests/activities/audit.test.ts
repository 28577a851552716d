import { createFindingStore } from '../../src/storage/finding-store';
import { createSealStore } from '../../src/storage/seal-store';
import { office, sold } from './books-office';
import { openPaymentStage, type PaymentStage } from './payment-stage';

let stage: PaymentStage;
beforeEach(async () => {
  stage = await openPaymentStage();
});
afterEach(() => stage.close());

describe('the audit', () => {
  /** Changes rows as somebody with the database's password could. */
  async function behindTheTriggers(statement: string) {
    await stage.db.$transaction([
      stage.db.$executeRaw`SET LOCAL session_replication_role = replica`,
      stage.db.$executeRawUnsafe(statement),
    ]);
  }

  test('finds nothing in sound books, and says where they are sealed', async () => {
    const { audit, telegram } = office(stage);
    await sold(stage);
    expect(await audit.sealBooks(null)).toEqual({ head: null, broken: 0 });
    expect([await audit.auditRecent(), await audit.auditAll()]).toEqual([0, 0]);
    expect(await audit.auditSeals(null)).toEqual({ broken: 0, next: null });
    expect(telegram.done).toHaveLength(0);
  });

  test('tells admins once of a balance that was changed behind the entries', async () => {
    const { audit, telegram, classes } = office(stage);
    const { payment } = await sold(stage);
    await behindTheTriggers('UPDATE ledger_balances SET available = available + 1');
    expect(await audit.auditRecent()).toBe(1);
    expect(await audit.auditRecent()).toBe(1);
    expect(await classes()).toEqual(['broken I2 people whose balance differs from their entries']);
    expect(telegram.done).toHaveLength(1);
    expect((await createFindingStore(stage.db).open(1))[0]?.detail).toBe(payment.personId);
    expect(await audit.auditAll()).toBeGreaterThan(0);
  });

  test('that did not get through is told once, and is no broken ledger', async () => {
    const { audit, telegram, classes } = office(stage);
    await audit.noteUnaudited();
    await audit.noteUnaudited();
    expect(await classes()).toEqual(['unread audit']);
    expect(telegram.done).toHaveLength(1);
  });

  test('finds what was changed after it was sealed, and a chain that was made anew', async () => {
    const { audit, classes } = office(stage);
    await sold(stage);
    const head = await createSealStore(stage.db).sealUntil(new Date());
    await behindTheTriggers('UPDATE ledger_transfers SET reference = reference || 1');
    await audit.auditSeals(null);
    expect(await classes()).toEqual(['broken seal 1']);
    await behindTheTriggers('UPDATE ledger_seals SET chain = md5(chain)');
    expect(await audit.sealBooks(head)).toMatchObject({ broken: 1 });
  });
});
