import { inspect } from 'node:util';
import { AppError } from '../../src/domain/errors';
import { createBotApi } from '../../src/telegram/bot-api';
import type { TelegramClient } from '../../src/telegram/client';
import { createTelegramClient } from '../../src/telegram/create-client';
import { message, refused, startFakeBotApi, token, type FakeBotApi } from './fake-bot-api';

const secretWords = 'a cat nobody may read about';
const card = { text: `<b>${secretWords}</b>` };

let server: FakeBotApi;
let client: TelegramClient;

beforeEach(async () => {
  server = await startFakeBotApi();
  client = createTelegramClient({ token, apiRoot: server.apiRoot, messagesPerSecond: 1000 });
});
afterEach(() => server.close());

const methods = () => server.calls.map((call) => call.method);

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`Expected an AppError, got ${inspect(error)}`);
  return error;
}

describe('a message sent', () => {
  test('carries HTML, its buttons and no link preview, and comes back as its id', async () => {
    server.reply('sendMessage', message({ message_id: 4242 }));
    const keyboard = { inline_keyboard: [[{ text: 'A & B', callback_data: 'e1:menu' }]] };
    const sent = await client.sendText(5n, { ...card, keyboard });
    expect(sent).toEqual({ messageId: 4242n });
    expect(server.calls[0]?.params).toEqual({
      chat_id: 5,
      text: card.text,
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      reply_markup: keyboard,
    });
  });

  test.each([
    ['blocked', refused(403, 'Forbidden: bot was blocked by the user'), 'PERSON_UNREACHABLE'],
    ['deactivated', refused(403, 'Forbidden: user is deactivated'), 'PERSON_UNREACHABLE'],
    ['no chat', refused(400, 'Bad Request: chat not found'), 'PERSON_UNREACHABLE'],
    ['bad markup', refused(400, "Bad Request: can't parse entities"), 'TELEGRAM_REFUSED'],
    ['bad token', refused(401, 'Unauthorized'), 'TELEGRAM_REFUSED'],
    ['broken server', refused(500, 'Internal Server Error'), 'OUTCOME_UNKNOWN'],
    ['gateway', refused(502, 'Bad Gateway'), 'OUTCOME_UNKNOWN'],
    ['dropped', 'drop', 'OUTCOME_UNKNOWN'],
  ] as const)('that fails (%s) is sent once and says what became of it', async (_, reply, code) => {
    server.reply('sendMessage', reply);
    const error = await failureOf(client.sendText(5n, card));
    expect(error.code).toBe(code);
    expect(methods()).toEqual(['sendMessage']);
  });

  test('that Telegram does not answer in time has an unknown outcome', async () => {
    server.reply('sendMessage', 'silence');
    const api = createBotApi({ token, apiRoot: server.apiRoot });
    const call = api.call('sendMessage', { chat_id: 5, text: 'x' }, { once: true, timeoutMs: 50 });
    expect((await failureOf(call)).code).toBe('OUTCOME_UNKNOWN');
    expect(server.calls).toHaveLength(1);
  });

  test('that never left is certainly not sent', async () => {
    await server.close();
    expect((await failureOf(client.sendText(5n, card))).code).toBe('TELEGRAM_BUSY');
  });
});

describe('a request to wait', () => {
  test('is passed on in milliseconds and closes that chat only', async () => {
    server.reply('sendMessage', refused(429, 'Too Many Requests: retry after 30', 30), message());
    const first = await failureOf(client.sendText(5n, card));
    expect(first).toMatchObject({ code: 'TELEGRAM_BUSY', retryAfterMs: 30_000 });

    const second = await failureOf(client.sendText(5n, card));
    expect(second.code).toBe('TELEGRAM_BUSY');
    expect(second.retryAfterMs).toBeGreaterThan(20_000);
    expect(server.calls).toHaveLength(1);

    await expect(client.sendText(6n, card)).resolves.toEqual({ messageId: 77n });
  });

  test('is waited out when it is short', async () => {
    server.reply('sendMessage', refused(429, 'Too Many Requests', 1), message());
    await expect(client.sendText(5n, card)).resolves.toEqual({ messageId: 77n });
    expect(server.calls).toHaveLength(2);
  });

  test('drops an edit of progress', async () => {
    server.reply('editMessageText', refused(429, 'Too Many Requests', 30));
    await expect(client.editProgress(5n, 1n, card)).resolves.toBe('same');
  });
});

