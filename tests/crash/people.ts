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
}

const patienceMs = 8_000;

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
  how: { chance: Chance; deeds: Deeds; until: () => boolean },
): Promise<void> {
  const { chance, deeds, until } = how;
  while (!until()) {
    const mood = chance.next();
    const deed =
      mood < 0.5
        ? order(person, chance, deeds)
        : mood < 0.8
          ? buy(person, chance, deeds)
          : complain(town, person, { chance, deeds });
    await deed.catch(() => undefined);
    await pause(chance.between(50, 800));
  }
}

async function order(person: Person, chance: Chance, deeds: Deeds): Promise<void> {
  const fate = chance.pick(['', '', '', '', ' sandbox:fail', ' sandbox:refuse', ' sandbox:lose']);
  const seen = await lastId(person);
  await person.post('text', {
    text: `a fox number ${Math.floor(chance.next() * 1e6)}${fate ?? ''}`,
  });
  const card = await newButton(person, { after: seen, prefix: 'e1:confirm:' });
  await person.post('press', card);
  deeds.orders += 1;
  if (chance.is(0.25)) {
    const stop = await newButton(person, { after: seen, prefix: 'e1:gen:cancel:' });
    await person.post('press', stop);
    deeds.cancels += 1;
  }
}

async function buy(person: Person, chance: Chance, deeds: Deeds): Promise<void> {
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
async function complain(
  town: Town,
  person: Person,
  { chance, deeds }: { chance: Chance; deeds: Deeds },
): Promise<void> {
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
  { databaseUrl }: Town,
  person: Person,
  kind: keyof typeof newestOf,
): Promise<string | undefined> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
  // Postgres may die at any moment; that must not end the test.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(newestOf[kind], [person.id]);
    return rows[0]?.id;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function lastId(person: Person): Promise<number> {
  return (await person.chat()).at(-1)?.message_id ?? 0;
}

function newButton(
  person: Person,
  { after, prefix }: { after: number; prefix: string },
): Promise<{ messageId: number; data: string }> {
  return found(async () => {
    const fresh = (await person.chat()).filter(({ message_id: id }) => id > after);
    for (const { message_id: messageId, reply_markup: markup } of fresh.toReversed()) {
      const buttons = markup?.inline_keyboard?.flat() ?? [];
      const data = buttons.find((button) => button.callback_data?.startsWith(prefix));
      if (data?.callback_data !== undefined) return { messageId, data: data.callback_data };
    }
    return undefined;
  });
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
