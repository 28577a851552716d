import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { createAssetLinks } from '../../src/storage/asset-links';
import type { Asset } from '../../src/storage/asset-store';
import { AppError } from '../../src/domain/errors';
import { makeApi } from './fixture';

const folder = mkdtempSync(join(tmpdir(), 'easel-asset-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const film = Buffer.from('0123456789 bytes of a film');
const path = join(folder, 'film.mp4');
writeFileSync(path, film);

const asset: Asset = {
  id: 'a1',
  personId: 'person-1',
  role: 'output',
  mediaType: 'video/mp4',
  bytes: film.length,
  width: null,
  height: null,
  sha256: '',
  storageKey: 'aa/bb/film.mp4',
  fileId: null,
  removedAt: null,
};

const links = createAssetLinks({
  files: {},
  secret: 'a secret',
  publicUrl: 'http://bot.test',
  now: () => new Date(),
});

function api(pathOf: (asset: Asset) => string | undefined = () => path) {
  return makeApi({ links, assets: { get: () => Promise.resolve(asset), pathOf } });
}

const linkTo = async () => ((await links.to(asset)) ?? '').replace('http://bot.test', '');

test('a signed link gives the file with its type and name, whole or in parts', async () => {
  const { app } = api();
  const whole = await request(app).get(await linkTo());
  expect(whole.status).toBe(200);
  expect(whole.body).toEqual(film);
  expect(whole.headers).toMatchObject({
    'content-type': 'video/mp4',
    'content-disposition': 'attachment; filename="easel-a1.mp4"',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
  const part = await request(app)
    .get(await linkTo())
    .set('Range', 'bytes=0-3');
  expect([part.status, part.body]).toEqual([206, Buffer.from('0123')]);
});

test('a link that was changed, and none at all, give nothing and do not touch the store', async () => {
  const get = jest.fn();
  const { app } = makeApi({ links, assets: { get, pathOf: () => path } });
  const link = await linkTo();
  for (const wrong of [
    '/assets/a1',
    link.replace('/a1', '/a2'),
    link.replace(/expires=\d+/, 'expires=99999999999'),
    link.slice(0, -4),
    `${link}&expires=1`,
  ]) {
    const answer = await request(app).get(wrong);
    expect([answer.status, answer.body]).toMatchObject([401, { code: 'UNAUTHORIZED' }]);
  }
  expect(get).not.toHaveBeenCalled();
});

test('a file that is not kept any more is said to be gone', async () => {
  const expired = api(() => {
    throw new AppError('FILE_EXPIRED', 'removed');
  });
  for (const { app } of [expired, api(() => join(folder, 'no such file'))]) {
    const answer = await request(app).get(await linkTo());
    expect([answer.status, answer.body]).toMatchObject([410, { code: 'FILE_EXPIRED' }]);
  }
});

test('the signature of a link is not written to the log', async () => {
  const { app, log } = api();
  const link = await linkTo();
  await request(app).get(link);
  expect(log()).toContain('/assets/:id');
  expect(log()).not.toContain(link.slice(link.indexOf('signature=')));
});
