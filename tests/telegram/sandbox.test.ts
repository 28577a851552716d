/** The client against the sandbox Telegram, which is as strict as the real one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { startSandboxTelegram, type SandboxTelegram } from '../../src/sandbox/telegram/server';
import {
  confirmCard,
  doneStatusCard,
  endedCard,
  invoiceTexts,
  resultCard,
  statusCard,
} from '../../src/telegram/cards';
import type { Card, TelegramClient } from '../../src/telegram/client';
import { adminCommands, personCommands } from '../../src/telegram/commands';
import { createTelegramClient } from '../../src/telegram/create-client';
import { createTexts } from '../../src/texts/texts';

const botId = 123456;
const anna = 900001;
const chatId = BigInt(anna);
const prompt = '<b>кот & "пёс"</b> 👨‍👩‍👧‍👦 مرحبا'.repeat(60);
const generation = { language: 'ru', generationId: 'g-1', kind: 'image' } as const;
const amounts = { priceTokens: 5n, balance: 21n };

let folder: string;
let sandbox: SandboxTelegram;
let client: TelegramClient;
let photo: Buffer;

interface ChatMessage {
  readonly message_id: number;
  readonly text?: string;
  readonly caption?: string;
  readonly reply_markup?: { inline_keyboard: unknown[][] };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-telegram-'));
  photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#48c' } })
    .png()
    .toBuffer();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let run = 0;
beforeEach(async () => {
  run += 1;
  sandbox = await startSandboxTelegram({ port: 0, dataDir: join(folder, String(run)) });
  client = createTelegramClient({
    token: `${botId}:secret`,
    apiRoot: sandbox.url,
    messagesPerSecond: 1000,
  });
  await client.getMe();
  await act('start', {});
});
afterEach(() => sandbox.close());

async function request(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
const act = (what: string, body: object) => request(`/people/${anna}/chats/${botId}/${what}`, body);
const breakNext = (method: string, kind: string, more: object = {}) =>
  request('/faults', [{ method, kind, ...more }]);
async function seen(): Promise<ChatMessage[]> {
  const chat = await request(`/people/${anna}/chats/${botId}`);
  return (chat as { messages: (ChatMessage & { fromBot: boolean })[] }).messages.filter(
    ({ fromBot }) => fromBot,
  );
}

test('every look of a message is accepted, with its buttons', async () => {
  const cards: Card[] = [
    confirmCard({ ...generation, ...amounts, draftId: 'd', modelName: 'A & B', prompt }),
    statusCard({ ...generation, progress: 'queued' }),
    endedCard({ ...generation, code: 'PROVIDER_TIMEOUT', returnedTokens: 5n }),
  ];
  for (const card of cards) await client.sendText(chatId, card);
  const messages = await seen();
  expect(messages.map(({ text }) => text)).toEqual([
    expect.stringContaining('<b>кот & "пёс"</b>'),
    expect.stringContaining('В очереди'),
    expect.stringContaining('5 токенов'),
  ]);
  for (const { reply_markup: markup } of messages) expect(markup?.inline_keyboard).not.toEqual([]);
});

test('a status message goes through its life', async () => {
  const { messageId } = await client.sendText(chatId, statusCard({ ...generation, progress: 0 }));
  const half = statusCard({ ...generation, progress: 50 });
  await expect(client.editText(chatId, messageId, half)).resolves.toBe('edited');
  await expect(client.editText(chatId, messageId, half)).resolves.toBe('same');
  const done = doneStatusCard(generation);
  await expect(client.editText(chatId, messageId, done)).resolves.toBe('edited');
  await client.deleteMessage(chatId, messageId);
  await expect(client.deleteMessage(chatId, messageId)).resolves.toBeUndefined();
  await expect(client.editText(chatId, messageId, half)).resolves.toBe('gone');
});

test('a picture goes out as a photo and as a file, again by id, and comes back by download', async () => {
  const upload = { bytes: photo, filename: 'easel-g.png', mediaType: 'image/png' };
  const card = resultCard({ ...generation, ...amounts, modelName: 'M', prompt });
  await client.sendPhoto(chatId, upload, card);
  const { fileId = '' } = await client.sendDocument(chatId, upload);
  await client.sendDocument(chatId, { fileId });
  await expect(client.download(fileId, photo.length)).resolves.toEqual(photo);
  const tooLarge = client.download(fileId, photo.length - 1);
  await expect(tooLarge).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  const [first] = await seen();
  expect(first?.caption).toContain('Картинка готова');
});

test('a message whose answer is lost was sent once', async () => {
  await breakNext('sendMessage', 'drop-after-effect');
  const send = client.sendText(chatId, doneStatusCard(generation));
  await expect(send).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect(await seen()).toHaveLength(1);
});

test('an edit whose answer is lost is found done', async () => {
  const { messageId } = await client.sendText(chatId, statusCard({ ...generation, progress: 0 }));
  await breakNext('editMessageText', 'drop-after-effect');
  const edit = client.editText(chatId, messageId, statusCard({ ...generation, progress: 50 }));
  await expect(edit).resolves.toBe('same');
});

test('a request to wait is passed on', async () => {
  await breakNext('sendMessage', 'retry-after', { seconds: 40 });
  const send = client.sendText(chatId, doneStatusCard(generation));
  await expect(send).rejects.toMatchObject({ code: 'TELEGRAM_BUSY', retryAfterMs: 40_000 });
});

test('a person who blocked the bot, and one who never wrote, are unreachable', async () => {
  const unreachable = { code: 'PERSON_UNREACHABLE' };
  const card = doneStatusCard(generation);
  await act('block', { blocked: true });
  await expect(client.sendText(chatId, card)).rejects.toMatchObject(unreachable);
  await expect(client.sendText(900002n, card)).rejects.toMatchObject(unreachable);
});

test('Stars are taken once and given back once', async () => {
  const texts = invoiceTexts({ language: 'ru', tokens: 25n });
  const { messageId } = await client.sendInvoice(chatId, { ...texts, payload: 'p', stars: 35n });
  const paying = act('pay', { messageId: Number(messageId) });
  const chargeId = await answerCheckout();
  await expect(paying).resolves.toMatchObject({ state: 'paid' });

  await client.refundStarPayment(chatId, chargeId);
  await client.refundStarPayment(chatId, chargeId);
  const { transactions: moved } = await client.starTransactions(0, 100);
  expect(moved).toMatchObject([
    { chargeId, kind: 'charge', stars: 35n, payload: 'p' },
    { chargeId, kind: 'refund', stars: 35n },
  ]);
  const unknown = client.refundStarPayment(chatId, 'no-such-charge');
  await expect(unknown).rejects.toMatchObject({ code: 'TELEGRAM_REFUSED' });
});

/** Plays the bot: says yes to the pre-checkout, returns the id of the charge. */
async function answerCheckout(): Promise<string> {
  let offset = 0;
  for (;;) {
    for (const update of await client.getUpdates({ offset, timeoutSeconds: 5 })) {
      offset = update.update_id + 1;
      if ('pre_checkout_query' in update) {
        await client.answerPreCheckout(update.pre_checkout_query.id, { ok: true });
      }
      if ('message' in update && 'successful_payment' in update.message) {
        return update.message.successful_payment.telegram_payment_charge_id;
      }
    }
  }
}

