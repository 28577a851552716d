import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortBlock } from '../../src/local/ports';
import { waitUntil } from '../../src/local/waiting';
import { createProviders } from '../../src/providers/registry';
import { standIns } from './stand-in';

const root = join(__dirname, '..', '..');
const dataDir = mkdtempSync(join(tmpdir(), 'easel-stand-ins-'));
const children: ChildProcess[] = [];
let firstPort = 0;

beforeAll(async () => {
  firstPort = await freePortBlock(6);
});

afterAll(async () => {
  await Promise.all(children.map(end));
  rmSync(dataDir, { recursive: true, force: true });
});

/** What `npm run sandbox:providers` runs after its build; its output up to the last setting. */
async function run(...more: string[]): Promise<{ child: ChildProcess; printed: string }> {
  const script = join(root, 'dist', 'sandbox', 'providers', 'standalone.js');
  const args = ['--port', String(firstPort), '--data', dataDir, '--speed', '20', ...more];
  const call = `require(${JSON.stringify(script)}).runSandboxProviders(${JSON.stringify(args)})`;
  const child = spawn(process.execPath, ['--eval', call], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const isDone = () => printed.endsWith('\n') || child.exitCode !== null;
  await waitUntil(isDone, 60_000);
  return { child, printed };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** As dotenv reads it. */
function settingsOf(printed: string): Record<string, string> {
  const lines = printed.split('\n').filter((line) => /^[A-Z_]+=/.test(line));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2) as [string, string]));
}

test('what is printed makes every provider work, and is the same after a restart', async () => {
  const { child, printed } = await run();
  const settings = settingsOf(printed);
  const { ready, off } = createProviders(settings, fetch);
  expect(off.map(({ id }) => id)).toEqual(['sandbox']);
  const jobs = await Promise.all(
    [...ready].map(async ([id, { definition, provider }]) => {
      const [model] = definition.models;
      const { providerJobId, outputs = [] } = await provider.submit({
        reference: `standalone-${id}`,
        kind: model!.kind,
        mode: 'text',
        providerModel: model!.providerModel,
        prompt: 'hills',
        inputs: [],
        options: {},
      });
      return { id, isTaken: providerJobId !== '', hasResult: outputs.length > 0 };
    }),
  );
  expect(jobs).toEqual(
    [...ready.keys()].map((id) => ({
      id,
      isTaken: true,
      hasResult: standIns[id]?.can.answersAtOnce === true,
    })),
  );
  await end(child);
  expect(settingsOf((await run()).printed)).toEqual(settings);
});

test('only those asked for are started, and a name nobody knows is refused', async () => {
  await Promise.all(children.map(end));
  const { printed } = await run('--only', 'kling');
  expect(Object.keys(settingsOf(printed))).toEqual(['KLING_API_KEY', 'KLING_API_URL']);
  const { child, printed: refusal } = await run('--only', 'klang');
  await waitUntil(() => child.exitCode !== null, 20_000);
  expect([child.exitCode, refusal]).toEqual([1, expect.stringContaining('not klang')]);
});
