import express, { type ErrorRequestHandler } from 'express';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ZodError } from 'zod';
import { ApiError } from './api-error';
import { createBotApi } from './bot-api';
import { createCallLog } from './call-log';
import { createChatActions } from './chat-actions';
import { dispatch } from './dispatch';
import { createEventHub } from './event-hub';
import { createFaults } from './faults';
import { createFileStore } from './file-store';
import { createFlood } from './flood';
import { withDefaults, type Options, type SandboxTelegramOptions } from './options';
import { createParams } from './params';
import { createPeopleApi } from './people-api';
import { reportFault } from './report';
import { closeOldQueries, interruptCheckouts } from './checkouts';
import { openState, seededPeople } from './state';
import { createUpdates } from './updates';
import { createWebhooks } from './webhook';
import type { World } from './world';

export interface SandboxTelegram {
  /** `http://host:port`: the `apiRoot` of bots and the address of the chat page. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

function createWorld(options: Options): World {
  const folder = join(options.dataDir, 'telegram');
  mkdirSync(folder, { recursive: true });
  const state = openState(join(folder, 'journal.jsonl'));
  if (state.people.size === 0) {
    state.transact(() => seededPeople.forEach((person) => state.people.set(person.id, person)));
  }
  closeOldQueries(state);
  const faults = createFaults();
  const updates = createUpdates(state, faults);
  const world: World = {
    options,
    state,
    files: createFileStore(state, join(folder, 'files')),
    hub: createEventHub(),
    actions: createChatActions(),
    updates,
    webhooks: createWebhooks({
      state,
      updates,
      faults,
      options,
      runReply: ({ token }, { method, values }) => {
        const params = createParams(values);
        void dispatch(world, { token, method, params, signal: new AbortController().signal });
      },
    }),
    faults,
    calls: createCallLog(),
    flood: createFlood(options.chatBurst, options.chatMessagesPerSecond),
    openCheckouts: new Map(),
  };
  return world;
}

// Express knows an error handler by its four parameters.
// eslint-disable-next-line max-params
const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const isBad = error instanceof ZodError;
  const status = error instanceof ApiError ? error.code : isBad ? 400 : httpStatus(error);
  if (status === 500) reportFault(error);
  const message = error instanceof Error ? error.message : 'Internal error';
  response.status(status).json({ error: message });
};

function httpStatus(error: unknown): number {
  const status = (error as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' ? status : 500;
}

const pageMissing = `<!doctype html><meta charset="utf-8"><title>Sandbox Telegram</title>
<p>The sandbox Telegram is running, but its chat page has not been built: run <code>npm run build</code>.</p>
<p>Bots can connect already: use this address as the root of the Bot API.</p>`;

function createApp(world: World): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(createBotApi(world));
  app.use(createPeopleApi(world));
  app.use(express.static(world.options.chatPageDir));
  app.get('/', (_request, response) => {
    const page = join(world.options.chatPageDir, 'index.html');
    if (existsSync(page)) response.sendFile(page);
    else response.type('html').send(pageMissing);
  });
  app.use((_request, response) => {
    response.status(404).json({ ok: false, error_code: 404, description: 'Not Found' });
  });
  app.use(answerErrors);
  return app;
}

function listen(server: Server, options: Options): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
}

/** What could not be opened must not leave a port behind that nobody answers. */
function openWorld(server: Server, options: Options): World {
  try {
    return createWorld(options);
  } catch (error) {
    server.close();
    throw error;
  }
}

function shutDown(server: Server, world: World): Promise<void> {
  world.webhooks.close();
  interruptCheckouts(world);
  return new Promise((resolve) => {
    server.close(() => {
      world.state.close();
      resolve();
    });
    server.closeAllConnections();
  });
}

/**
 * Starts a Telegram of its own: Bot API, people, chat page. The port is taken before the data is
 * opened, so a second copy on the same port fails without touching the data of the first.
 */
export async function startSandboxTelegram(
  given: SandboxTelegramOptions,
): Promise<SandboxTelegram> {
  const options = withDefaults(given, join(__dirname, '../../../dist/chat'));
  const server = createServer();
  // Clients keep connections open between long polls; closing them early would race new requests.
  server.keepAliveTimeout = 75_000;
  server.requestTimeout = 0;
  await listen(server, options);
  const world = openWorld(server, options);
  server.on('request', createApp(world));
  for (const { id } of world.state.bots.values()) world.webhooks.wake(id);
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${options.host}:${port}`,
    port,
    close: () => (closing ??= shutDown(server, world)),
  };
}
