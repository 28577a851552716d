/** People who order, cancel, buy, pay and are refunded while everything around them dies. */
import { Client } from 'pg';
import { pause, waitUntil } from '../../src/local/waiting';
import type { Chance } from './chance';
import { adminId, botId, type Town } from './town';

interface Button {
  readonly callback_data?: string;
}

export interface ChatMessage {
  readonly message_id: number;
  readonly date: number;
  readonly fromBot: boolean;
  readonly photo?: unknown;
  readonly invoiceState?: 'open' | 'paid';
  readonly reply_markup?: { readonly inline_keyboard?: readonly (readonly Button[])[] };
}

export interface Person {
  readonly id: number;
  /** Everything in the chat now; throws while the sandbox is down. */
  chat(): Promise<readonly ChatMessage[]>;
  post(what: 'start' | 'text' | 'press' | 'pay', body: object): Promise<unknown>;
}

/** What people tried; for the report. */
export interface Deeds {
  orders: number;
  cancels: number;
  payments: number;
  refunds: number;
  /** Confirmed, and nothing had come of it when their person gave up. */
  readonly lost: string[];
}

interface Nature {
  readonly chance: Chance;
  readonly deeds: Deeds;
}

interface Pressable {
  readonly messageId: number;
  readonly data: string;
}

const patienceMs = 8_000;
/** A claim of a killed bot lapses after half a minute. */
const ordersPatienceMs = 120_000;
const confirm = 'e1:confirm:';

export async function meetPeople(town: Town, count: number): Promise<readonly Person[]> {
  const people: Person[] = [];
  for (let number = 1; number <= count; number += 1) {
    const wish = {
      firstName: `P${number}`,
      languageCode: number % 2 ? 'en' : 'ru',
      stars: 100_000,
    };
    const { id } = (await ask(`${town.telegramUrl}/people`, wish)) as { id: number };
    people.push(personAt(town, id));
  }
  // The admin talks to the bot once, to be told of refunds.
  await personAt(town, adminId).post('start', {});
  for (const person of people) await person.post('start', {});
  return people;
}

function personAt({ telegramUrl }: Town, id: number): Person {
  const chatUrl = `${telegramUrl}/people/${id}/chats/${botId}`;
  return {
    id,
    chat: async () => {
      const { messages } = (await ask(chatUrl)) as { messages: ChatMessage[] };
      return messages;
    },
    post: (what, body) => ask(`${chatUrl}/${what}`, body),
  };
}

