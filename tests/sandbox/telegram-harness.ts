import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TelegramMessage, TelegramUpdate } from '@gramio/types';
import type { SandboxTelegramOptions } from '../../src/sandbox/telegram/options';
import { startSandboxTelegram, type SandboxTelegram } from '../../src/sandbox/telegram/server';

export const anna = 900001;
export const chiyo = 900003;
export const token = '123456:test-secret';
export const botId = 123456;

export interface ApiAnswer<T> {
  readonly ok: boolean;
  readonly result: T;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number };
}

export type Body = Readonly<Record<string, unknown>>;

/** What a request of the people API may carry. */
export type Sent = Body | readonly Body[] | FormData;

/** A running sandbox with a folder of its own, and both of its sides to speak to. */
export interface House {
  readonly url: string;
  readonly dataDir: string;
  /** Calls a method with a JSON body and gives back the whole answer. */
  ask<T = unknown>(method: string, params?: Body): Promise<ApiAnswer<T>>;
  /** Calls a method that must succeed. */
  call<T = TelegramMessage>(method: string, params?: Body): Promise<T>;
  /** The error text of a call that must fail. */
  refusal(method: string, params?: Body): Promise<string>;
  people<T = Body>(method: string, path: string, body?: Sent): Promise<T>;
  /** A person does something in the chat with the bot. */
  act<T = Body>(what: string, body?: Sent, person?: number): Promise<T>;
  updates(offset?: number): Promise<TelegramUpdate[]>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

async function readJson<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

function requestOf(method: string, body?: Sent): RequestInit {
  if (body === undefined) return { method };
  if (body instanceof FormData) return { method, body };
  const headers = { 'content-type': 'application/json' };
  return { method, headers, body: JSON.stringify(body) };
}

export async function openHouse(options: Partial<SandboxTelegramOptions> = {}): Promise<House> {
  const dataDir = mkdtempSync(join(tmpdir(), 'easel-sandbox-telegram-'));
  let sandbox: SandboxTelegram = await startSandboxTelegram({ port: 0, dataDir, ...options });

  const house: House = {
    get url() {
      return sandbox.url;
    },
    dataDir,
    ask: async (method, params = {}) =>
      readJson(await fetch(`${sandbox.url}/bot${token}/${method}`, requestOf('POST', params))),
    call: async <T>(method: string, params: Body = {}) => {
      const answer = await house.ask<T>(method, params);
      if (!answer.ok) throw new Error(`${method}: ${answer.description}`);
      return answer.result;
    },
    refusal: async (method, params = {}) => {
      const { ok, error_code: code, description } = await house.ask(method, params);
      return ok ? 'no refusal' : `${code} ${description}`;
    },
    people: async (method, path, body) =>
      readJson(await fetch(`${sandbox.url}${path}`, requestOf(method, body))),
    act: (what, body = {}, person = anna) =>
      house.people('POST', `/people/${person}/chats/${botId}/${what}`, body),
    updates: (offset = 0) => house.call<TelegramUpdate[]>('getUpdates', { offset }),
    restart: async () => {
      await sandbox.close();
      sandbox = await startSandboxTelegram({ port: 0, dataDir, ...options });
    },
    close: async () => {
      await sandbox.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await house.call('getMe');
  return house;
}

/** Waits for something to become true, and gives it back. */
export async function eventually<T>(
  what: () => T | undefined | Promise<T | undefined>,
  patienceMs = 20_000,
): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error('It never happened');
    await sleep(10);
  }
}

/** One event stream of a person, collected. */
export async function listen(
  house: House,
  person: number,
): Promise<{ readonly events: readonly { name: string; data: Body }[]; stop(): void }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const response = await fetch(`${house.url}/people/${person}/events`, { signal });
  const events: { name: string; data: Body }[] = [];
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString('utf8');
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const found = /^event: (.*)\ndata: (.*)$/m.exec(block);
        if (found) events.push({ name: found[1]!, data: JSON.parse(found[2]!) as Body });
      }
    }
  };
  read().catch(() => undefined);
  return { events, stop: () => stopping.abort() };
}
