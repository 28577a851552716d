import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TelegramUpdate } from '@gramio/types';
import { startSandboxTelegram } from '../../src/sandbox/telegram/server';
import { anna, botId, openHouse, type Body, type House } from './telegram-harness';

let house: House;

beforeEach(async () => {
  house = await openHouse();
  await house.act('start');
});

afterEach(() => house.close());

async function shown(): Promise<(string | undefined)[]> {
  const path = `/people/${anna}/chats/${botId}`;
  const { messages } = await house.people<{ messages: { text?: string }[] }>('GET', path);
  return messages.map(({ text }) => text);
}

const message = { chat_id: anna, text: 'x' };

describe('the fault script', () => {
  test('drops the answer after the effect, as often as it says', async () => {
    await house.people('POST', '/faults', [
      { method: 'sendMessage', kind: 'drop-after-effect', times: 2 },
    ]);
    await expect(house.ask('sendMessage', message)).rejects.toThrow('fetch failed');
    await expect(house.ask('sendMessage', message)).rejects.toThrow('fetch failed');
    expect(await house.ask('sendMessage', message)).toMatchObject({ ok: true });
    expect(await shown()).toEqual(['/start', 'x', 'x', 'x']);
  });

  test('answers with a status or 429 without effect', async () => {
    await house.people('POST', '/faults', [
      { method: 'sendMessage', kind: 'status', status: 502 },
      { method: '*', kind: 'retry-after', seconds: 7 },
    ]);
    expect(await house.ask('sendMessage', message)).toMatchObject({ ok: false, error_code: 502 });
    expect(await house.ask('sendMessage', message)).toEqual({
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    });
    expect(await shown()).toEqual(['/start']);
  });

  test('strikes only the bot and the method it names, and can be taken back', async () => {
    await house.people('POST', '/faults', [
      { bot: 42, method: '*', kind: 'status' },
      { method: 'sendPhoto', kind: 'status' },
    ]);
    expect(await house.ask('sendMessage', message)).toMatchObject({ ok: true });
    expect((await house.people<{ faults: Body[] }>('GET', '/faults')).faults).toHaveLength(2);
    await house.people('DELETE', '/faults');
    expect(await house.people('GET', '/faults')).toEqual({ faults: [] });
  });

  test('a script that makes no sense is refused whole', async () => {
    const script = [
      { method: '*', kind: 'status' },
      { method: 'x', kind: 'explode' },
    ];
    const response = await fetch(`${house.url}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(script),
    });
    expect(response.status).toBe(400);
    expect(await house.people('GET', '/faults')).toEqual({ faults: [] });
  });

  test('delivers an update twice to a bot that polls', async () => {
    await house.updates(-1);
    await house.people('POST', '/faults', { method: 'update', kind: 'duplicate' });
    await house.act('text', { text: 'again' });
    const first = await house.updates();
    const id = first.at(-1)!.update_id;
    const again = await house.updates(id + 1);
    expect(again.map(({ update_id }) => update_id)).toEqual([id]);
    expect(await house.updates(id + 1)).toEqual([]);
  });

  test('lets a later update overtake', async () => {
    const [start] = await house.updates();
    await house.updates(start!.update_id + 1);
    await house.people('POST', '/faults', { method: 'update', kind: 'reorder' });
    await house.act('text', { text: 'first' });
    await house.act('text', { text: 'second' });
    const updates = await house.updates(start!.update_id + 1);
    expect(updates.map(({ message: said }) => said?.text)).toEqual(['second', 'first']);
    expect(updates[0]!.update_id).toBeGreaterThan(updates[1]!.update_id);
  });

  test('an overtaken update is not lost when the offset passes over it', async () => {
    await house.updates((await house.updates())[0]!.update_id + 1);
    await house.people('POST', '/faults', { method: 'update', kind: 'reorder' });
    await house.act('text', { text: 'first' });
    await house.act('text', { text: 'second' });
    const one = async (offset?: number) =>
      (await house.call<TelegramUpdate[]>('getUpdates', { limit: 1, offset }))[0];
    const second = await one();
    expect(second?.message?.text).toBe('second');
    expect((await one(second!.update_id + 1))?.message?.text).toBe('first');
    expect(await one(second!.update_id + 1)).toBeUndefined();
  });

  test('every call is in the log, with its fault', async () => {
    await house.people('POST', '/faults', { method: 'sendMessage', kind: 'status' });
    await house.ask('sendMessage', message);
    await house.ask('sendMessage', message);
    const { calls } = await house.people<{ calls: Body[] }>('GET', '/calls?method=sendMessage');
    expect(calls).toMatchObject([
      { botId, status: 500, fault: 'status', params: { text: 'x' } },
      { botId, status: 200 },
    ]);
  });
});

describe('state', () => {
  test('survives a restart: chats, files, updates, settings, numbers', async () => {
    await house.call('setMyCommands', { commands: [{ command: 'start', description: 'Go' }] });
    const before = await house.call('sendMessage', message);
    const path = `/people/${anna}/chats/${botId}`;
    const chat = await house.people('GET', path);
    const updates = await house.updates();
    await house.restart();
    expect(await house.people('GET', path)).toEqual(chat);
    expect(await house.updates()).toEqual(updates);
    expect(await house.call('getMyCommands')).toEqual([{ command: 'start', description: 'Go' }]);
    const after = await house.call('sendMessage', message);
    expect(after.message_id).toBe(before.message_id + 1);
    await house.act('text', { text: 'new' });
    const ids = (await house.updates()).map(({ update_id }: TelegramUpdate) => update_id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('survives a line that a killed process left unfinished', async () => {
    await house.call('sendMessage', message);
    const file = join(house.dataDir, 'telegram', 'journal.jsonl');
    appendFileSync(file, '[["people","900001",{"id":900001,"stars":0');
    await house.restart();
    expect(await shown()).toEqual(['/start', 'x']);
    await house.call('sendMessage', { chat_id: anna, text: 'y' });
    await house.restart();
    expect(await shown()).toEqual(['/start', 'x', 'y']);
  });

  test('is written before the answer is sent', async () => {
    await house.call('sendMessage', { chat_id: anna, text: 'written' });
    const journal = readFileSync(join(house.dataDir, 'telegram', 'journal.jsonl'), 'utf8');
    expect(journal).toContain('"text":"written"');
  });

  test('that cannot be opened is an error, not a server without answers', async () => {
    const file = join(house.dataDir, 'plain');
    writeFileSync(file, 'a file where a folder should be');
    await expect(startSandboxTelegram({ port: 0, dataDir: file })).rejects.toMatchObject({
      code: expect.stringMatching(/ENOTDIR|EEXIST/),
    });
  });

  test('a second sandbox on the same port leaves the data alone', async () => {
    const port = Number(new URL(house.url).port);
    await expect(startSandboxTelegram({ port, dataDir: house.dataDir })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect(await house.call('getMe')).toMatchObject({ id: botId });
  });
});
