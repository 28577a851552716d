import { createServer } from 'node:net';
import { once } from 'node:events';
import { appEnvironment } from '../../src/local/app-environment';
import { cacheFolder, readLocalSettings } from '../../src/local/local-settings';
import { freePort, requireFreePorts } from '../../src/local/ports';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

const servers = { databaseUrl: 'postgresql://db', temporalAddress: '127.0.0.1:7233' };

function dataDir(): string {
  return mkdtempSync(join(process.env['EASEL_TEST_HOME'] ?? '', 'settings-'));
}

test('a busy port is refused by a line with the port and the setting that moves it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const wanted = { port, what: 'API', setting: 'API_PORT' };
  await expect(requireFreePorts([wanted])).rejects.toThrow(
    new RegExp(`Port ${port} \\(API\\).*API_PORT=`),
  );
  server.close();
  await once(server, 'close');
  await expect(requireFreePorts([wanted])).resolves.toBeUndefined();
});

test('one port for two things is refused before anything starts', () => {
  expect(() => readLocalSettings({ API_PORT: '8233' }, '/easel')).toThrow(
    'API_PORT and TEMPORAL_UI_PORT are both 8233',
  );
  expect(() => readLocalSettings({ API_PORT: '70000' }, '/easel')).toThrow('API_PORT');
});

test('an empty setting means that it is not set', () => {
  const settings = readLocalSettings(
    { BOT_TOKEN: ' ', API_PORT: '', EASEL_DATA_DIR: '' },
    '/easel',
  );
  expect(settings).toMatchObject({ botToken: undefined, dataDir: '/easel/data' });
  expect(settings.ports.api).toBe(3000);
});

test('downloads go to the cache folder the system has for them', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe('/x/easel');
  expect(cacheFolder({}, 'darwin')).toMatch(/Library\/Caches\/easel$/);
  expect(cacheFolder({ EASEL_CACHE_DIR: '/mine' }, 'darwin')).toBe('/mine');
});

test('without a bot token the app talks to the sandbox, whatever else .env says of Telegram', () => {
  const own = { EASEL_DATA_DIR: dataDir(), TELEGRAM_API_ROOT: 'https://api.telegram.org' };
  const env = appEnvironment(readLocalSettings(own, '/easel'), own, servers);
  expect(env).toMatchObject({
    TELEGRAM_API_ROOT: 'http://127.0.0.1:3001',
    ADMIN_IDS: '900009',
    DATABASE_URL: 'postgresql://db',
  });
});

test('with a bot token nothing of the sandbox Telegram reaches the app', () => {
  const own = { EASEL_DATA_DIR: dataDir(), BOT_TOKEN: '123456:abcdef' };
  const env = appEnvironment(readLocalSettings(own, '/easel'), own, servers);
  expect(env['BOT_TOKEN']).toBe('123456:abcdef');
  expect(env['TELEGRAM_API_ROOT']).toBeUndefined();
  expect(env['ADMIN_IDS']).toBeUndefined();
});

test('free ports for tests are free', async () => {
  const port = await freePort();
  await expect(requireFreePorts([{ port, what: 'test', setting: 'X' }])).resolves.toBeUndefined();
});
