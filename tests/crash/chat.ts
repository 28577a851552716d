/** One person's chat with the bot, and a look into the database behind it. */
import { Client } from 'pg';
import { waitUntil } from '../../src/local/waiting';
import { botId, type Town } from './town';

interface Button {
  readonly callback_data?: string;
  readonly url?: string;
}

export interface ChatMessage {
  readonly message_id: number;
  readonly date: number;
  readonly fromBot: boolean;
  readonly text?: string;
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

export interface Pressable {
  readonly messageId: number;
  readonly data: string;
  /** Of the first button with a link in the same message. */
  readonly url: string | undefined;
}

const patienceMs = 12_000;

export function personAt({ telegramUrl }: Pick<Town, 'telegramUrl'>, id: number): Person {
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

export async function ask(url: string, body?: object): Promise<unknown> {
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

export async function query<Row = { readonly id: string }>(
  { databaseUrl }: Pick<Town, 'databaseUrl'>,
  statement: string,
  ...values: readonly string[]
): Promise<readonly Row[]> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
  // Postgres may die at any moment; that must not end the test.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement, [...values])).rows as Row[];
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function lastId(person: Person): Promise<number> {
  return (await person.chat()).at(-1)?.message_id ?? 0;
}

export function newButton(person: Person, wanted: Wanted): Promise<Pressable> {
  return found(() => findButton(person, wanted));
}

interface Wanted {
  readonly after: number;
  readonly prefix: string;
}

/** The newest one; undefined when there is none. */
export async function findButton(
  person: Person,
  { after, prefix }: Wanted,
): Promise<Pressable | undefined> {
  const fresh = (await person.chat()).filter(({ message_id: id }) => id > after);
  for (const { message_id: messageId, reply_markup: markup } of fresh.toReversed()) {
    const buttons = markup?.inline_keyboard?.flat() ?? [];
    const data = buttons.find((button) => button.callback_data?.startsWith(prefix));
    if (data?.callback_data === undefined) continue;
    const url = buttons.find((button) => button.url !== undefined)?.url;
    return { messageId, data: data.callback_data, url };
  }
  return undefined;
}

export async function found<T>(look: () => Promise<T | undefined>): Promise<T> {
  let result: T | undefined;
  await waitUntil(async () => {
    result = await look();
    return result !== undefined;
  }, patienceMs);
  if (result === undefined) throw new Error('it did not appear');
  return result;
}
