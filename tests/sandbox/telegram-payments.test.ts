import type { TelegramMessage, TelegramStarTransactions, TelegramUpdate } from '@gramio/types';
import {
  anna,
  botId,
  chiyo,
  eventually,
  openHouse,
  type Body,
  type House,
} from './telegram-harness';

let house: House;

beforeEach(async () => {
  house = await openHouse({ preCheckoutTimeoutMs: 300 });
  await house.act('start');
});

afterEach(() => house.close());

const invoice = {
  title: '25 tokens',
  description: 'For pictures',
  payload: 'order-1',
  provider_token: '',
  currency: 'XTR',
  prices: [{ label: '25 tokens', amount: 200 }],
};

async function updateWith(kind: keyof TelegramUpdate): Promise<TelegramUpdate> {
  return eventually(async () => {
    const found = (await house.updates()).find((update) => kind in update);
    if (found) await house.updates(found.update_id + 1);
    return found;
  });
}

async function stars(person = anna): Promise<number> {
  const { people } = await house.people<{ people: { id: number; stars: number }[] }>(
    'GET',
    '/people',
  );
  return people.find(({ id }) => id === person)!.stars;
}

/** A person pays and the bot agrees, as a bot that polls would. */
async function pay(messageId: number): Promise<Body> {
  const paying = house.act('pay', { messageId });
  const { pre_checkout_query: query } = await updateWith('pre_checkout_query');
  await house.call('answerPreCheckoutQuery', { pre_checkout_query_id: query!.id, ok: true });
  return paying;
}

async function paid(
  messageId: number,
): Promise<NonNullable<TelegramMessage['successful_payment']>> {
  expect(await pay(messageId)).toEqual({ state: 'paid' });
  const update = await eventually(async () =>
    (await house.updates()).find(({ message }) => message?.successful_payment),
  );
  await house.updates(update.update_id + 1);
  return update.message!.successful_payment!;
}

function sendInvoice(chat = anna): Promise<TelegramMessage> {
  return house.call('sendInvoice', { chat_id: chat, ...invoice });
}

test('a paid invoice moves Stars, tells the bot and is written down', async () => {
  const { message_id: messageId, invoice: shown } = await sendInvoice();
  expect(shown).toMatchObject({ title: '25 tokens', currency: 'XTR', total_amount: 200 });
  const payment = await paid(messageId);
  expect(payment).toMatchObject({ currency: 'XTR', total_amount: 200, invoice_payload: 'order-1' });
  expect(await stars()).toBe(300);
  expect(await house.call('getMyStarBalance')).toEqual({ amount: 200 });
  const { transactions } = await house.call<TelegramStarTransactions>('getStarTransactions');
  expect(transactions).toEqual([
    {
      id: payment.telegram_payment_charge_id,
      amount: 200,
      date: expect.any(Number),
      source: {
        type: 'user',
        transaction_type: 'invoice_payment',
        user: expect.objectContaining({ id: anna }),
        invoice_payload: 'order-1',
      },
    },
  ]);
  const chat = await house.people<{ messages: Body[] }>('GET', `/people/${anna}/chats/123456`);
  expect(chat.messages.find((message) => message['message_id'] === messageId)).toMatchObject({
    invoiceState: 'paid',
  });
});

test('Stars the owner draws out are listed among the payments and leave the balance', async () => {
  const { message_id: messageId } = await sendInvoice();
  await paid(messageId);
  const wish = (stars: number) => house.people('POST', '/withdrawals/123456', { stars });
  expect(await wish(150)).toEqual({ amount: 50 });
  expect(await house.call('getMyStarBalance')).toEqual({ amount: 50 });
  const { transactions } = await house.call<TelegramStarTransactions>('getStarTransactions');
  expect(transactions).toMatchObject([{ amount: 200 }, { receiver: { type: 'fragment' } }]);
  expect(transactions[1]).toMatchObject({ amount: 150, id: expect.stringMatching(/^stx/) });
  expect(await wish(51)).toEqual({ error: 'The bot has not earned as many Stars' });
});

