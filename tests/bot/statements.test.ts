/** What an update costs Postgres. Everybody waits for it, so it must not grow unnoticed. */
import { Client } from 'pg';
import { rememberOffers } from '../../src/bot/recent-catalogue';
import type { CatalogueStore } from '../../src/storage/catalogue-store';
import { ben, Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.text(ben, '/start');
});
afterAll(() => stage.close());
afterEach(() => jest.restoreAllMocks());

async function statementsOf(text: string): Promise<number> {
  const query = jest.spyOn(Client.prototype, 'query');
  await stage.text(ben, text);
  return query.mock.calls.length;
}

test.each([
  ['a red fox', 3],
  ['/balance', 3],
  ['/help', 2],
])('%s takes %d statements', async (text, statements) => {
  const { deps } = stage;
  stage.restart({ catalogue: rememberOffers(deps.catalogue, deps.now) });
  await stage.text(ben, text);
  expect(await statementsOf(text)).toBe(statements);
});

describe('offers', () => {
  const from = (stores: Pick<CatalogueStore, 'listActive'>) => {
    let at = 0;
    const remembered = rememberOffers(stores, () => new Date(at));
    return { remembered, later: (ms: number) => (at += ms) };
  };

  test('are asked for once a second and kind', async () => {
    const listActive = jest.fn(() => Promise.resolve([]));
    const { remembered, later } = from({ listActive });
    await remembered.listActive({ kind: 'image', mode: 'text' });
    await remembered.listActive({ kind: 'image', mode: 'text' });
    expect(listActive).toHaveBeenCalledTimes(1);
    await remembered.listActive({ kind: 'video', mode: 'text' });
    expect(listActive).toHaveBeenCalledTimes(2);
    later(1000);
    await remembered.listActive({ kind: 'image', mode: 'text' });
    expect(listActive).toHaveBeenCalledTimes(3);
  });

  test('are asked for again at once when they could not be had', async () => {
    const listActive = jest.fn(() => Promise.resolve([]));
    listActive.mockRejectedValueOnce(new Error('database away'));
    const { remembered } = from({ listActive });
    await expect(remembered.listActive()).rejects.toThrow('away');
    expect(await remembered.listActive()).toEqual([]);
  });
});
