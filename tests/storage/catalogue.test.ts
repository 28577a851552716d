import { createWorld, type World } from './store-world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const film = {
  slug: 'film',
  kind: 'video',
  modes: ['text', 'photo'],
  provider: 'sandbox',
  providerModel: 'film-1',
  name: { en: 'Film', ru: 'Фильм' },
  description: { en: 'Films', ru: 'Снимает' },
  priceTokens: 10n,
  surcharge: { perSecond: 5n, percent: { resolution: { '1080p': 150 } } },
  cost: { base: 9_007_199_254_740_993n, perSecond: 40_000n },
  options: { duration: ['4', '8'], resolution: ['720p', '1080p'] },
  inputsMax: 3,
  fallback: ['paint'],
} as const;

describe('a model of the catalogue', () => {
  test('comes back with its options, prices and costs as they were, however large', async () => {
    await world.catalogue.seed([film]);
    const { rate, cost, options, inputsMax, fallback } = await world.catalogue.get('film');
    expect(rate).toEqual({ base: 10n, ...film.surcharge });
    expect(cost).toEqual(film.cost);
    expect(options).toEqual(film.options);
    expect({ inputsMax, fallback }).toEqual({ inputsMax: 3, fallback: ['paint'] });
  });

  test('without options has one price and no known cost', async () => {
    const { rate, cost, options } = await world.catalogue.get('paint');
    expect({ rate, cost, options }).toEqual({ rate: { base: 4n }, cost: null, options: {} });
  });

  test('that stands behind others is not offered to people', async () => {
    await world.catalogue.seed([film]);
    await world.db.model.update({ where: { slug: 'film' }, data: { listed: false } });
    expect(await world.catalogue.listActive({ kind: 'video' })).toEqual([]);
  });
});

test('an order keeps the price of its options, whatever happens to the model', async () => {
  await world.catalogue.seed([film]);
  const person = await world.person(100n);
  const order = {
    id: 'g-film',
    person,
    chatId: 5n,
    language: 'en',
    request: {
      kind: 'video',
      mode: 'text',
      prompt: 'a fox',
      inputAssetIds: [],
      options: { duration: '8', resolution: '1080p' },
    },
  } as const;
  const model = await world.catalogue.get('film');
  expect((await world.generations.order({ ...order, model })).priceTokens).toBe(75n);
  await world.db.model.update({ where: { slug: 'film' }, data: { priceTokens: 1000n } });
  const dearer = await world.catalogue.get('film');
  expect((await world.generations.order({ ...order, model: dearer })).priceTokens).toBe(75n);
});
