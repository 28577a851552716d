import { createAssetLinks } from '../../src/storage/asset-links';

const asset = { id: 'asset-1', mediaType: 'video/mp4', storageKey: 'aa/bb/c.mp4' };
let now = new Date('2026-01-01T00:00:00Z');
beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
});

const connect = (change: Partial<Parameters<typeof createAssetLinks>[0]> = {}) =>
  createAssetLinks({
    files: {},
    secret: 'a secret',
    publicUrl: 'https://bot.example.org',
    now: () => now,
    ...change,
  });

async function partsOf(links = connect()) {
  const url = new URL((await links.to(asset)) ?? '');
  return {
    id: url.pathname.replace('/assets/', ''),
    expires: url.searchParams.get('expires') ?? '',
    signature: url.searchParams.get('signature') ?? '',
  };
}

test('a link is known by every process of the deployment, for a day', async () => {
  const link = await partsOf();
  expect(link.id).toBe('asset-1');
  expect(connect().isOurs(link)).toBe(true);
  now = new Date('2026-01-01T23:59:00Z');
  expect(connect().isOurs(link)).toBe(true);
  now = new Date('2026-01-02T00:00:01Z');
  expect(connect().isOurs(link)).toBe(false);
});

test('a link for another file, a longer time or by another secret is not ours', async () => {
  const link = await partsOf();
  const later = String(Number(link.expires) + 1);
  expect(connect().isOurs({ ...link, id: 'asset-2' })).toBe(false);
  expect(connect().isOurs({ ...link, expires: later })).toBe(false);
  expect(connect().isOurs({ ...link, signature: '' })).toBe(false);
  expect(connect({ secret: 'another secret' }).isOurs(link)).toBe(false);
});

test('no link is made when nobody outside could open it', async () => {
  expect(await connect({ publicUrl: undefined }).to(asset)).toBeUndefined();
});

test('a store that makes links of its own makes this one, under the name of the result', async () => {
  const link = jest.fn(async () => 'https://store.example/x');
  const links = connect({ files: { link }, publicUrl: undefined });
  expect(await links.to(asset)).toBe('https://store.example/x');
  expect(link).toHaveBeenCalledWith('aa/bb/c.mp4', {
    mediaType: 'video/mp4',
    filename: 'easel-asset-1.mp4',
    seconds: 86_400,
  });
});
