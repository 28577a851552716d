import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TelegramUpdate } from '@gramio/types';
import {
  anna,
  chiyo,
  eventually,
  openHouse,
  token,
  type Body,
  type House,
} from './telegram-harness';

let house: House;

beforeEach(async () => {
  house = await openHouse({ webhookRetryMs: 20, webhookTimeoutMs: 1000 });
});

afterEach(() => house.close());

function texts(updates: readonly TelegramUpdate[]): (string | undefined)[] {
  return updates.map(({ message }) => message?.text);
}

async function say(...words: string[]): Promise<void> {
  for (const text of words) await house.act('text', { text });
}

describe('long polling', () => {
  test('gives updates in order until their offset is confirmed', async () => {
    await say('a', 'b', 'c');
    const all = await house.updates();
    expect(texts(all)).toEqual(['a', 'b', 'c']);
    expect(texts(await house.updates())).toEqual(['a', 'b', 'c']);
    expect(texts(await house.updates(all[1]!.update_id))).toEqual(['b', 'c']);
    expect(texts(await house.updates(all[2]!.update_id + 1))).toEqual([]);
    expect(texts(await house.call('getUpdates', { offset: -1 }))).toEqual([]);
  });

  test('waits for an update and answers at once when it comes', async () => {
    const waiting = house.call<TelegramUpdate[]>('getUpdates', { timeout: 20 });
    await say('late');
    expect(texts(await waiting)).toEqual(['late']);
  });

  test('of two requests at a time the older one is refused', async () => {
    let refusal: string | undefined;
    const first = house.refusal('getUpdates', { timeout: 20 }).then((text) => (refusal = text));
    await eventually(async () => {
      await house.updates();
      return refusal;
    });
    expect(await first).toBe(
      '409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
  });

  test('a client that went away takes nothing with it', async () => {
    const gone = new AbortController();
    const poll = fetch(`${house.url}/bot${token}/getUpdates?timeout=20`, { signal: gone.signal });
    setTimeout(() => gone.abort(), 50);
    await expect(poll).rejects.toThrow();
    await say('kept');
    expect(texts(await house.updates())).toEqual(['kept']);
  });

  test('only allowed kinds are kept, and the choice stays until it is changed', async () => {
    await house.call('getUpdates', { allowed_updates: ['callback_query'] });
    await say('unheard');
    expect(await house.updates()).toEqual([]);
    await house.call('getUpdates', { allowed_updates: [] });
    await say('heard');
    expect(texts(await house.updates())).toEqual(['heard']);
  });
});

interface Delivered {
  readonly update: TelegramUpdate;
  readonly secret: string | undefined;
}

describe('webhooks', () => {
  let hook: Server;
  let url: string;
  let delivered: Delivered[];
  /** What the bot answers to the n-th delivery. */
  let answer: (n: number) => { status: number; body?: Body; afterMs?: number };

  beforeEach(async () => {
    delivered = [];
    answer = () => ({ status: 200 });
    hook = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const secret = request.headers['x-telegram-bot-api-secret-token'] as string | undefined;
        const update = JSON.parse(Buffer.concat(chunks).toString('utf8')) as TelegramUpdate;
        delivered.push({ update, secret });
        const { status, body, afterMs = 0 } = answer(delivered.length);
        setTimeout(() => {
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(body ? JSON.stringify(body) : '');
        }, afterMs);
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`;
  });

  afterEach(() => {
    hook.closeAllConnections();
    hook.close();
  });

  const pending = async (): Promise<number> =>
    (await house.call<{ pending_update_count: number }>('getWebhookInfo')).pending_update_count;

  const nothingPending = () => eventually(async () => ((await pending()) === 0 ? true : undefined));

  test('get what was waiting and what comes, with the secret', async () => {
    await say('before');
    await house.call('setWebhook', { url, secret_token: 'S3cret_-' });
    await say('after');
    await nothingPending();
    expect(texts(delivered.map(({ update }) => update))).toEqual(['before', 'after']);
    expect(delivered.map(({ secret }) => secret)).toEqual(['S3cret_-', 'S3cret_-']);
  });

  test('get an update again until they take it, and the next of the chat only then', async () => {
    answer = (n) => ({ status: n <= 3 ? 503 : 200 });
    await house.call('setWebhook', { url });
    await say('first', 'second');
    await nothingPending();
    expect(texts(delivered.map(({ update }) => update))).toEqual([
      'first',
      'first',
      'first',
      'first',
      'second',
    ]);
    expect(new Set(delivered.map(({ update }) => update.update_id)).size).toBe(2);
  });

  test('errors are shown by getWebhookInfo', async () => {
    answer = () => ({ status: 500 });
    await house.call('setWebhook', { url, max_connections: 7, allowed_updates: ['message'] });
    await say('x');
    await eventually(() => (delivered.length > 0 ? true : undefined));
    const info = await eventually(async () => {
      const shown = await house.call<Body>('getWebhookInfo');
      return shown['last_error_message'] === undefined ? undefined : shown;
    });
    expect(info).toMatchObject({
      url,
      pending_update_count: 1,
      max_connections: 7,
      allowed_updates: ['message'],
      last_error_message: 'Wrong response from the webhook: 500 Internal Server Error',
      last_error_date: expect.any(Number),
    });
  });

  test('one slow chat does not stop another', async () => {
    answer = (n) => ({ status: 200, afterMs: n === 1 ? 500 : 0 });
    await house.call('setWebhook', { url });
    await say('slow', 'waits');
    await house.act('text', { text: 'other chat' }, chiyo);
    await nothingPending();
    expect(texts(delivered.map(({ update }) => update))).toEqual(['slow', 'other chat', 'waits']);
  });

  test('may answer with a call', async () => {
    answer = () => ({ status: 200, body: { method: 'sendMessage', chat_id: anna, text: 'echo' } });
    await house.call('setWebhook', { url });
    await say('hi');
    const said = await eventually(async () => {
      const { messages } = await house.people<{ messages: Body[] }>(
        'GET',
        `/people/${anna}/chats/123456`,
      );
      return messages.find((message) => message['text'] === 'echo');
    });
    expect(said).toMatchObject({ fromBot: true });
  });

  test('and long polling exclude one another', async () => {
    const polling = house.refusal('getUpdates', { timeout: 20 });
    await house.call('getMe');
    await house.call('setWebhook', { url });
    expect(await polling).toMatch(/^409 Conflict: (terminated by setWebhook request|can't use)/);
    expect(await house.refusal('getUpdates')).toBe(
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    await house.call('deleteWebhook');
    expect(await house.updates()).toEqual([]);
  });

  test('drop what was waiting when asked', async () => {
    await say('old');
    await house.call('setWebhook', { url, drop_pending_updates: true });
    await say('new');
    await nothingPending();
    expect(texts(delivered.map(({ update }) => update))).toEqual(['new']);
  });

  test('are refused with a wrong address or secret', async () => {
    expect(await house.refusal('setWebhook', { url: 'ftp://x' })).toBe(
      '400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
    );
    expect(await house.refusal('setWebhook', { url, secret_token: 'a b' })).toBe(
      '400 Bad Request: secret token contains unallowed characters',
    );
  });

  test('a lost answer and a status of the fault script bring the update again', async () => {
    await house.people('POST', '/faults', {
      method: 'webhook',
      kind: 'drop-after-effect',
    });
    await house.call('setWebhook', { url });
    await say('twice');
    await nothingPending();
    expect(texts(delivered.map(({ update }) => update))).toEqual(['twice', 'twice']);
  });

  test('a duplicate update is delivered twice with the same id', async () => {
    await house.people('POST', '/faults', { method: 'update', kind: 'duplicate' });
    await house.call('setWebhook', { url });
    await say('again');
    await nothingPending();
    const ids = delivered.map(({ update }) => update.update_id);
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  test('updates of a stopped sandbox are delivered after its start', async () => {
    answer = (n) => ({ status: n === 1 ? 500 : 200, afterMs: n === 1 ? 200 : 0 });
    await house.call('setWebhook', { url });
    await say('kept');
    await house.restart();
    await nothingPending();
    expect(texts(delivered.map(({ update }) => update)).at(-1)).toBe('kept');
  });
});
