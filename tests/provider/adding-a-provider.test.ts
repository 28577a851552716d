/** Does what docs/adding-a-provider.md says, in a copy of the sources, and looks whether it works. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { faultSchema } from '../../src/sandbox/provider/faults';

const load = createRequire(__filename);
const root = join(__dirname, '..', '..');
const words = readFileSync(join(root, 'docs', 'adding-a-provider.md'), 'utf8');
/** Seconds on a quiet machine. */
jest.setTimeout(240_000);

const copy = mkdtempSync(join(tmpdir(), 'easel-painter-'));

beforeAll(() => {
  const isNeeded = (path: string) => basename(path) !== 'generated';
  for (const folder of ['src', 'tests/provider']) {
    cpSync(join(root, folder), join(copy, folder), { recursive: true, filter: isNeeded });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  follow();
});

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

/** The document's steps, in its order. */
function follow(): void {
  const [adapter, registry, standIn, played, entry, ...more] = codeBlocks();
  expect(more).toEqual([]);
  writeFileSync(join(copy, 'src/providers/painter.ts'), adapter!);
  addToList('src/providers/registry.ts', registry!);
  writeFileSync(join(copy, 'src/sandbox/providers/painter.ts'), standIn!);
  addToList('src/sandbox/providers/stand-ins.ts', played!);
  const { imports, rest } = parted(entry!);
  change('tests/provider/stand-in.ts', (code) =>
    `${imports}\n${code}`.replace(/^export const standIns.*= \{$/m, (line) => `${line}\n${rest}`),
  );
}

function codeBlocks(): string[] {
  return [...words.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
}

function parted(code: string): { imports: string; rest: string } {
  const lines = code.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return {
    imports: lines.filter(isImport).join('\n'),
    rest: lines.filter((line) => !isImport(line)).join('\n'),
  };
}

/** A block that shows a list with the new one at its end, and what must stand before it. */
function addToList(file: string, code: string): void {
  const { imports, rest } = parted(code);
  const [before = '', list = ''] = rest.split(/(?=^export const)/m);
  const [, name = ''] = /^export const (\w+)/.exec(list) ?? [];
  const [, item = ''] = /(\w+),\n\];\s*$/.exec(list) ?? [];
  change(file, (sources) =>
    `${imports}\n${sources}`.replace(
      new RegExp(`(export const ${name}\\b.*?)(\\n\\];)`, 's'),
      (_, start: string, end: string) => `${before}\n${start}\n  ${item},${end}`,
    ),
  );
}

function change(file: string, edit: (code: string) => string): void {
  const path = join(copy, file);
  const code = readFileSync(path, 'utf8');
  const edited = edit(code);
  expect(edited.length).toBeGreaterThan(code.length + 40);
  writeFileSync(path, edited);
}

function run(
  tool: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const script = load.resolve(tool);
  const child = spawn(process.execPath, [script, ...args], { cwd: copy });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
}

test('what the document adds compiles', async () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    compilerOptions: Record<string, unknown>;
  };
  const settings = {
    compilerOptions: { ...compilerOptions, incremental: false, tsBuildInfoFile: null },
    files: [
      'src/sandbox/providers/stand-ins.ts',
      'tests/provider/stand-in.ts',
      'src/providers/painter.ts',
    ],
  };
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(settings));
  expect(await run('typescript/bin/tsc', ['-p', '.'])).toEqual({ code: 0, output: '' });
});

test('the provider of the document keeps the contract', async () => {
  // Everything but the Postgres of a whole run.
  const {
    globalSetup: _up,
    globalTeardown: _down,
    ...settings
  } = load(join(root, 'jest.config.js')) as Record<string, unknown>;
  writeFileSync(join(copy, 'jest.config.json'), JSON.stringify(settings));
  const args = ['tests/provider/contract.test.ts', '--config', 'jest.config.json'];
  const { code, output } = await run('jest/bin/jest', [
    ...args,
    '-t',
    'provider painter',
    '--verbose',
  ]);
  expect({ code, failed: output.match(/✕.*/g) ?? [] }).toEqual({ code: 0, failed: [] });
  expect(output.match(/✓/g)?.length ?? 0).toBeGreaterThan(20);
});

test('the document names every fault a stand-in can play', () => {
  const { at, kind } = faultSchema.shape;
  const missing = [...at.options, ...kind.options].filter((word) => !words.includes(`\`${word}\``));
  expect(missing).toEqual([]);
});
