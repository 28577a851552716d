/** Style as a test: what neither the compiler nor a linter sees. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { envExample } from '../src/config/env-example';
import { errorTable } from '../src/domain/errors';

const root = join(__dirname, '..');
const notOurs = new Set([
  'node_modules',
  'dist',
  'data',
  'coverage',
  'generated',
  '.git',
  '.easel',
]);

function filesUnder(folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return [];
    const inner = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(inner) : [inner];
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

const isCode = (file: string) => ['.ts', '.tsx', '.mts', '.mjs', '.cjs'].includes(extname(file));
const sources = ['src', 'web', 'scripts', 'bench'].flatMap(filesUnder).filter(isCode);
const tests = filesUnder('tests').filter(isCode);
const documents = filesUnder('.').filter((file) => extname(file) === '.md');

describe('the sources', () => {
  test('are there to be looked at', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(tests.length).toBeGreaterThan(5);
  });

  test('have at most 300 lines a file, tests 500', () => {
    const lines = (file: string) => read(file).trimEnd().split('\n').length;
    expect(sources.filter((file) => lines(file) > 300)).toEqual([]);
    expect(tests.filter((file) => lines(file) > 500)).toEqual([]);
  });

  test('leave nothing for later', () => {
    const marks = /(\/\/|\*|<!--|#)\s*(FIXME|TODO|XXX|HACK)\b/;
    expect([...sources, ...tests, ...documents].filter((file) => marks.test(read(file)))).toEqual(
      [],
    );
  });

  test('have names that say what is inside, in kebab-case', () => {
    const vague = /^(utils?|helpers?|common|manager|misc|impl)\./;
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d|\.config)?\.(ts|tsx|mts|mjs|cjs)$/;
    const names = [...sources, ...tests].filter(
      (file) => vague.test(basename(file)) || !kebab.test(basename(file)),
    );
    expect(names).toEqual([]);
  });

  test('switch no rule of the linter off without saying why', () => {
    const bare = [...sources, ...tests].flatMap((file) => {
      const lines = read(file).split('\n');
      return lines.flatMap((line, at) => {
        if (!/eslint-disable|@ts-(ignore|expect-error|nocheck)/.test(line)) return [];
        const isExplained = / -- \S/.test(line) || /^\s*\/\/ [A-Z]/.test(lines[at - 1] ?? '');
        return isExplained || file.endsWith('tidy.test.ts') ? [] : [`${file}:${at + 1}`];
      });
    });
    expect(bare).toEqual([]);
  });
});

describe('the settings', () => {
  test('.env.example is what the schema says; npm run env:example writes it', () => {
    expect(read('.env.example')).toBe(envExample());
  });

  test('.env.example names all that the launcher reads', () => {
    const names = [...read('src/local/local-settings.ts').matchAll(/'([A-Z][A-Z_]{4,})'/g)];
    const others = new Set(['XDG_CACHE_HOME', 'LOCALAPPDATA']);
    const example = read('.env.example');
    const missing = names.flatMap(([, name = '']) =>
      others.has(name) || example.includes(`# ${name}=`) ? [] : [name],
    );
    expect(names.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });
});

describe('the bot', () => {
  test('registers every feature exactly once', () => {
    const list = read('src/bot/bot.ts');
    const wrong = filesUnder('src/bot/features').flatMap((file) => {
      const feature = /export (?:const|function) (\w+Feature)\b/.exec(read(file))?.[1];
      if (feature === undefined) return [`${file} exports no feature`];
      // Once where it is imported, once in the list.
      const times = list.match(new RegExp(`\\b${feature}\\b`, 'g'))?.length ?? 0;
      return times === 2 ? [] : [`${feature} stands ${times - 1} times in the list`];
    });
    expect(wrong).toEqual([]);
  });
});

describe('the error table', () => {
  test.each(Object.keys(errorTable))('%s is used', (code) => {
    const users = sources.filter(
      (file) => !file.endsWith('domain/errors.ts') && read(file).includes(`'${code}'`),
    );
    expect(users).not.toEqual([]);
  });
});

describe('the documents', () => {
  test('link only to what is there', () => {
    const broken = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].flatMap((match) => {
        const target = match[1] ?? match[2] ?? '';
        if (/^([a-z]+:|#)/.test(target)) return [];
        const [path = '', anchor] = target.split('#');
        const found = join(dirname(join(root, file)), path);
        if (!existsSync(found)) return [`${file}: ${target}`];
        const isThere = anchor === undefined || hasHeading(found, anchor);
        return isThere ? [] : [`${file}: ${relative(root, found)} has no #${anchor}`];
      }),
    );
    expect(broken).toEqual([]);
  });
});

/** As GitHub makes anchors of headings. */
function hasHeading(path: string, anchor: string): boolean {
  if (statSync(path).isDirectory() || extname(path) !== '.md') return true;
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    )
    .includes(anchor);
}