test('one invoice may be paid twice, each time with a charge of its own', async () => {
  const { message_id: messageId } = await sendInvoice();
  const first = await paid(messageId);
  const second = await paid(messageId);
  expect(second.invoice_payload).toBe(first.invoice_payload);
  expect(second.telegram_payment_charge_id).not.toBe(first.telegram_payment_charge_id);
  expect(await stars()).toBe(100);
});

test('a refusal of the bot is shown and costs nothing', async () => {
  const { message_id: messageId } = await sendInvoice();
  const paying = house.act('pay', { messageId });
  const { pre_checkout_query: query } = await updateWith('pre_checkout_query');
  const answer = { pre_checkout_query_id: query!.id };
  const no = { ...answer, ok: false, error_message: 'Sold out' };
  expect(await house.call('answerPreCheckoutQuery', no)).toBe(true);
  expect(await paying).toEqual({ state: 'failed', error: 'Sold out' });
  expect(await house.refusal('answerPreCheckoutQuery', { ...answer, ok: true })).toContain(
    'query is too old',
  );
  expect(await stars()).toBe(500);
});

test('a refusal needs a reason', async () => {
  expect(
    await house.refusal('answerPreCheckoutQuery', { pre_checkout_query_id: '1', ok: false }),
  ).toBe('400 Bad Request: parameter "error_message" is required');
});

test('a bot that is silent too long loses the payment, and its late answer is refused', async () => {
  const { message_id: messageId } = await sendInvoice();
  expect(await house.act('pay', { messageId })).toEqual({
    state: 'failed',
    error: 'BOT_PRECHECKOUT_TIMEOUT',
  });
  const { pre_checkout_query: query } = await updateWith('pre_checkout_query');
  const late = { pre_checkout_query_id: query!.id, ok: true };
  expect(await house.refusal('answerPreCheckoutQuery', late)).toBe(
    '400 Bad Request: query is too old and response timeout expired or query ID is invalid',
  );
  expect(await stars()).toBe(500);
});

test('a second answer to a pre-checkout query is refused', async () => {
  const { message_id: messageId } = await sendInvoice();
  const paying = house.act('pay', { messageId });
  const { pre_checkout_query: query } = await updateWith('pre_checkout_query');
  const answer = { pre_checkout_query_id: query!.id, ok: true };
  expect(await house.call('answerPreCheckoutQuery', answer)).toBe(true);
  expect(await house.refusal('answerPreCheckoutQuery', answer)).toContain('query is too old');
  expect(await paying).toEqual({ state: 'paid' });
});

test('too few Stars end a payment before the bot hears of it', async () => {
  await house.act('start', {}, chiyo);
  await house.updates(-1);
  const { message_id: messageId } = await sendInvoice(chiyo);
  const before = await house.updates(-1);
  expect(await house.act('pay', { messageId }, chiyo)).toEqual({
    state: 'failed',
    error: 'BALANCE_TOO_LOW',
  });
  expect(await house.updates()).toEqual(before);
});

test('two payments at once never spend more Stars than there are', async () => {
  const { message_id: messageId } = await house.call('sendInvoice', {
    chat_id: anna,
    ...invoice,
    prices: [{ label: 'x', amount: 300 }],
  });
  const paying = [house.act('pay', { messageId }), house.act('pay', { messageId })];
  const queries = await eventually(async () => {
    const found = (await house.updates()).filter((update) => update.pre_checkout_query);
    return found.length === 2 ? found : undefined;
  });
  for (const { pre_checkout_query: query } of queries) {
    await house.call('answerPreCheckoutQuery', { pre_checkout_query_id: query!.id, ok: true });
  }
  const results = await Promise.all(paying);
  expect(results.map(({ state }) => state).sort()).toEqual(['failed', 'paid']);
  expect(await stars()).toBe(200);
});