describe('an edit', () => {
  test.each([
    ['Bad Request: message is not modified: specified new message content', 'same'],
    ['Bad Request: message to edit not found', 'gone'],
    ["Bad Request: message can't be edited", 'gone'],
  ])('answered "%s" is "%s"', async (description, outcome) => {
    server.reply('editMessageText', refused(400, description));
    await expect(client.editText(5n, 9n, card)).resolves.toBe(outcome);
  });

  test('whose answer is lost is repeated and found done', async () => {
    server.reply('editMessageText', 'drop', refused(400, 'Bad Request: message is not modified'));
    await expect(client.editText(5n, 9n, card)).resolves.toBe('same');
    expect(server.calls).toHaveLength(2);
  });

  test('stops repeating after two repeats', async () => {
    server.reply('editMessageText', refused(502, 'Bad Gateway'));
    expect((await failureOf(client.editText(5n, 9n, card))).code).toBe('TELEGRAM_BUSY');
    expect(server.calls).toHaveLength(3);
  });
});

describe('calls whose lateness does no harm', () => {
  test('a button answered too late counts as answered', async () => {
    const description = 'Bad Request: query is too old and response timeout expired';
    server.reply('answerCallbackQuery', refused(400, description));
    await expect(client.answerCallback('q', 'hello')).resolves.toBeUndefined();
    expect(server.calls[0]?.params).toEqual({ callback_query_id: 'q', text: 'hello' });
  });

  test('a message that is gone counts as deleted', async () => {
    const description = 'Bad Request: message to delete not found';
    server.reply('deleteMessage', refused(400, description));
    await expect(client.deleteMessage(5n, 9n)).resolves.toBeUndefined();
  });

  test('a chat action is skipped when Telegram is busy', async () => {
    server.reply('sendChatAction', refused(429, 'Too Many Requests', 30));
    await expect(client.sendChatAction(5n, 'upload_photo')).resolves.toBeUndefined();
  });
});

describe('payments in Stars', () => {
  test('an invoice names one price in XTR and an empty provider token', async () => {
    server.reply('sendInvoice', message());
    const texts = { title: 'T', description: 'D', priceLabel: 'L', payload: 'p-1' };
    await expect(client.sendInvoice(5n, { ...texts, stars: 35n })).resolves.toEqual({
      messageId: 77n,
    });
    expect(server.calls[0]?.params).toEqual({
      chat_id: 5,
      title: 'T',
      description: 'D',
      payload: 'p-1',
      provider_token: '',
      currency: 'XTR',
      prices: [{ label: 'L', amount: 35 }],
    });
  });

  test('a refund of a charge refunded before is a success', async () => {
    server.reply('refundStarPayment', refused(400, 'Bad Request: CHARGE_ALREADY_REFUNDED'));
    await expect(client.refundStarPayment(7n, 'c')).resolves.toBeUndefined();
    expect(server.calls[0]?.params).toEqual({ user_id: 7, telegram_payment_charge_id: 'c' });
  });

  test.each([
    [refused(400, 'Bad Request: CHARGE_NOT_FOUND'), 'TELEGRAM_REFUSED'],
    ['drop', 'OUTCOME_UNKNOWN'],
  ] as const)('a refund that fails is tried once (%#)', async (reply, code) => {
    server.reply('refundStarPayment', reply);
    expect((await failureOf(client.refundStarPayment(7n, 'c'))).code).toBe(code);
    expect(server.calls).toHaveLength(1);
  });

  test('a refused pre-checkout carries the reason', async () => {
    server.reply('answerPreCheckoutQuery', { result: true });
    await client.answerPreCheckout('q', { ok: false, message: 'Expired' });
    expect(server.calls[0]?.params).toEqual({
      pre_checkout_query_id: 'q',
      ok: false,
      error_message: 'Expired',
    });
  });

  test('transactions are charges and refunds of people, nothing else', async () => {
    const user = { type: 'user', transaction_type: 'invoice_payment', user: { id: 7 } };
    const transactions = [
      { id: 'c1', amount: 35, date: 1000, source: { ...user, invoice_payload: 'p-1' } },
      { id: 'c1', amount: 35, date: 2000, receiver: user },
      { id: 'w', amount: 900, date: 3000, receiver: { type: 'fragment' } },
      { id: 'g', amount: 15, date: 4000, receiver: { ...user, transaction_type: 'gift_purchase' } },
    ];
    server.reply('getStarTransactions', { result: { transactions } });
    await expect(client.starTransactions(0, 100)).resolves.toEqual({
      transactions: [
        { chargeId: 'c1', kind: 'charge', stars: 35n, at: new Date(1_000_000), payload: 'p-1' },
        { chargeId: 'c1', kind: 'refund', stars: 35n, at: new Date(2_000_000) },
      ],
      listed: 4,
      beginsAt: new Date(1_000_000),
    });
  });
});

