import { createModerationStore } from '../../src/storage/moderation-store';
import { anna, ben, olga, Stage } from './stage';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  await stage.text(olga, '/start');
  await stage.text(ben, '/start');
});
afterEach(async () => {
  await stage.close();
});

const said = (person: { id: number }) =>
  stage.telegram.said.filter(({ chatId }) => chatId === BigInt(person.id));

/** Three grave refusals; the id of the strike that suspended. */
async function suspended(): Promise<string> {
  const { id: personId } = (await stage.deps.persons.byTelegramId(BigInt(ben.id))) ?? { id: '' };
  const store = createModerationStore(stage.database, { limit: 3, days: 30 });
  for (const generationId of ['g1', 'g2', 'g3']) {
    await store.record({
      generationId,
      personId,
      source: 'rules',
      subject: 'text',
      outcome: 'refused',
      reason: 'undress',
      evidence: generationId,
      isSevere: true,
    });
  }
  return String((await store.suspensionBy('g3'))?.id);
}

const isBanned = async () =>
  (await stage.deps.persons.byTelegramId(BigInt(ben.id)))?.bannedAt !== null;

test('a suspended person appeals once, and an admin lifts it, audited', async () => {
  const strike = await suspended();
  await stage.press(ben, { type: 'create', kind: 'image' });
  expect(await isBanned()).toBe(true);
  const heard = said(olga).length;
  for (let time = 0; time < 2; time += 1) await stage.press(ben, { type: 'appeal', strike });
  expect(said(olga)).toHaveLength(heard + 1);
  expect(said(olga).at(-1)?.text).toContain(String(ben.id));
  expect(said(olga).at(-1)?.text).toContain('undressing people');
  await stage.press(olga, { type: 'appeal:lift', strike });
  expect(await isBanned()).toBe(false);
  expect(said(ben).at(-1)?.text).toContain('open again');
  const audit = await stage.deps.audit.list({ limit: 10 });
  expect(audit.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(
    expect.arrayContaining(['suspend suspended', 'appeal waiting', 'decide_appeal lifted']),
  );
  // Forgiven: the next refusal is the first again.
  await stage.text(ben, '/start');
  expect(await stage.database.strike.count({ where: { resolution: null } })).toBe(0);
});

test('an upheld suspension stays, is told, and cannot be decided again', async () => {
  const strike = await suspended();
  await stage.press(ben, { type: 'appeal', strike });
  await stage.press(olga, { type: 'appeal:uphold', strike });
  expect(said(ben).at(-1)?.text).toContain('suspension stays');
  await stage.press(olga, { type: 'appeal:lift', strike });
  expect(await isBanned()).toBe(true);
});

test('nobody but an admin decides, and nobody appeals for another', async () => {
  const strike = await suspended();
  await stage.text(anna, '/start');
  const heard = said(olga).length;
  await stage.press(anna, { type: 'appeal', strike });
  await stage.press(anna, { type: 'appeal:lift', strike });
  await stage.press(ben, { type: 'appeal:lift', strike });
  expect(said(olga)).toHaveLength(heard);
  expect(await isBanned()).toBe(true);
});

test("an admin's own ban is not lifted by an appeal", async () => {
  const strike = await suspended();
  const person = await stage.deps.persons.byTelegramId(BigInt(ben.id));
  await stage.deps.persons.ban(person?.id ?? '', 'fraud');
  await stage.press(olga, { type: 'appeal:lift', strike });
  expect(await isBanned()).toBe(true);
});
