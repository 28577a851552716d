import express, { type Request, type Router } from 'express';
import { z } from 'zod';
import { chatMessage } from './chat-message';
import { receiveMessage, setBlocked, type Conversation } from './incoming';
import { refusePerson, requireBot, requirePerson } from './people-error';
import { albumMessages, documentMessage } from './people-uploads';
import type { Content } from './outgoing';
import { readMultipart } from './request-body';
import { nextQueryId } from './checkouts';
import { pay } from './stars';
import type { InlineKeyboard, Invoice, MessageRow } from './state';
import { formatText, textLengthMax } from './text/formatted-text';
import { chatKey, findChat, personUser } from './views';
import { initData, launchUrl } from './web-app';
import type { World } from './world';

interface Params {
  id: string;
  botId: string;
}

function conversationOf(world: World, params: Params): Conversation {
  return { bot: requireBot(world, params.botId), person: requirePerson(world, params.id) };
}

/** The app shows "unblock" instead of the text field, so nothing can be sent. */
function writableConversation(world: World, params: Params): Conversation {
  const conversation = conversationOf(world, params);
  if (conversation.person.blocked.includes(conversation.bot.id)) {
    throw refusePerson(409, 'This person has blocked the bot');
  }
  return conversation;
}

function rowOf(world: World, { bot, person }: Conversation, messageId: number): MessageRow {
  const row = world.state.messages(bot.id, person.id).get(messageId);
  if (!row) throw refusePerson(404, 'No such message');
  return row;
}

const textBody = z.object({ text: z.string().min(1), replyTo: z.number().int().optional() });

function sendText(world: World, params: Params, body: unknown): object {
  const { text, replyTo } = textBody.parse(body);
  const conversation = writableConversation(world, params);
  const formatted = formatText({ text, parseMode: '', entities: undefined });
  if (formatted.text === '') throw refusePerson(400, 'The message is empty');
  if (formatted.text.length > textLengthMax) throw refusePerson(400, 'The message is too long');
  const content: Content = {
    text: formatted.text,
    ...(formatted.entities.length > 0 ? { entities: [...formatted.entities] } : {}),
  };
  if (replyTo !== undefined) {
    const { reply_to_message: _, ...answered } = rowOf(world, conversation, replyTo).message;
    content.reply_to_message = answered;
  }
  const message = receiveMessage(world, conversation, { content });
  return { messageId: message.message_id };
}

const startBody = z.object({ payload: z.string().optional() }).default({});

/** What the Start button and `t.me/<bot>?start=<payload>` do; starting again also unblocks. */
function start(world: World, params: Params, body: unknown): object {
  const { payload } = startBody.parse(body ?? {});
  if (payload !== undefined && !/^[A-Za-z0-9_-]{0,64}$/.test(payload)) {
    throw refusePerson(400, 'A start payload is at most 64 of A-Z a-z 0-9 _ -');
  }
  const { bot, person } = conversationOf(world, params);
  const conversation = { bot, person: setBlocked(world, { bot, person }, false) };
  const text = payload ? `/start ${payload}` : '/start';
  const entities = [{ type: 'bot_command' as const, offset: 0, length: 6 }];
  const message = receiveMessage(world, conversation, { content: { text, entities } });
  return { messageId: message.message_id };
}

const pressBody = z.object({ messageId: z.number().int(), data: z.string() });

function hasButton(row: MessageRow, data: string): boolean {
  const { inline_keyboard: rows = [] } = (row.message.reply_markup ??
    {}) as Partial<InlineKeyboard>;
  return rows.flat().some((button) => 'callback_data' in button && button.callback_data === data);
}

function press(world: World, params: Params, body: unknown): object {
  const { messageId, data } = pressBody.parse(body);
  const conversation = conversationOf(world, params);
  const { bot, person } = conversation;
  const row = rowOf(world, conversation, messageId);
  if (!hasButton(row, data)) throw refusePerson(409, 'The message has no such button');
  const id = world.state.transact(() => {
    const callbackId = nextQueryId(world.state);
    world.state.callbacks.set(callbackId, {
      id: callbackId,
      botId: bot.id,
      personId: person.id,
      createdAt: Date.now(),
      answered: false,
    });
    world.updates.push(bot.id, person.id, {
      callback_query: {
        id: callbackId,
        from: personUser(person),
        message: row.message,
        chat_instance: `${bot.id}${person.id}`,
        data,
      },
    });
    return callbackId;
  });
  return { callbackId: id };
}

function linkedInvoice(world: World, { bot }: Conversation, slug: string): Invoice {
  const row = world.state.invoiceLinks.get(slug);
  if (row?.botId !== bot.id) throw refusePerson(404, 'No such invoice link');
  return row.invoice;
}

