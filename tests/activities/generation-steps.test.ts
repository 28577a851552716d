import { adminId, failureOf, openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

const refund = { id: 'r1', actor: adminId.toString(), reason: 'blurred' };

test('beginning reserves the price once, however often the step runs', async () => {
  const person = await stage.person(10n);
  const { id } = await stage.order(person);
  const { generation } = stage.play();
  for (let time = 0; time < 3; time += 1) await generation.begin(id);
  expect(await stage.ledger.balance(person.id)).toMatchObject({ available: 6n, held: 4n });
});

test('a request the rules forbid is refused before any token moves', async () => {
  const person = await stage.person(10n);
  const { id } = await stage.order(person);
  await stage.db.generation.update({ where: { id }, data: { prompt: 'a naked child' } });
  const { generation } = stage.play();
  const failure = await failureOf(generation.begin(id));
  expect(failure).toMatchObject({ type: 'CONTENT_REFUSED', nonRetryable: true });
  expect(failure?.message).not.toContain('naked');
  expect(await generation.release(id, 'CONTENT_REFUSED')).toEqual({ status: 'refused' });
  expect(await stage.ledger.balance(person.id)).toMatchObject({ available: 10n, held: 0n });
});

test('a release returns the tokens once and says how the generation stands', async () => {
  const { id, personId } = await stage.working();
  const { generation } = stage.play();
  for (let time = 0; time < 3; time += 1) {
    expect(await generation.release(id, 'PROVIDER_REFUSED')).toEqual({ status: 'released' });
  }
  expect(await stage.ledger.balance(personId)).toMatchObject({ available: 10n, held: 0n });
});

test('a begin that comes after the release stays refused', async () => {
  const person = await stage.person(10n);
  const { id } = await stage.order(person);
  const { generation } = stage.play();
  expect(await generation.release(id, 'CANCELLED')).toEqual({ status: 'refused' });
  expect(await failureOf(generation.begin(id))).toMatchObject({
    type: 'CANCELLED',
    nonRetryable: true,
  });
});

test('a refund says what came back and whether anything is left; the same id is one refund', async () => {
  const { id, personId } = await stage.made();
  const { generation, delivery } = stage.play();
  await delivery.deliver(id);
  const part = { ...refund, amount: '1' };
  const first = { outcome: 'settled', returnedTokens: '1', nothingLeft: false };
  expect(await generation.refund(id, part)).toEqual(first);
  expect(await generation.refund(id, part)).toEqual(first);
  expect(await generation.refund(id, { ...refund, id: 'r2' })).toEqual({
    outcome: 'settled',
    returnedTokens: '3',
    nothingLeft: true,
  });
  expect(await generation.refund(id, { ...refund, id: 'r3' })).toEqual({
    outcome: 'refused',
    code: 'REFUND_ALREADY_DONE',
  });
  expect((await stage.ledger.balance(personId)).available).toBe(10n);
});