describe('refunds', () => {
  test('give the whole payment back once', async () => {
    const { message_id: messageId } = await sendInvoice();
    const { telegram_payment_charge_id: id } = await paid(messageId);
    const params = { user_id: anna, telegram_payment_charge_id: id };
    expect(await house.call('refundStarPayment', params)).toBe(true);
    expect(await house.refusal('refundStarPayment', params)).toBe(
      '400 Bad Request: CHARGE_ALREADY_REFUNDED',
    );
    expect(await stars()).toBe(500);
    expect(await house.call('getMyStarBalance')).toEqual({ amount: 0 });
    const { transactions } = await house.call<TelegramStarTransactions>('getStarTransactions');
    expect(transactions.map((row) => [row.id, 'source' in row, 'receiver' in row])).toEqual([
      [id, true, false],
      [id, false, true],
    ]);
    const update = await eventually(async () =>
      (await house.updates()).find(({ message }) => message?.refunded_payment),
    );
    expect(update.message!.refunded_payment).toMatchObject({
      currency: 'XTR',
      total_amount: 200,
      invoice_payload: 'order-1',
      telegram_payment_charge_id: id,
    });
  });

  test('need the right charge of the right person', async () => {
    const { message_id: messageId } = await sendInvoice();
    const { telegram_payment_charge_id: id } = await paid(messageId);
    const refuse = (userId: number, charge: string) =>
      house.refusal('refundStarPayment', { user_id: userId, telegram_payment_charge_id: charge });
    expect(await refuse(anna, 'stxNothing')).toBe('400 Bad Request: CHARGE_NOT_FOUND');
    expect(await refuse(chiyo, id)).toBe('400 Bad Request: USER_ID_INVALID');
    expect(await refuse(anna, '')).toBe(
      '400 Bad Request: parameter "telegram_payment_charge_id" is required',
    );
  });
});

test('transactions are read page by page, oldest first', async () => {
  const { message_id: messageId } = await sendInvoice();
  const first = await paid(messageId);
  const second = await paid(messageId);
  const page = async (offset: number) =>
    (await house.call<TelegramStarTransactions>('getStarTransactions', { offset, limit: 1 }))
      .transactions[0]?.id;
  expect(await page(0)).toBe(first.telegram_payment_charge_id);
  expect(await page(1)).toBe(second.telegram_payment_charge_id);
  expect(await page(2)).toBeUndefined();
});

test.each([
  ['two prices', { prices: [invoice.prices[0], invoice.prices[0]] }, 'STARS_INVOICE_INVALID'],
  ['no price', { prices: [] }, 'there must be at least one price'],
  ['a price of nothing', { prices: [{ label: 'x', amount: 0 }] }, 'CURRENCY_TOTAL_AMOUNT_INVALID'],
  ['another currency', { currency: 'USD' }, 'PAYMENT_PROVIDER_INVALID'],
  ['a long payload', { payload: 'я'.repeat(65) }, 'INVOICE_PAYLOAD_INVALID'],
  ['no title', { title: '' }, 'parameter "title" is required'],
])('an invoice with %s is refused', async (_what, change, description) => {
  const refusal = await house.refusal('sendInvoice', { chat_id: anna, ...invoice, ...change });
  expect(refusal).toBe(`400 Bad Request: ${description}`);
});

test('an invoice link is paid like an invoice, a subscription says until when', async () => {
  const link = await house.call<string>('createInvoiceLink', {
    ...invoice,
    subscription_period: 2_592_000,
  });
  expect(link).toMatch(/^https:\/\/t\.me\/\$/);
  const path = `/people/${anna}/chats/${botId}/invoices/`;
  const shown = await house.people('GET', `${path}${link.split('$')[1]}`);
  expect(shown).toMatchObject({ title: invoice.title, currency: 'XTR' });
  expect(await house.people('GET', `${path}nosuch`)).toMatchObject({
    error: 'No such invoice link',
  });
  const paying = house.act('pay', { link });
  const { pre_checkout_query: query } = await updateWith('pre_checkout_query');
  await house.call('answerPreCheckoutQuery', { pre_checkout_query_id: query!.id, ok: true });
  expect(await paying).toEqual({ state: 'paid' });
  const update = await eventually(async () =>
    (await house.updates()).find(({ message }) => message?.successful_payment),
  );
  expect(update.message!.successful_payment).toMatchObject({
    subscription_expiration_date: expect.any(Number),
    is_recurring: true,
    is_first_recurring: true,
  });
  expect(await house.refusal('createInvoiceLink', { ...invoice, subscription_period: 60 })).toBe(
    '400 Bad Request: SUBSCRIPTION_PERIOD_INVALID',
  );
});