/** What a Mini App's invoice is for, shown before it is paid. */
function showInvoice(world: World, params: Params, slug: string): object {
  const invoice = linkedInvoice(world, conversationOf(world, params), slug);
  const { title, description, currency, amount } = invoice;
  return { title, description, currency, total_amount: amount };
}

const payBody = z.object({ messageId: z.number().int().optional(), link: z.string().optional() });

async function payInvoice(world: World, params: Params, body: unknown): Promise<object> {
  const { messageId, link } = payBody.parse(body);
  const conversation = conversationOf(world, params);
  if (link !== undefined) {
    const slug = /\$([A-Za-z0-9_-]+)$/.exec(link)?.[1] ?? '';
    return pay(world, conversation, { invoice: linkedInvoice(world, conversation, slug) });
  }
  if (messageId === undefined) throw refusePerson(400, 'messageId or link is required');
  const { invoice } = rowOf(world, conversation, messageId);
  if (!invoice) throw refusePerson(409, 'The message is not an invoice');
  return pay(world, conversation, { invoice, messageId });
}

const webAppBody = z
  .object({ url: z.string().optional(), startParam: z.string().max(512).optional() })
  .default({});

function openWebApp(world: World, params: Params, body: unknown): object {
  const { url, startParam } = webAppBody.parse(body ?? {});
  const { bot, person } = conversationOf(world, params);
  const { menuButtons } = world.state;
  const button =
    menuButtons.get(chatKey(bot.id, person.id)) ?? menuButtons.get(`${bot.id}:default`);
  const address = url ?? (button?.type === 'web_app' ? button.web_app.url : undefined);
  if (address === undefined) throw refusePerson(409, 'The bot has no Mini App button');
  const queryId = world.state.transact(() => {
    const id = nextQueryId(world.state);
    world.state.webAppQueries.set(id, { botId: bot.id, personId: person.id });
    return id;
  });
  const launch = { queryId, ...(startParam === undefined ? {} : { startParam }) };
  const data = initData({ bot, person }, launch);
  return { url: launchUrl(address, data), initData: data };
}

function removeMessage(world: World, params: Params, messageId: string): object {
  const conversation = conversationOf(world, params);
  const { bot, person } = conversation;
  const row = rowOf(world, conversation, Number(messageId));
  const id = row.message.message_id;
  world.state.messages(bot.id, person.id).delete(id);
  world.hub.emit(person.id, 'delete', { botId: bot.id, messageId: id });
  return { deleted: id };
}

function shownChat(world: World, params: Params): object {
  const { bot, person } = conversationOf(world, params);
  const chat = findChat(world.state, bot.id, person.id);
  const messages = [...world.state.messages(bot.id, person.id).values()];
  const action = world.actions.current(bot.id, person.id);
  return {
    messages: messages.map((row) => chatMessage(world.state, row)),
    ...(action === undefined ? {} : { action }),
    ...(chat?.keyboard ? { keyboard: chat.keyboard } : {}),
  };
}

const blockBody = z.object({ blocked: z.boolean() });

/** What a person does in one chat. Bodies and answers are described in docs of the people API. */
export function createPeopleChats(world: World): Router {
  const router = express.Router({ mergeParams: true });
  const params = (request: Request): Params => request.params as unknown as Params;
  router.get('/', (request, response) => {
    response.json(shownChat(world, params(request)));
  });
  router.post('/text', (request, response) => {
    response.json(sendText(world, params(request), request.body));
  });
  router.post('/photo', async (request, response) => {
    const conversation = writableConversation(world, params(request));
    response.json(await albumMessages(world, conversation, await readMultipart(request)));
  });
  router.post('/document', async (request, response) => {
    const conversation = writableConversation(world, params(request));
    response.json(await documentMessage(world, conversation, await readMultipart(request)));
  });
  router.post('/press', (request, response) => {
    response.json(press(world, params(request), request.body));
  });
  router.post('/pay', async (request, response) => {
    response.json(await payInvoice(world, params(request), request.body));
  });
  router.get('/invoices/:slug', (request, response) => {
    response.json(showInvoice(world, params(request), request.params.slug));
  });
  router.post('/block', (request, response) => {
    const { blocked } = blockBody.parse(request.body);
    const person = setBlocked(world, conversationOf(world, params(request)), blocked);
    response.json({ blocked: person.blocked });
  });
  router.post('/start', (request, response) => {
    response.json(start(world, params(request), request.body));
  });
  router.post('/webapp', (request, response) => {
    response.json(openWebApp(world, params(request), request.body));
  });
  router.delete('/messages/:messageId', (request, response) => {
    const { messageId } = request.params;
    response.json(removeMessage(world, params(request), messageId));
  });
  return router;
}
