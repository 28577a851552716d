import { z } from 'zod';
import type { Adapter, Adapters } from '../../src/config/adapters';
import { envExample } from '../../src/config/env-example';
import { environmentSchema } from '../../src/config/schema';
import { settingMeta } from '../../src/config/setting';
import { parseSettings, SettingsError } from '../../src/config/settings';

const least = {
  BOT_TOKEN: '123456:ABC-DEF_ghi',
  DATABASE_URL: 'postgresql://easel:pa55word@127.0.0.1:5432/easel',
};

const painter: Adapter = {
  id: 'painter',
  settings: z.object({ PAINTER_URL: z.url(), PAINTER_KEY: z.string().min(8) }),
};

const cashbox: Adapter = {
  id: 'cashbox',
  settings: z.object({
    CASHBOX_SHOP: z.string().describe('Number of the shop.'),
    CASHBOX_SECRET: z.string().min(8),
    CASHBOX_API_URL: z.url().default('https://cashbox.example'),
  }),
  secrets: ['CASHBOX_SECRET'],
};

const none: Adapters = { providers: [], payments: [] };
const withPainter: Adapters = { providers: [painter], payments: [] };
const withCashbox: Adapters = { providers: [], payments: [cashbox] };

function problemsOf(env: Record<string, string>, adapters: Adapters = none): readonly string[] {
  try {
    parseSettings(env, adapters);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings', () => {
  test('need only a token and a database; the rest has defaults', () => {
    const settings = parseSettings(least, none);
    expect(settings.telegram.apiRoot).toBe('https://api.telegram.org');
    expect(settings.telegram.publicUrl).toBeUndefined();
    expect(settings.api).toMatchObject({ host: '127.0.0.1', port: 3000, adminKey: undefined });
    expect(settings.welcomeTokens).toBe(10n);
    expect(settings.complaintWindowMs).toBe(7 * 24 * 3600 * 1000);
    expect(settings.adminIds).toEqual([]);
  });

  test('an empty value counts as not set', () => {
    expect(parseSettings({ ...least, ADMIN_API_KEY: '  ', API_PORT: '' }, none).api).toMatchObject({
      adminKey: undefined,
      port: 3000,
    });
  });

  test('lists every problem at once, each with the purpose of the setting', () => {
    const problems = problemsOf({ API_PORT: 'many', LOG_LEVEL: 'loud', ADMIN_IDS: 'olga' });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'BOT_TOKEN',
      'ADMIN_IDS',
      'API_PORT',
      'DATABASE_URL',
      'LOG_LEVEL',
    ]);
    expect(problems[0]).toContain('BotFather');
    expect(problems[2]).toContain('Port the API listens on');
  });

  test('never repeat the value of a wrong setting', () => {
    const env: Record<string, string> = { PAINTER_URL: 'p-secret-value', PAINTER_KEY: 's' };
    for (const name of Object.keys(environmentSchema.shape))
      env[name] = 'secret value, \n not valid €';
    expect(() => parseSettings(env, withPainter)).toThrow(SettingsError);
    expect(problemsOf(env, withPainter).join('\n')).not.toMatch(/secret.value/);
  });

  test.each([
    ['API_PORT', '65536'],
    ['API_PORT', '-1'],
    ['API_PORT', '1e3'],
    ['WELCOME_TOKENS', '1.5'],
    ['INVOICE_EXPIRY_SECONDS', '0'],
    ['INVOICE_EXPIRY_SECONDS', '99999999999'],
    ['TEMPORAL_ADDRESS', 'http://127.0.0.1:7233'],
    ['TELEGRAM_API_ROOT', 'ftp://telegram'],
    ['SANDBOX_PAGE_URL', 'javascript:alert(1)'],
    ['TELEGRAM_WEBHOOK_SECRET', 'short'],
    ['ADMIN_API_KEY', 'short'],
    ['ADMIN_IDS', '1,,2'],
    ['DATABASE_URL', 'mysql://localhost/easel'],
  ])('refuse %s=%s', (name, value) => {
    expect(problemsOf({ ...least, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must`)),
    ]);
  });

  test('a public address without a webhook secret is refused', () => {
    expect(problemsOf({ ...least, PUBLIC_URL: 'https://bot.example.org' })).toEqual([
      expect.stringContaining('TELEGRAM_WEBHOOK_SECRET is missing'),
    ]);
  });

  test('a plain http address is refused for real Telegram and allowed for a sandbox', () => {
    const webhook = {
      ...least,
      PUBLIC_URL: 'http://127.0.0.1:3000/',
      TELEGRAM_WEBHOOK_SECRET: 'a-long-enough-secret',
    };
    expect(problemsOf(webhook)).toEqual([expect.stringContaining('https://')]);
    const sandbox = parseSettings({ ...webhook, TELEGRAM_API_ROOT: 'http://127.0.0.1:3001' }, none);
    expect(sandbox.telegram.publicUrl).toBe('http://127.0.0.1:3000');
    expect(sandbox.callbackBaseUrl).toBe('http://127.0.0.1:3000');
  });

  test('fractions of seconds are kept', () => {
    expect(
      parseSettings({ ...least, COMPLAINT_WINDOW_SECONDS: '0.25' }, none).complaintWindowMs,
    ).toBe(250);
  });

  test('a provider is off without its settings, on with all of them, a problem with some', () => {
    expect(parseSettings(least, withPainter).providerSettings).toEqual({});
    const own = { PAINTER_URL: 'https://painter.example', PAINTER_KEY: 'key-of-painter' };
    expect(parseSettings({ ...least, ...own }, withPainter).providerSettings).toEqual(own);
    expect(problemsOf({ ...least, PAINTER_KEY: 'key-of-painter' }, withPainter)).toEqual([
      expect.stringMatching(/^PAINTER_URL is missing\. Provider painter/),
    ]);
  });

  test('secrets of Easel and of adapters are named for the logger', () => {
    const set = { ...least, PAINTER_URL: 'https://painter.example', PAINTER_KEY: 'key-of-painter' };
    expect(parseSettings(set, withPainter).secrets).toEqual([
      least.BOT_TOKEN,
      least.DATABASE_URL,
      'key-of-painter',
    ]);
  });

  test('a payment system is off until PAYMENT_SYSTEMS names it, whatever is set', () => {
    const half = { ...least, CASHBOX_SECRET: 'x' };
    expect(parseSettings(half, withCashbox)).toMatchObject({ paymentSystems: [] });
    expect(problemsOf({ ...half, PAYMENT_SYSTEMS: 'cashbox' }, withCashbox)).toEqual([
      'CASHBOX_SHOP is missing. PAYMENT_SYSTEMS names cashbox, which needs it.',
      'CASHBOX_SECRET does not have the right form. PAYMENT_SYSTEMS names cashbox, which needs it.',
    ]);
    const whole = { ...least, CASHBOX_SECRET: 'long enough', CASHBOX_SHOP: '7' };
    const settings = parseSettings({ ...whole, PAYMENT_SYSTEMS: ' stars, cashbox' }, withCashbox);
    expect(settings.paymentSystems).toEqual(['stars', 'cashbox']);
    expect(settings.paymentSettings).toEqual({ CASHBOX_SECRET: 'long enough', CASHBOX_SHOP: '7' });
    expect(settings.secrets).toContain('long enough');
    expect(settings.secrets).not.toContain('7');
  });

  test('a payment system nobody knows is a problem that names those that are known', () => {
    expect(problemsOf({ ...least, PAYMENT_SYSTEMS: 'piggybank' }, withCashbox)).toEqual([
      'PAYMENT_SYSTEMS names a system Easel does not know. It knows: stars, cashbox.',
    ]);
  });

  test('the example shows the purpose and the default of what an adapter reads', () => {
    const example = envExample(withCashbox);
    expect(example).toContain('---- Payment system cashbox ----');
    expect(example).toContain('# Number of the shop.\n# CASHBOX_SHOP=\n');
    expect(example).toContain('# CASHBOX_API_URL=https://cashbox.example\n');
  });

  test.each(Object.entries(environmentSchema.shape))('%s says what it is for', (_name, schema) => {
    const meta = settingMeta.get(schema);
    expect(meta?.section).toEqual(expect.any(String));
    expect(meta?.purpose).toMatch(/^[A-Z].{10,}\.?/);
  });
});
