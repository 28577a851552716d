import { createAuditStore } from '../../src/storage/audit-store';
import { createDeliveryStore } from '../../src/storage/delivery-store';
import { createDraftStore } from '../../src/storage/draft-store';
import { createQuestionStore } from '../../src/storage/question-store';
import { statistics } from '../../src/storage/statistics';
import { createUpdateStore } from '../../src/storage/update-store';
import { tokens } from '../../src/domain/tokens';
import { codeOf, createWorld, later, together, type World } from './store-world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe('people', () => {
  test('who write twenty times at once are met once, with an empty balance', async () => {
    const met = await together(20, () =>
      world.persons.meet({ telegramId: 77n, firstName: 'Anna', languageCode: 'ru' }),
    );
    expect(new Set(met.map((person) => person.id)).size).toBe(1);
    expect(met.filter((person) => person.isNew)).toHaveLength(1);
    expect(await world.ledger.balance(met[0]?.id ?? '')).toMatchObject({ available: 0n });
  });

  test.each([
    ['ru', 'ru'],
    ['ru-RU', 'ru'],
    ['be', 'ru'],
    ['uk', 'ru'],
    ['kk', 'ru'],
    ['de', 'en'],
    [undefined, 'en'],
  ])('whose Telegram speaks %s are spoken to in %s', async (languageCode, language) => {
    const telegramId = BigInt(
      1000 + (languageCode ?? 'none').charCodeAt(0) * 7 + (languageCode ?? '').length,
    );
    const from = { telegramId, firstName: 'Ben' };
    const met = await world.persons.meet(
      languageCode === undefined ? from : { ...from, languageCode },
    );
    expect(met.language).toBe(language);
  });

  test('keep the language they chose and are known by their newest name', async () => {
    const from = { telegramId: 88n, firstName: 'Ben', username: 'ben', languageCode: 'en' };
    const { id } = await world.persons.meet(from);
    await world.persons.chooseLanguage(id, 'ru');
    const again = await world.persons.meet({ telegramId: 88n, firstName: 'Benjamin' });
    expect(again).toMatchObject({
      id,
      firstName: 'Benjamin',
      username: null,
      language: 'ru',
      languageChosen: true,
      isNew: false,
    });
    expect(await world.persons.byTelegramId(88n)).toMatchObject({ id });
    expect(await world.persons.byTelegramId(404n)).toBeNull();
    expect(await codeOf(world.persons.get('00000000-0000-7000-8000-000000000000'))).toBe(
      'NOT_FOUND',
    );
  });

  test('are banned with a reason and let in again', async () => {
    const { id } = await world.person();
    expect(await world.persons.ban(id, 'abuse')).toMatchObject({ banReason: 'abuse' });
    expect((await world.persons.get(id)).bannedAt).toBeInstanceOf(Date);
    expect(await world.persons.unban(id)).toMatchObject({ bannedAt: null, banReason: null });
  });
});