async function ask(url: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(15_000),
    ...(body && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}

/** Lives on until `until()` is true. Whatever fails because something is dead is tried later. */
export async function live(
  town: Town,
  person: Person,
  how: Nature & { readonly until: () => boolean },
): Promise<void> {
  const { chance, until } = how;
  while (!until()) {
    const mood = chance.next();
    const deed =
      mood < 0.5
        ? order(town, person, how)
        : mood < 0.8
          ? buy(person, how)
          : complain(town, person, how);
    await deed.catch(() => undefined);
    await pause(chance.between(50, 800));
  }
}

async function order(town: Town, person: Person, { chance, deeds }: Nature): Promise<void> {
  const fate = chance.pick(['', '', '', '', ' sandbox:fail', ' sandbox:refuse', ' sandbox:lose']);
  const isRegretted = chance.is(0.25);
  const seen = await lastId(person);
  await person.post('text', {
    text: `a fox number ${Math.floor(chance.next() * 1e6)}${fate ?? ''}`,
  });
  const card = await newButton(person, { after: seen, prefix: confirm });
  deeds.orders += 1;
  await confirmUntilOrdered(town, person, { card, seen, deeds });
  if (!isRegretted) return;
  await person.post('press', await newButton(person, { after: seen, prefix: 'e1:gen:cancel:' }));
  deeds.cancels += 1;
}

/**
 * Presses until the order is stored. A bot that died after showing a card may show it anew under
 * another id; then the newer one counts. A press that leads to neither was lost.
 */
async function confirmUntilOrdered(
  town: Town,
  person: Person,
  { card, seen, deeds }: { card: Pressable; seen: number; deeds: Deeds },
): Promise<void> {
  let shown = card;
  const tries = Date.now() + ordersPatienceMs;
  let pressed = '';
  while (Date.now() < tries) {
    try {
      if (await isOrdered(town, shown.data.slice(confirm.length))) return;
      if (pressed !== shown.data) await person.post('press', shown);
      pressed = shown.data;
      shown = (await findButton(person, { after: seen, prefix: confirm })) ?? shown;
    } catch {
      // Something is dead right now.
    }
    await pause(300);
  }
  const id = shown.data.slice(confirm.length);
  const [draft] = await query(town, draftOf, String(person.id));
  // A later draft whose card was lost on the way: the press was answered with "an old button".
  if (draft !== undefined && draft.id !== id) return;
  deeds.lost.push(id);
}

const draftOf = `SELECT d.id FROM drafts d JOIN people p ON p.id = d.person_id
  WHERE p.telegram_id = $1`;

async function isOrdered(town: Town, id: string): Promise<boolean> {
  const rows = await query(town, 'SELECT id FROM generations WHERE id = $1', id);
  return rows.length > 0;
}

async function buy(person: Person, { chance, deeds }: Nature): Promise<void> {
  const seen = await lastId(person);
  await person.post('text', { text: '/buy' });
  await person.post('press', await newButton(person, { after: seen, prefix: 'e1:buy:pack:' }));
  const messageId = await found(async () => {
    const messages = await person.chat();
    return messages.find((one) => one.message_id > seen && one.invoiceState === 'open')?.message_id;
  });
  if (chance.is(0.1)) return;
  deeds.payments += 1;
  const pay = (): Promise<unknown> => person.post('pay', { messageId });
  const isTwice = chance.is(0.3);
  // A payment the bot did not answer in time is tried again, as people do.
  for (let tries = 3; tries > 0; tries -= 1) {
    const [answer] = (await Promise.all(isTwice ? [pay(), pay()] : [pay()])) as { state: string }[];
    if (answer?.state === 'paid') return;
  }
}

/** An admin refunds something of this person, now and then twice or more than is right. */
async function complain(town: Town, person: Person, { chance, deeds }: Nature): Promise<void> {
  const kind = chance.is(0.5) ? 'generations' : 'payments';
  const id = await somethingOf(town, person, kind);
  if (id === undefined) return;
  const body = {
    id: chance.pick(['r1', 'r2']),
    actor: String(adminId),
    reason: 'crash test',
    ...(kind === 'payments' && { force: chance.is(0.5) }),
  };
  const answer = await fetch(`${town.apiUrl}/admin/${kind}/${id}/refunds`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-admin-api-key': town.adminKey },
    signal: AbortSignal.timeout(10_000),
  });
  if (answer.ok) deeds.refunds += 1;
}

const newestOf = {
  generations: `SELECT g.id FROM generations g JOIN people p ON p.id = g.person_id
    WHERE p.telegram_id = $1 AND g.status = 'delivered' ORDER BY g.created_at DESC LIMIT 1`,
  payments: `SELECT y.id FROM payments y JOIN people p ON p.id = y.person_id
    WHERE p.telegram_id = $1 AND y.status = 'paid' ORDER BY y.created_at DESC LIMIT 1`,
} as const;

async function somethingOf(
  town: Town,
  person: Person,
  kind: keyof typeof newestOf,
): Promise<string | undefined> {
  return (await query(town, newestOf[kind], String(person.id)))[0]?.id;
}

async function query(
  { databaseUrl }: Town,
  statement: string,
  value: string,
): Promise<readonly { id: string }[]> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
  // Postgres may die at any moment; that must not end the test.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ id: string }>(statement, [value])).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function lastId(person: Person): Promise<number> {
  return (await person.chat()).at(-1)?.message_id ?? 0;
}

function newButton(person: Person, wanted: Wanted): Promise<Pressable> {
  return found(() => findButton(person, wanted));
}

interface Wanted {
  readonly after: number;
  readonly prefix: string;
}

/** The newest one; undefined when there is none. */
async function findButton(
  person: Person,
  { after, prefix }: Wanted,
): Promise<Pressable | undefined> {
  const fresh = (await person.chat()).filter(({ message_id: id }) => id > after);
  for (const { message_id: messageId, reply_markup: markup } of fresh.toReversed()) {
    const buttons = markup?.inline_keyboard?.flat() ?? [];
    const data = buttons.find((button) => button.callback_data?.startsWith(prefix));
    if (data?.callback_data !== undefined) return { messageId, data: data.callback_data };
  }
  return undefined;
}

async function found<T>(look: () => Promise<T | undefined>): Promise<T> {
  let result: T | undefined;
  await waitUntil(async () => {
    result = await look();
    return result !== undefined;
  }, patienceMs);
  if (result === undefined) throw new Error('it did not appear');
  return result;
}
