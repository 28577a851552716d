import { createServer } from 'node:net';
import { once } from 'node:events';
import { wantedPorts } from '../../src/local/addresses';
import { appEnvironment, sandboxEnvironment } from '../../src/local/app-environment';
import { cacheFolder, readLocalSettings } from '../../src/local/local-settings';
import { freePort, requireFreePorts } from '../../src/local/ports';
import { paymentStandIns } from '../../src/sandbox/payments/stand-ins';
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

const urlsOf = (env: Readonly<Record<string, string | undefined>>) =>
  Object.keys(env).filter((name) => /^(YOO|CRYPTOBOT|HELEKET|STRIPE)/.test(name));

test('the sandbox sells by every payment system it plays, with the same keys on both sides', () => {
  const own = { EASEL_DATA_DIR: dataDir(), SANDBOX_HELEKET_PORT: '4014' };
  const settings = readLocalSettings(own, '/easel');
  const app = appEnvironment(settings, own, servers);
  const sandbox = sandboxEnvironment(settings, own);
  const named = app['PAYMENT_SYSTEMS']?.split(',');
  expect(named?.sort()).toEqual([...paymentStandIns.map(({ id }) => id), 'card'].sort());
  expect(app['HELEKET_API_URL']).toBe('http://127.0.0.1:4014');
  expect(sandbox).toMatchObject({
    SANDBOX_PAYMENTS: 'on',
    SANDBOX_HELEKET_PORT: '4014',
    SANDBOX_WEBHOOK_ROOT: 'http://127.0.0.1:3000/webhooks',
  });
  for (const { keys } of paymentStandIns) {
    for (const name of Object.keys(keys)) expect([name, app[name]]).toEqual([name, sandbox[name]]);
  }
  const wanted = wantedPorts(settings).map(({ setting }) => setting);
  expect(wanted).toEqual(expect.arrayContaining(['SANDBOX_YOOKASSA_PORT', 'SANDBOX_HELEKET_PORT']));
});

test('a payment system with settings of ones own is not led to the sandbox', () => {
  const own = { EASEL_DATA_DIR: dataDir(), YOOKASSA_SHOP_ID: '1', YOOKASSA_SECRET_KEY: 'test_own' };
  const env = appEnvironment(readLocalSettings(own, '/easel'), own, servers);
  expect([env['YOOKASSA_SHOP_ID'], env['YOOKASSA_API_URL']]).toEqual(['1', undefined]);
  expect(env['CRYPTOBOT_API_URL']).toBe('http://127.0.0.1:3013');
});

test('with a bot token no played payment system is started, named or waited for', () => {
  const own = { EASEL_DATA_DIR: dataDir(), BOT_TOKEN: '123456:abcdef' };
  const settings = readLocalSettings(own, '/easel');
  const app = appEnvironment(settings, own, servers);
  const sandbox = sandboxEnvironment(settings, own);
  expect([app['PAYMENT_SYSTEMS'], app['WEBHOOK_BASE_URL']]).toEqual([undefined, undefined]);
  expect([sandbox['SANDBOX_PAYMENTS'], urlsOf(app), urlsOf(sandbox)]).toEqual([undefined, [], []]);
  const wanted = wantedPorts(settings).map(({ setting }) => setting);
  expect(wanted.filter((name) => /YOO|CRYPTO|HELEKET|STRIPE/.test(name))).toEqual([]);
});

test('free ports for tests are free', async () => {
  const port = await freePort();
  await expect(requireFreePorts([{ port, what: 'test', setting: 'X' }])).resolves.toBeUndefined();
});