describe('an update', () => {
  test('is claimed by one of twenty processes and done for ever after', async () => {
    const updates = createUpdateStore(world.db);
    const claims = await together(20, () => updates.claim(5n));
    expect(claims.sort()).toEqual([...Array<string>(19).fill('busy'), 'claimed']);
    await updates.done(5n);
    expect(await updates.claim(5n)).toBe('done');
    await updates.release(5n);
    expect(await updates.claim(5n)).toBe('done');
  });

  test('given up is claimed again at once, of a dead process after a while', async () => {
    const updates = createUpdateStore(world.db);
    await updates.claim(6n);
    await updates.release(6n);
    expect(await updates.claim(6n)).toBe('claimed');
    expect(await updates.claim(6n)).toBe('busy');
    const longAgo = new Date(Date.now() - 31_000);
    await world.db.update.update({ where: { updateId: 6n }, data: { claimedAt: longAgo } });
    const claims = await together(10, () => updates.claim(6n));
    expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
  });

  test('that comes twenty times at once brings its sender with all they left to one process', async () => {
    const updates = createUpdateStore(world.db);
    const known = await world.person(7n);
    const draft = { id: 'd9', step: 'look', data: { prompt: 'a fox' } };
    await createDraftStore(world.db).save(known.id, draft, null);
    const question = { kind: 'promo', data: { of: 1 }, askedAt: new Date(1_700_000_000_000) };
    await createQuestionStore(world.db).ask(known.id, question);
    const from = { telegramId: known.telegramId, firstName: 'Renamed' };
    const all = await together(20, () => updates.receive(8n, from));
    const claimed = all.filter((received) => received.claim === 'claimed');
    expect(claimed).toMatchObject([
      { person: { id: known.id, firstName: 'Renamed', isNew: false }, draft, question },
    ]);
    expect(claimed[0]?.balance).toEqual({ available: 7n, held: 0n, debt: 0n });
    expect(all.filter(({ claim }) => claim === 'busy')).toHaveLength(19);
  });

  test('meets a new person once, and nobody when it was done before', async () => {
    const updates = createUpdateStore(world.db);
    const from = { telegramId: 99n, firstName: 'Eva', languageCode: 'ru' };
    expect(await updates.receive(9n, from)).toMatchObject({
      claim: 'claimed',
      question: null,
      person: { telegramId: 99n, language: 'ru', isNew: true },
      draft: null,
      balance: { available: 0n },
    });
    await updates.done(9n);
    expect(await updates.receive(9n, { ...from, firstName: 'Late' })).toEqual({ claim: 'done' });
    expect(await world.persons.byTelegramId(99n)).toMatchObject({ firstName: 'Eva' });
  });

  test('writes down where its draft is shown, unless the person has another one by now', async () => {
    const updates = createUpdateStore(world.db);
    const drafts = createDraftStore(world.db);
    const { id: personId } = await world.person();
    await drafts.save(personId, { id: 'd1', step: 'look', data: { prompt: 'a fox' } }, null);
    for (const draftId of ['d1', 'd2']) {
      await updates.claim(10n);
      await updates.done(10n, { personId, draftId, fields: { card: draftId } });
      expect(await updates.claim(10n)).toBe('done');
    }
    expect(await drafts.get(personId)).toMatchObject({ data: { prompt: 'a fox', card: 'd1' } });
  });

  test('is forgotten once it is old', async () => {
    const updates = createUpdateStore(world.db);
    await updates.claim(7n);
    const dayAgo = new Date(Date.now() - 86_400_000);
    await world.db.update.update({ where: { updateId: 7n }, data: { claimedAt: dayAgo } });
    expect(await updates.sweep(new Date(Date.now() - 3_600_000))).toBe(1);
    expect(await updates.claim(7n)).toBe('claimed');
  });
});

describe('a message to a person', () => {
  test('goes out by one of many attempts, and a lost answer is told as unknown', async () => {
    const deliveries = createDeliveryStore(world.db);
    const starts = await together(10, () => deliveries.start('generation:1:preview', 5n));
    expect(starts.filter((start) => start.status === 'go')).toHaveLength(1);
    expect(starts.filter((start) => start.status === 'unknown')).toHaveLength(9);
  });

  test('that was refused goes out again, one that was sent does not', async () => {
    const deliveries = createDeliveryStore(world.db);
    await deliveries.start('k', 5n);
    await deliveries.failed('k');
    expect(await deliveries.start('k', 5n)).toEqual({ status: 'go' });
    await deliveries.sent('k', 71n);
    await deliveries.failed('k');
    expect(await deliveries.start('k', 5n)).toEqual({ status: 'sent', messageId: 71n });
  });
});

test('a person has one draft, the newest', async () => {
  const drafts = createDraftStore(world.db);
  const { id } = await world.person();
  expect(await drafts.get(id)).toBeNull();
  expect(await drafts.save(id, { id: 'd1', step: 'prompt', data: {} }, null)).toBe(true);
  const { version = '' } = (await drafts.get(id)) ?? {};
  const second = { id: 'd2', step: 'style', data: { assets: ['a'], none: null } };
  expect(await drafts.save(id, second, version)).toBe(true);
  expect(await drafts.get(id)).toMatchObject(second);
  await drafts.clear(id, 'd1');
  expect(await drafts.get(id)).toMatchObject({ id: 'd2' });
  await drafts.clear(id, 'd2');
  expect(await drafts.get(id)).toBeNull();
  await drafts.save(id, { id: 'd3', step: 'style', data: {} }, null);
  await drafts.clear(id);
  expect(await drafts.get(id)).toBeNull();
});

test('of many who change one draft at once a single one does, whether there was a draft or none', async () => {
  const drafts = createDraftStore(world.db);
  const { id } = await world.person();
  for (const step of ['first', 'second', 'third']) {
    const version = (await drafts.get(id))?.version ?? null;
    const saved = await together(20, (which) =>
      drafts.save(id, { id: `${step}-${which}`, step, data: {} }, version),
    );
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect((await drafts.get(id))?.id).toBe(`${step}-${saved.indexOf(true)}`);
  }
});

