/** Every setting, and what people may leave in `.env` by mistake. */
import { adapters } from '../../src/config/adapters';
import { environmentSchema } from '../../src/config/schema';
import { parseSettings, settingNames, SettingsError } from '../../src/config/settings';

const valid = {
  BOT_TOKEN: '123456:token-of-the-tests-0123456789',
  DATABASE_URL: 'postgresql://easel:easel@127.0.0.1:5432/easel',
};

const values = [
  ...['', '   ', '0', '-1', '1.5', '1e309', 'NaN', '9'.repeat(400), 'true', 'null', '""', '{}'],
  ...['👩‍👩‍👧‍👦', '\u202eevil', 'a\u0000b', "'; DROP TABLE people; --", '<script>alert(1)</script>'],
  ...['http://', 'ftp://x', 'https://u:p@x/#y', 'localhost:99999', '../../etc/passwd', ',', ',,a'],
  'secret-looking-words '.repeat(50_000),
];

const own = Object.keys(environmentSchema.shape);
const theirs = [...adapters.providers, ...adapters.payments].flatMap((adapter) =>
  settingNames(adapter).map((name) => [name, adapter.id] as const),
);

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseSettings(env);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

const payments = new Set(adapters.payments.map(({ id }) => id));

test.each([...own.map((name) => [name, undefined] as const), ...theirs])(
  '%s is taken or turned down in one clear sentence',
  (name, adapter) => {
    for (const value of values) {
      const on = adapter !== undefined && payments.has(adapter) ? { PAYMENT_SYSTEMS: adapter } : {};
      const problems = problemsOf({ ...valid, ...on, [name]: value });
      for (const problem of problems) {
        expect(problem).toMatch(/^[A-Z][A-Z0-9_]+ .{5}/);
        expect(problem.length).toBeLessThan(1000);
        expect(problem).not.toMatch(/\n +at |\[object|undefined|secret-looking|DROP TABLE|<script/);
      }
    }
  },
);

test('all at once are listed together', () => {
  const env = Object.fromEntries(
    [...own, ...theirs.map(([name]) => name)].map((name) => [name, '👩‍👩‍👧‍👦']),
  );
  const problems = problemsOf(env);
  expect(problems.length).toBeGreaterThan(20);
  expect(problems.join('\n')).not.toContain('👩');
});