test('a pressed button is answered, and an unknown query counts as answered', async () => {
  const card = statusCard({ ...generation, progress: 0 });
  const { messageId } = await client.sendText(chatId, card);
  const data = card.keyboard?.inline_keyboard[0]?.[0]?.callback_data;
  const pressed = await act('press', { messageId: Number(messageId), data });
  const { callbackId } = pressed as { callbackId: string };
  await client.answerCallback(callbackId, 'ok');
  await expect(client.answerCallback('1', 'ok')).resolves.toBeUndefined();
});

test('commands are set for everybody by language, and for an admin', async () => {
  const texts = createTexts();
  await client.setMyCommands({ commands: personCommands(texts('en')) });
  await client.setMyCommands({ commands: personCommands(texts('ru')), language: 'ru' });
  const scope = { type: 'chat' as const, chat_id: anna };
  await client.setMyCommands({ commands: adminCommands(texts('ru')), scope });
  const { bots } = (await request('/people')) as { bots: { commands: object }[] };
  expect(bots[0]?.commands).toEqual({
    default: personCommands(texts('en')),
    ru: personCommands(texts('ru')),
    perChat: { [anna]: { default: adminCommands(texts('ru')) } },
  });
});

test('the menu button opens the Mini App, and lists the commands again without one', async () => {
  const shown = async () => {
    const { bots } = (await request('/people')) as { bots: { menuButton: object }[] };
    return bots[0]?.menuButton;
  };
  const url = 'http://127.0.0.1:9/app/';
  await client.setMenuButton({ text: 'Tokens', url });
  expect(await shown()).toEqual({ type: 'web_app', text: 'Tokens', web_app: { url } });
  await client.setMenuButton(undefined);
  expect(await shown()).toEqual({ type: 'default' });
});

test('a webhook is set and taken away', async () => {
  await client.setWebhook({ url: 'http://127.0.0.1:9/hook', secret: 's' });
  await expect(client.getUpdates({ offset: 0, timeoutSeconds: 0 })).rejects.toMatchObject({
    code: 'TELEGRAM_REFUSED',
    message: expect.stringContaining('409') as string,
  });
  await client.deleteWebhook();
  await expect(client.getUpdates({ offset: 0, timeoutSeconds: 0 })).resolves.not.toEqual([]);
});