describe('the connection', () => {
  test('a long poll that is told to stop is an empty one', async () => {
    server.reply('getUpdates', 'silence');
    const stop = new AbortController();
    const poll = client.getUpdates({ offset: 3, timeoutSeconds: 25, signal: stop.signal });
    while (server.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await expect(poll).resolves.toEqual([]);
    expect(server.calls[0]?.params).toEqual({
      offset: 3,
      timeout: 25,
      allowed_updates: ['message', 'callback_query', 'pre_checkout_query', 'my_chat_member'],
    });
  });

  test('a webhook is set with its secret', async () => {
    server.reply('setWebhook', { result: true });
    await client.setWebhook({ url: 'https://example.org/hook', secret: 's3' });
    expect(server.calls[0]?.params).toMatchObject({
      url: 'https://example.org/hook',
      secret_token: 's3',
    });
  });

  test('commands go to their scope and language', async () => {
    server.reply('setMyCommands', { result: true });
    const commands = [{ command: 'start', description: 'Menu' }];
    const scope = { type: 'chat' as const, chat_id: 9 };
    await client.setMyCommands({ commands, scope, language: 'ru' });
    expect(server.calls[0]?.params).toEqual({ commands, scope, language_code: 'ru' });
  });

  test.each([
    [
      { text: 'Tokens', url: 'https://x.example/app/' },
      { type: 'web_app', text: 'Tokens', web_app: { url: 'https://x.example/app/' } },
    ],
    [undefined, { type: 'default' }],
  ])('the menu button of every chat opens %o', async (app, button) => {
    server.reply('setChatMenuButton', { result: true });
    await client.setMenuButton(app);
    expect(server.calls[0]?.params).toEqual({ menu_button: button });
  });

  test('the bot knows its own name', async () => {
    server.reply('getMe', { result: { id: 123456, is_bot: true, username: 'easel_bot' } });
    await expect(client.getMe()).resolves.toEqual({ id: 123456n, username: 'easel_bot' });
  });
});

describe('a failure', () => {
  test.each([
    ['refused with the token in its words', refused(400, `wrong url /bot${token}/x`)],
    ['dropped', 'drop'],
    ['broken', refused(500, 'Internal Server Error')],
  ] as const)('%s shows neither the token nor what was sent', async (_, reply) => {
    server.reply('sendMessage', reply);
    const error = await failureOf(client.sendText(5n, card));
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect(shown).toContain('sendMessage');
    expect(shown).not.toContain(token);
    expect(shown).not.toContain(secretWords);
  });
});
