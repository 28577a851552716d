import { randomUUID } from 'node:crypto';
import { cardReference } from '../../src/domain/card-request';
import { tokens } from '../../src/domain/tokens';
import { createAuditStore } from '../../src/storage/audit-store';
import { createCardRequestStore } from '../../src/storage/card-request-store';
import { codeOf, createWorld, later, together, type World } from './store-world';

let world: World;
let requests: ReturnType<typeof createCardRequestStore>;
beforeAll(async () => {
  world = await createWorld();
  requests = createCardRequestStore(world.db);
  await world.payments.seedPacks();
});
afterAll(() => world.close());
afterEach(() => world.assertSound());

type Buyer = Awaited<ReturnType<World['person']>>;

const order = (buyer: Buyer, expiresAt = later()) =>
  world.payments.order({
    ...{ system: 'card', currency: 'RUB', language: 'ru', chatId: 5n },
    ...{ id: `p-${randomUUID()}`, person: buyer, amount: tokens(100n) },
    ...{ now: new Date(), expiresAt },
  });

const seen = () => ({ amountMinor: 19_900n, bankReference: `T-${randomUUID()}`.toUpperCase() });
const available = async (buyer: Buyer) => (await world.ledger.balance(buyer.id)).available;

test('a transfer confirmed by several admins at once is one charge and credited once', async () => {
  const buyer = await world.person();
  const { id } = await order(buyer);
  const transfer = seen();
  const answers = await together(20, (index) =>
    codeOf(
      requests.confirm({ reference: cardReference(id), actor: `90000${index % 3}`, ...transfer }),
    ),
  );
  expect(answers.every((answer) => typeof answer === 'object')).toBe(true);
  await together(10, () => world.payments.credit('card', transfer.bankReference));
  expect(await available(buyer)).toBe(100n);
  expect(await world.db.charge.count({ where: { paymentId: id } })).toBe(1);
  const trail = await createAuditStore(world.db).list({ target: `payment:${id}`, limit: 9 });
  expect(trail.map(({ outcome }) => outcome)).toEqual(['confirmed']);
});

test('one transfer stands for one request, and a confirmed request for one transfer', async () => {
  const buyer = await world.person();
  const payments = [await order(buyer), await order(buyer)];
  const transfer = seen();
  const answers = await Promise.all(
    payments.map(({ id }) =>
      codeOf(requests.confirm({ reference: cardReference(id), actor: '900009', ...transfer })),
    ),
  );
  expect(answers.filter((answer) => answer === 'CARD_TRANSFER_KNOWN')).toHaveLength(1);
  expect(await world.db.charge.count({ where: { chargeId: transfer.bankReference } })).toBe(1);
  const [confirmed] = await world.db.cardRequest.findMany({
    where: { bankReference: transfer.bankReference },
  });
  const again = { reference: confirmed?.reference ?? '', actor: '900009' };
  expect(await codeOf(requests.confirm({ ...again, ...seen() }))).toBe('CARD_REQUEST_DECIDED');
  const other = { ...transfer, amountMinor: 1n };
  expect(await codeOf(requests.confirm({ ...again, ...other }))).toBe('CARD_REQUEST_DECIDED');
});

test('nobody confirms a request of their own', async () => {
  const buyer = await world.person();
  const { id } = await order(buyer);
  const own = { reference: cardReference(id), actor: buyer.telegramId.toString() };
  expect(await codeOf(requests.confirm({ ...own, ...seen() }))).toBe('CARD_REQUEST_OWN');
  expect(await world.db.charge.count({ where: { paymentId: id } })).toBe(0);
});

test('a person has two requests open at most, whatever is tapped at once', async () => {
  const buyer = await world.person();
  const answers = await together(10, () => codeOf(order(buyer)));
  expect(answers.filter((answer) => answer === 'CARD_REQUESTS_OPEN')).toHaveLength(8);
  expect(await world.db.payment.count({ where: { personId: buyer.id } })).toBe(2);
});

test('those whose time is over count no more, and their money is still taken', async () => {
  const buyer = await world.person();
  const past = new Date(Date.now() - 1);
  const late = await order(buyer, past);
  await order(buyer, past);
  await order(buyer);
  const transfer = seen();
  const wish = { reference: cardReference(late.id), actor: '900009', ...transfer };
  await requests.confirm(wish);
  await world.payments.credit('card', transfer.bankReference);
  expect(await available(buyer)).toBe(100n);
});

test('a rejected request is over: it is not confirmed afterwards, nor a confirmed one rejected', async () => {
  const buyer = await world.person();
  const [one, two] = [await order(buyer), await order(buyer)];
  const decide = { actor: '900009', reference: cardReference(one.id) };
  await requests.reject({ ...decide, reason: 'no such money' });
  await requests.reject({ ...decide, reason: 'no such money' });
  expect(await codeOf(requests.confirm({ ...decide, ...seen() }))).toBe('CARD_REQUEST_DECIDED');
  expect((await world.payments.get(one.id)).status).toBe('expired');
  const reference = cardReference(two.id);
  await requests.confirm({ reference, actor: '900009', ...seen() });
  const rejection = requests.reject({ reference, actor: '900009', reason: 'a mistake' });
  expect(await codeOf(rejection)).toBe('CARD_REQUEST_DECIDED');
});
