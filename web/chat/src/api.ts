import type {
  Bot,
  BotCommands,
  Chat,
  CheckoutResult,
  CommandsByLanguage,
  Invoice,
  Language,
  Person,
} from './types';

/** A refusal with the server's reason; status 0 without a reason when there was no answer. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** A chat of one person with one bot. */
export interface ChatKey {
  personId: number;
  botId: number;
}

type Json = Record<string, unknown>;

function reasonOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, description, detail, title } = body as Record<string, unknown>;
  return [error, description, detail, title].find((text) => typeof text === 'string');
}

async function request<T>(method: string, path: string, body?: Json | FormData): Promise<T> {
  const init: RequestInit = { method };
  if (body instanceof FormData) init.body = body;
  else if (body) {
    init.body = JSON.stringify(body);
    init.headers = { 'content-type': 'application/json' };
  }
  const response = await fetch(path, init).catch(() => {
    throw new ApiError(0, '');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    throw new ApiError(response.status, reasonOf(answer) ?? `HTTP ${String(response.status)}`);
  }
  return answer as T;
}

function chatPath({ personId, botId }: ChatKey, rest = ''): string {
  return `/people/${String(personId)}/chats/${String(botId)}${rest}`;
}

function form(field: string, files: readonly File[], caption: string): FormData {
  const data = new FormData();
  // The caption goes first so that a streaming reader knows it before the files.
  if (caption) data.append('caption', caption);
  for (const file of files) data.append(field, file, file.name);
  return data;
}

/** The messages which an action of the person made. */
export interface Sent {
  messageId: number;
  messageIds?: number[];
}

export function eventsPath(personId: number): string {
  return `/people/${String(personId)}/events`;
}

type BotAnswer = Omit<Bot, 'commands'> & { commands: CommandsByLanguage };

/** The answer has the languages and the chats' own commands side by side. */
function commandsIn({ perChat, ...everybody }: CommandsByLanguage): BotCommands {
  return { everybody, perChat: (perChat ?? {}) as unknown as BotCommands['perChat'] };
}

export async function listPeople(): Promise<{ people: Person[]; bots: Bot[] }> {
  const { people, bots } = await request<{ people: Person[]; bots: BotAnswer[] }>('GET', '/people');
  return { people, bots: bots.map((bot) => ({ ...bot, commands: commandsIn(bot.commands) })) };
}

export function createPerson(firstName: string, languageCode: Language): Promise<Person> {
  return request('POST', '/people', { firstName, languageCode });
}

export function addStars(personId: number, add: number): Promise<unknown> {
  return request('POST', `/people/${String(personId)}/stars`, { add });
}

export function getChat(chat: ChatKey): Promise<Chat> {
  return request('GET', chatPath(chat));
}

export function sendText(chat: ChatKey, text: string, replyTo?: number): Promise<Sent> {
  return request('POST', chatPath(chat, '/text'), { text, ...(replyTo ? { replyTo } : {}) });
}

export function sendPhotos(chat: ChatKey, files: File[], caption: string): Promise<Sent> {
  return request('POST', chatPath(chat, '/photo'), form('photo', files, caption));
}

export function sendDocument(chat: ChatKey, file: File, caption: string): Promise<Sent> {
  return request('POST', chatPath(chat, '/document'), form('document', [file], caption));
}

export function press(
  chat: ChatKey,
  messageId: number,
  data: string,
): Promise<{ callbackId: string }> {
  return request('POST', chatPath(chat, '/press'), { messageId, data });
}

/** What is paid: the invoice of a message, or of a link. */
export type Purchase = { messageId: number } | { link: string };

export function pay(chat: ChatKey, purchase: Purchase): Promise<CheckoutResult> {
  return request('POST', chatPath(chat, '/pay'), purchase);
}

/** The address of an invoice, as a bot gets it from Telegram. */
export function invoiceLink(slug: string): string {
  return `https://t.me/$${slug}`;
}

export function readInvoice(chat: ChatKey, slug: string): Promise<Invoice> {
  return request('GET', chatPath(chat, `/invoices/${encodeURIComponent(slug)}`));
}

export function setBlocked(chat: ChatKey, blocked: boolean): Promise<unknown> {
  return request('POST', chatPath(chat, '/block'), { blocked });
}

export function start(chat: ChatKey, payload?: string): Promise<unknown> {
  return request('POST', chatPath(chat, '/start'), payload ? { payload } : {});
}

export function openWebApp(chat: ChatKey, url: string): Promise<{ url: string }> {
  return request('POST', chatPath(chat, '/webapp'), { url });
}

export function deleteMessage(chat: ChatKey, messageId: number): Promise<unknown> {
  return request('DELETE', chatPath(chat, `/messages/${String(messageId)}`));
}