test('a draft that was shown, or is gone, since it was read is not replaced', async () => {
  const drafts = createDraftStore(world.db);
  const updates = createUpdateStore(world.db);
  const { id: personId } = await world.person();
  await drafts.save(personId, { id: 'd1', step: 'look', data: {} }, null);
  const read = await drafts.get(personId);
  await updates.claim(11n);
  await updates.done(11n, { personId, draftId: 'd1', fields: { card: '5' } });
  const next = { id: 'd2', step: 'look', data: {} };
  expect(await drafts.save(personId, next, read?.version ?? null)).toBe(false);
  const { version = '' } = (await drafts.get(personId)) ?? {};
  await drafts.clear(personId);
  expect(await drafts.save(personId, next, version)).toBe(false);
  expect(await drafts.get(personId)).toBeNull();
});

test('the catalogue lists what is on sale for a kind and a mode, and a seed changes nothing in it', async () => {
  const { catalogue, db } = world;
  const video = {
    slug: 'film',
    kind: 'video',
    modes: ['photo'],
    provider: 'sandbox',
    providerModel: 'film-1',
    name: { en: 'Film', ru: 'Кино' },
    description: { en: 'Films', ru: 'Снимает' },
    priceTokens: 12n,
  } as const;
  await catalogue.seed([video]);
  await db.model.update({ where: { slug: 'film' }, data: { priceTokens: 15n } });
  await catalogue.seed([video]);
  expect(await catalogue.get('film')).toMatchObject({ priceTokens: 15n, name: video.name });
  const slugs = async (filter: Parameters<typeof catalogue.listActive>[0]) =>
    (await catalogue.listActive(filter)).map((model) => model.slug);
  expect(await slugs({ kind: 'image' })).toEqual(['paint']);
  expect(await slugs({ mode: 'photo' })).toEqual(['film', 'paint']);
  await db.model.update({ where: { slug: 'film' }, data: { active: false } });
  expect(await slugs({})).toEqual(['paint']);
  expect(await codeOf(catalogue.get('nothing'))).toBe('NOT_FOUND');
});

test('the audit stands or falls with its transaction', async () => {
  const audit = createAuditStore(world.db);
  const record = { actor: '9', action: 'ban', target: 'person:1', reason: 'spam', outcome: 'done' };
  await expect(
    world.db.$transaction(async (tx) => {
      await audit.record(record, tx);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  await audit.record(record);
  expect(await audit.list({ target: 'person:1', limit: 10 })).toMatchObject([record]);
  expect(await audit.list({ limit: 1 })).toHaveLength(1);
});

test('the statistics add up', async () => {
  const own = await createWorld();
  try {
    const person = await own.person(20n);
    const [kept, returned] = [await own.order(person), await own.order(person)];
    const limits = { activeMax: 3, perHour: 20, reserveExpiresAt: later() };
    await own.generations.begin(kept.id, limits);
    await own.generations.begin(returned.id, limits);
    await own.generations.deliverAndCommit(kept.id);
    const request = { id: 'r1', actor: '9', reason: 'blurred', amount: '1' };
    await own.generations.refund(kept.id, { request, admins: ['9'] });
    const payment = await own.payments.create({
      id: 'p1',
      person,
      chatId: 5n,
      language: 'en',
      system: 'stars',
      pack: { packTokens: tokens(10n), price: { amountMinor: 15n, currency: 'XTR' } },
      expiresAt: later(),
    });
    const charge = { system: 'stars', telegramId: person.telegramId, currency: 'XTR' };
    const paid = { ...charge, chargeId: 'c1', paymentId: payment.id, amountMinor: 15n };
    await own.payments.recordCharge(paid);
    await own.payments.recordCharge({ ...paid, chargeId: 'c2', amountMinor: 1n });
    await own.payments.credit('stars', 'c1');
    expect(await statistics(own.db)).toEqual({
      people: { all: 1, new24h: 1 },
      generationsByStatus: {
        ordered: 0,
        working: 1,
        delivered: 1,
        released: 0,
        refused: 0,
        refunded: 0,
      },
      tokens: { credited: 10n, given: 20n, spent: 4n, refunded: 1n, held: 4n, debt: 0n },
      revenueBySystem: [{ system: 'stars', currency: 'XTR', amountMinor: 16n, refundedMinor: 0n }],
      charges: { uncredited: 1 },
    });
  } finally {
    await own.close();
  }
});
