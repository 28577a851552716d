/**
 * What both commands need before anything of Easel can run: the packages, the Prisma client and the
 * build. Each step is skipped when what it depends on hasn't changed since it was last done.
 * Plain JavaScript on Node alone, because nothing is installed yet when it starts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What was last built from what. Outside node_modules, which an installation empties. */
const notes = join(root, '.easel');

const leastNode = [20, 19];
/** In dist, but made by other steps than the compiler's. */
const otherSteps = new Set(['chat', 'workflow-bundle.js']);

/** Shown as one line, without a stack. */
export class BootstrapProblem extends Error {}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = leastNode;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new BootstrapProblem(
    `Easel needs Node ${leastNode.join('.')} or newer; this is ${process.versions.node}. Get one from https://nodejs.org`,
  );
}

/** Brings packages and generated code up to date: enough for tools that read the sources. */
export async function prepareSources() {
  requireNode();
  await step({
    doing: 'Installing packages (npm ci)',
    done: 'Packages installed',
    isDone: packagesAreInstalled,
    work: installPackages,
  });
  await build({
    name: 'prisma-client',
    doing: 'Generating the database client',
    done: 'Database client generated',
    inputs: ['prisma/schema.prisma', 'package-lock.json'],
    outputs: ['src/generated'],
    work: () => npmScript('db:generate'),
  });
}

/** Brings packages, generated code and build up to date. */
export async function prepare() {
  await prepareSources();
  await build({
    name: 'build',
    doing: 'Compiling',
    done: 'Compiled',
    inputs: [
      'src',
      'prisma/schema.prisma',
      'tsconfig.json',
      'tsconfig.build.json',
      'package-lock.json',
    ],
    outputs: ['dist/local/launch.js', 'dist/main.js'],
    work: compile,
  });
  await build({
    name: 'workflow-bundle',
    doing: 'Bundling the workflows',
    done: 'Workflows bundled',
    inputs: ['src/workflows', 'src/domain', 'src/worker/bundle.ts', 'package-lock.json'],
    outputs: ['dist/workflow-bundle.js'],
    work: () => run(process.execPath, ['dist/worker/bundle.js']),
  });
  await build({
    name: 'chat-page',
    doing: 'Building the chat page',
    done: 'Chat page built',
    inputs: ['web/chat', 'package-lock.json'],
    outputs: ['dist/chat/index.html'],
    work: () => npmScript('build:chat'),
  });
  await build({
    name: 'top-up-page',
    doing: 'Building the Mini App',
    done: 'Mini App built',
    inputs: ['web/top-up', 'src/texts/en/top-up.ts', 'src/texts/ru/top-up.ts', 'package-lock.json'],
    outputs: ['dist/top-up/index.html'],
    work: () => npmScript('build:top-up'),
  });
}

/** Loads a compiled module of Easel. */
export function compiled(path) {
  return createRequire(import.meta.url)(join(root, 'dist', path));
}

/** Runs what a command is for and turns problems into a line and an exit code. */
export async function command(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof BootstrapProblem)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Does `work` unless it is done already; one command at a time. */
async function step({ doing, done, isDone, work }) {
  if (isDone()) return;
  const unlock = await lockBuild();
  try {
    // The command that was waited for may have done it.
    if (isDone()) return;
    refuseWhileRunning();
    const startedAt = performance.now();
    process.stdout.write(`… ${doing}\n`);
    await work();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`✓ ${done} (${seconds} s)\n`);
  } finally {
    unlock();
  }
}

/** A step that makes `outputs` of `inputs`: done as long as the contents of the inputs are the same. */
async function build({ name, inputs, outputs, work, ...words }) {
  const stamp = join(notes, `${name}.stamp`);
  const wanted = digest(inputs);
  await step({
    ...words,
    isDone: () =>
      outputs.every((output) => existsSync(join(root, output))) && readOr(stamp, '') === wanted,
    work: async () => {
      rmSync(stamp, { force: true });
      await work();
      writeFileSync(stamp, wanted);
    },
  });
}

/** npm notes what it installed; that it is what the lock asks for is all there is to know. */
function packagesAreInstalled() {
  const installed = JSON.parse(readOr(join(root, 'node_modules', '.package-lock.json'), '{}'));
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = installed.packages?.[path];
    return path === '' || (found === undefined ? optional === true : found.version === version);
  });
}

/** Two commands started together must not build over each other; the second waits. */
async function lockBuild() {
  const lock = join(notes, 'building');
  mkdirSync(notes, { recursive: true });
  for (let isTold = false; !created(lock); isTold = true) {
    const pid = Number(readOr(lock, '0'));
    if (!isAlive(pid)) rmSync(lock, { force: true });
    else if (!isTold) process.stdout.write(`… Waiting for another command (process ${pid})\n`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return () => rmSync(lock, { force: true });
}

function created(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new BootstrapProblem(`This checkout can't be written: ${error.message}`);
  }
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A copy that runs must not have its files changed under its feet. */
function refuseWhileRunning() {
  const script = join(root, 'dist', 'local', 'second-copy.js');
  if (!existsSync(script) || !existsSync(join(root, 'node_modules', 'dotenv'))) return;
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (status === 1) throw new BootstrapProblem(stderr.trim());
}

async function installPackages() {
  // An engine named here keeps Prisma's install script from downloading another one.
  const engine = join(root, 'scripts', 'prisma-engine.mjs');
  await run(npm(), ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    PRISMA_SCHEMA_ENGINE_BINARY: engine,
  });
}

async function compile() {
  // Compiled from nothing: a file whose source is gone must not live on in dist.
  for (const entry of existsSync(join(root, 'dist')) ? readdirSync(join(root, 'dist')) : []) {
    if (!otherSteps.has(entry)) rmSync(join(root, 'dist', entry), { recursive: true, force: true });
  }
  await run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
}

export async function npmScript(name) {
  await run(npm(), ['run', '--silent', name]);
}

/** Runs a tool; its output is shown only when it fails, so that a good start stays readable. */
async function run(program, args, env = {}) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32' && program.endsWith('.cmd'),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const how = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.code ?? error.message));
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (how === 0) return;
  const tool = [basename(program), ...args].join(' ');
  throw new BootstrapProblem(`${output.trim()}\n\n"${tool}" failed (${how}).`);
}

function npm() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

/** One hash over names and contents: git and copies change times, which say nothing. */
function digest(inputs) {
  const hash = createHash('sha256').update(process.versions.node);
  for (const input of inputs) {
    for (const file of filesUnder(join(root, input))) {
      hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.name !== 'generated' && entry.name !== 'node_modules')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const inner = join(path, entry.name);
        return entry.isDirectory() ? filesUnder(inner) : [inner];
      });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
