import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { say, since } from './progress';
import { StartProblem } from './start-problem';
import { isProgram, onPath, runTool } from './tools';

/** A Temporal server that can be started here. */
export type TemporalProgram =
  | { readonly kind: 'cli'; readonly path: string; readonly origin: string }
  | {
      readonly kind: 'server';
      readonly path: string;
      readonly ui: string;
      readonly origin: string;
    };

export interface FinderOptions {
  readonly cacheDir: string;
  /** A `temporal` tool named in the settings; goes before everything else. */
  readonly cliPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const serverVersion = '1.32.0';
const uiVersion = '2.54.1';
const downloadPatienceMs = 300_000;
const buildPatienceMs = 1_800_000;

/**
 * Finds a Temporal server, or gets one: the `temporal` tool on this machine, an earlier download or
 * build, the official download, a build from the published Go modules.
 */
export async function findTemporal(options: FinderOptions): Promise<TemporalProgram> {
  const present = (await installedCli(options)) ?? cachedCli(options) ?? cachedServer(options);
  const found = present ?? (await downloadCli(options)) ?? (await buildServer(options));
  if (found !== undefined) return found;
  throw new StartProblem(
    'There is no Temporal server here and none could be had: no "temporal" on PATH, the official download failed, and there is no Go to build one with. Do one of these: install the Temporal CLI (https://temporal.io/setup/install-temporal-cli), set TEMPORAL_ADDRESS to a running server, install Go (https://go.dev/dl), or connect this machine to the internet.',
  );
}

async function installedCli(options: FinderOptions): Promise<TemporalProgram | undefined> {
  if (options.cliPath !== undefined) {
    if (await isCli(options.cliPath, options.signal)) {
      return { kind: 'cli', path: options.cliPath, origin: 'TEMPORAL_CLI_PATH' };
    }
    throw new StartProblem(`TEMPORAL_CLI_PATH (${options.cliPath}) isn't a working Temporal CLI.`);
  }
  const path = onPath('temporal');
  if (path === undefined || !(await isCli(path, options.signal))) return undefined;
  return { kind: 'cli', path, origin: `the Temporal CLI at ${path}` };
}

async function isCli(path: string, signal?: AbortSignal): Promise<boolean> {
  const args = ['server', 'start-dev', '--help'];
  const { ok, output } = await runTool(path, args, { timeoutMs: 10_000, signal });
  return ok && output.includes('--db-filename');
}

function cachedCli({ cacheDir }: FinderOptions): TemporalProgram | undefined {
  const path = downloadedProgram(join(cacheDir, 'temporal-cli'));
  return path === undefined ? undefined : { kind: 'cli', path, origin: 'downloaded earlier' };
}

function cachedServer({ cacheDir }: FinderOptions): TemporalProgram | undefined {
  const folder = join(cacheDir, `temporal-${serverVersion}`);
  const [path, ui] = [join(folder, 'temporal-server'), join(folder, 'temporal-ui-server')];
  if (!isProgram(path) || !isProgram(ui)) return undefined;
  return { kind: 'server', path, ui, origin: `version ${serverVersion}, built here earlier` };
}

async function downloadCli(options: FinderOptions): Promise<TemporalProgram | undefined> {
  say('… Getting the Temporal server: official download (once, about 40 MB)');
  const folder = join(options.cacheDir, 'temporal-cli');
  const path = await downloadEphemeral('dev-server', folder, options.signal);
  if (path === undefined) {
    say('  The download is out of reach from here.');
    return undefined;
  }
  return { kind: 'cli', path, origin: 'the official download' };
}

/** Lets the SDK's own downloader fetch a server; undefined when it can't. Used by tests as well. */
export async function downloadEphemeral(
  kind: 'dev-server' | 'time-skipping',
  folder: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  makeCacheFolder(folder);
  // The compiled script, also when this file is run from its source by tests.
  const script = join(__dirname, '..', '..', 'dist', 'local', 'download-server.js');
  // In a process of its own: the SDK's downloader can't be given a time limit.
  const { ok } = await runTool(process.execPath, [script, kind, folder], {
    timeoutMs: downloadPatienceMs,
    signal,
  });
  return ok ? downloadedProgram(folder) : undefined;
}

export function downloadedProgram(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .filter((name) => name.startsWith('temporal-'))
    .sort()
    .map((name) => join(folder, name))
    .findLast(isProgram);
}

async function buildServer(options: FinderOptions): Promise<TemporalProgram | undefined> {
  if (onPath('go') === undefined) return undefined;
  const startedAt = performance.now();
  say('… Building a Temporal server from its Go modules (once, 3 to 10 minutes)');
  const folder = join(options.cacheDir, `temporal-${serverVersion}`);
  makeCacheFolder(folder);
  const workshop = mkdtempSync(join(folder, 'build-'));
  const patience = setInterval(() => {
    say(`  Still building (${since(startedAt)})`);
  }, 60_000);
  try {
    const server = `go.temporal.io/server/cmd/server@v${serverVersion}`;
    await goInstall(server, join(folder, 'temporal-server'), { workshop, ...options });
    say(`  Server built (${since(startedAt)}); now its Web UI`);
    const ui = `github.com/temporalio/ui-server/v2/cmd/server@v${uiVersion}`;
    await goInstall(ui, join(folder, 'temporal-ui-server'), { workshop, ...options });
  } finally {
    clearInterval(patience);
    rmSync(workshop, { recursive: true, force: true });
  }
  say(`✓ Temporal server and Web UI built (${since(startedAt)})`);
  const built = cachedServer(options);
  return built && { ...built, origin: `version ${serverVersion}, built from Go modules` };
}

interface BuildPlace {
  readonly workshop: string;
  readonly signal?: AbortSignal | undefined;
}

async function goInstall(module: string, target: string, place: BuildPlace): Promise<void> {
  if (isProgram(target)) return;
  const { ok, output } = await runTool('go', ['install', '-ldflags=-s -w', module], {
    env: { GOBIN: place.workshop, CGO_ENABLED: '0' },
    timeoutMs: buildPatienceMs,
    signal: place.signal,
  });
  const ending = process.platform === 'win32' ? '.exe' : '';
  if (!ok) throw new StartProblem(`go install ${module} failed:\n${lastLines(output)}`);
  // Moved in one step: a copy that was being written is never taken for a finished one.
  renameSync(join(place.workshop, `server${ending}`), target);
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-8).join('\n');
}

export function makeCacheFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new StartProblem(
      `The cache folder ${folder} can't be made (${code}). Set EASEL_CACHE_DIR to a folder you may write.`,
    );
  }
}
