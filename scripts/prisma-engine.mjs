#!/usr/bin/env node
/**
 * Prisma's schema engine without a download: the CLI spawns this file (PRISMA_SCHEMA_ENGINE_BINARY)
 * in place of its native binary. It speaks the same protocol, JSON-RPC line by line over stdio, and
 * answers from the WebAssembly build of the engine, which comes as an npm package.
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPg } from '@prisma/adapter-pg';
import { Client } from 'pg';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';

const unfinished = 'finished_at IS NULL AND rolled_back_at IS NULL';
const markFinished = `DO $mark$ BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    UPDATE _prisma_migrations SET finished_at = now() WHERE ${unfinished};
  END IF;
END $mark$`;
let isApplying = false;

const methodOf = { getDatabaseVersion: 'version' };

const options = readArguments(process.argv.slice(2));
if (options.command.length > 0) {
  await runCommand(options.command);
} else {
  await serve();
}

function readArguments(args) {
  const read = { datamodels: [], url: '', command: [] };
  for (let index = 0; index < args.length; index += 1) {
    const value = args[index + 1] ?? '';
    if (args[index] === '--version') {
      console.log('schema-engine (WebAssembly)');
      process.exit(0);
    } else if (args[index] === '--datamodels') {
      read.datamodels.push(...value.split(','));
      index += 1;
    } else if (args[index] === '--datasource') {
      read.url = JSON.parse(value).url ?? '';
      index += 1;
    } else if (args[index] === 'cli') {
      read.command = args.slice(index + 1);
      break;
    } else {
      index += 1;
    }
  }
  return read;
}

async function createEngine(url) {
  const wasmUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = await readFile(fileURLToPath(wasmUrl).replace(/\.js$/, '.wasm'));
  const { instance } = await globalThis.WebAssembly.instantiate(wasm, {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  const datamodels = await Promise.all(
    options.datamodels.map(async (path) => [path, await readFile(path, 'utf8')]),
  );
  return bindings.SchemaEngine.new(
    { datamodels: datamodels.length > 0 ? datamodels : undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(createAdapterFactory(url)),
  );
}

/**
 * The stock adapter cuts a migration at every semicolon, inside function bodies too, and runs each
 * piece by itself. Sent whole, Postgres does the cutting and a failing migration leaves nothing behind.
 */
function createAdapterFactory(url) {
  const factory = new PrismaPg({ connectionString: url });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => {
      await adapter
        .underlyingDriver()
        .query(isApplying ? `${script}\n;${markFinished}` : script)
        .catch((error) => adapter.onError(error));
    };
    return adapter;
  };
  return factory;
}

/** `cli <command>`, asked before `migrate deploy`; a refusal is one log line. */
async function runCommand([command]) {
  try {
    if (command === 'can-connect-to-database') {
      const datasource = { tag: 'ConnectionString', url: options.url };
      await (await createEngine(options.url)).ensureConnectionValidity({ datasource });
    } else if (command === 'create-database') {
      await createDatabase();
    } else {
      throw new Error(`Unknown command ${command}`);
    }
    process.exit(0);
  } catch (error) {
    const { code, message } = describe(error);
    const fields = { message, error_code: code ?? 'P1001' };
    // The CLI skips the first line of what it reads here.
    const line = JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields });
    process.stderr.write(`The schema engine failed\n${line}`);
    process.exit(1);
  }
}

async function createDatabase() {
  const url = new URL(options.url);
  const name = decodeURIComponent(url.pathname.slice(1)).replaceAll('"', '""');
  url.pathname = '/postgres';
  const adapter = await createAdapterFactory(url.href).connect();
  await adapter.executeScript(`CREATE DATABASE "${name}"`);
}

async function serve() {
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    try {
      engine ??= await createEngine(options.url);
      send({ id, result: await answer(engine, method, params) });
    } catch (error) {
      const { code, message } = describe(error);
      const data = {
        is_panic: false,
        message,
        ...(code === undefined ? {} : { error_code: code }),
      };
      send({ id, error: { code: 4466, message: 'The schema engine failed', data } });
    }
  }
  process.exit(0);
}

/**
 * A process killed while it migrates leaves a row that says "started", and Prisma then wants a person
 * to look. Here nobody has to: each migration marks its own row in its own transaction, so a row that
 * is still unfinished when nobody else migrates means that nothing of it happened.
 */
async function applyMigrations(engine, params) {
  const client = new Client({ connectionString: options.url });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('easel migrations'))`);
    const { rows } = await client.query(`SELECT to_regclass('_prisma_migrations') AS found`);
    if (rows[0].found !== null) {
      await client.query(`DELETE FROM _prisma_migrations WHERE ${unfinished}`);
    }
    isApplying = true;
    return await engine.applyMigrations(params);
  } finally {
    isApplying = false;
    await client.end();
  }
}

async function answer(engine, method, params) {
  const name = methodOf[method] ?? method;
  if (typeof engine[name] !== 'function') throw new Error(`Unknown method ${method}`);
  const result =
    name === 'applyMigrations' ? await applyMigrations(engine, params) : await engine[name](params);
  // The native engine prints a diff by itself; the CLI waits for that message.
  if (method === 'diff' && result?.stdout) {
    send({ method: 'print', params: { content: result.stdout }, id: 0 });
  }
  return result ?? null;
}

function send(answer) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...answer })}\n`);
}

function describe(error) {
  const text = error instanceof Error ? error.message : String(error);
  const message = text === '' ? String(error?.cause?.code ?? error?.code ?? error?.name) : text;
  // The WebAssembly engine leaves the code out; the CLI creates a database that it reads is missing.
  const code = /^Database `.*` does not exist/.test(message) ? 'P1003' : undefined;
  return { code, message };
}
