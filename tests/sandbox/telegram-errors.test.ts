import type { TelegramMessage } from '@gramio/types';
import { Telegram, TelegramError } from 'telegraf';
import { anna, botId, chiyo, openHouse, token, type House } from './telegram-harness';

let house: House;

beforeAll(async () => {
  house = await openHouse();
  await house.act('start');
});

afterAll(() => house.close());

async function sent(text = 'hello', more: object = {}): Promise<TelegramMessage> {
  return house.call('sendMessage', { chat_id: anna, text, ...more });
}

describe('a bot that asks wrongly is refused in the words of the real server', () => {
  test('a token of the wrong shape is unauthorised', async () => {
    const response = await fetch(`${house.url}/botnonsense/getMe`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      ok: false,
      error_code: 401,
      description: 'Unauthorized: invalid token specified',
    });
  });

  test('another secret for a known bot is unauthorised', async () => {
    const response = await fetch(`${house.url}/bot${botId}:other-secret/getMe`);
    expect(await response.json()).toMatchObject({ error_code: 401, description: 'Unauthorized' });
  });

  test('an unknown method is not found, the case of a known one does not matter', async () => {
    expect(await house.refusal('paintPicture')).toBe('404 Not Found: method not found');
    expect(await house.call('GETME')).toMatchObject({ id: botId, is_bot: true });
  });

  test.each([
    ['a missing chat', 'sendMessage', { text: 'x' }, 'chat_id is empty'],
    ['an unknown chat', 'sendMessage', { chat_id: 5, text: 'x' }, 'chat not found'],
    ['a person who never wrote', 'sendMessage', { chat_id: chiyo, text: 'x' }, 'chat not found'],
    ['an empty text', 'sendMessage', { chat_id: anna, text: '' }, 'message text is empty'],
    ['a blank text', 'sendMessage', { chat_id: anna, text: ' \n ' }, 'text must be non-empty'],
    [
      'a long text',
      'sendMessage',
      { chat_id: anna, text: 'x'.repeat(4097) },
      'message is too long',
    ],
    ['a missing photo', 'sendPhoto', { chat_id: anna }, 'there is no photo in the request'],
    [
      'a made up file id',
      'sendPhoto',
      { chat_id: anna, photo: 'AgACnonsense' },
      'wrong file identifier/HTTP URL specified',
    ],
    ['a made up file', 'getFile', { file_id: 'AgACnonsense' }, 'invalid file_id'],
    [
      'a wrong action',
      'sendChatAction',
      { chat_id: anna, action: 'dance' },
      'wrong parameter action in request',
    ],
    [
      'an answer to an unknown query',
      'answerCallbackQuery',
      { callback_query_id: '1' },
      'query is too old and response timeout expired or query ID is invalid',
    ],
    [
      'an answer to a message that is not there',
      'sendMessage',
      { chat_id: anna, text: 'x', reply_parameters: { message_id: 99_999 } },
      'message to be replied not found',
    ],
    [
      'a parse mode of its own',
      'sendMessage',
      { chat_id: anna, text: 'x', parse_mode: 'rtf' },
      'unsupported parse_mode',
    ],
    [
      'a scope of its own',
      'setMyCommands',
      { commands: [], scope: { type: 'moon' } },
      "can't parse BotCommandScope: Unsupported type specified",
    ],
  ])('%s: %s', async (_what, method, params, description) => {
    expect(await house.refusal(method, params)).toBe(`400 Bad Request: ${description}`);
  });

  test.each([
    ['65 bytes of data', { text: 'x', callback_data: 'я'.repeat(32) + 'x' }, 'BUTTON_DATA_INVALID'],
    [
      'a button that does nothing',
      { text: 'x' },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'a button without text',
      { callback_data: 'x' },
      'can\'t parse inline keyboard button: Can\'t find field "text"',
    ],
    [
      'a wrong address',
      { text: 'x', url: 'nowhere' },
      "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ],
    [
      'an unknown style',
      { text: 'x', callback_data: 'x', style: 'loud' },
      "can't parse inline keyboard button: invalid button style specified",
    ],
  ])('a keyboard with %s is refused', async (_what, button, description) => {
    const markup = { inline_keyboard: [[button]] };
    const refusal = await house.refusal('sendMessage', {
      chat_id: anna,
      text: 'x',
      reply_markup: markup,
    });
    expect(refusal).toBe(`400 Bad Request: ${description}`);
  });

  test('64 bytes of callback data are taken', async () => {
    const button = { text: 'x', callback_data: 'я'.repeat(32) };
    const message = await sent('x', { reply_markup: { inline_keyboard: [[button]] } });
    expect(message.reply_markup).toEqual({ inline_keyboard: [[button]] });
  });
});

describe('edits', () => {
  test('an edit that changes nothing is refused', async () => {
    const { message_id } = await sent('<b>same</b>', { parse_mode: 'HTML' });
    const edit = { chat_id: anna, message_id, text: '*same*', parse_mode: 'MarkdownV2' };
    expect(await house.refusal('editMessageText', edit)).toBe(
      '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  });

  test('an edit changes text, entities and buttons, and takes absent buttons away', async () => {
    const markup = { inline_keyboard: [[{ text: 'x', callback_data: 'x' }]] };
    const { message_id } = await sent('one', { reply_markup: markup });
    const edited = await house.call('editMessageText', { chat_id: anna, message_id, text: 'two' });
    expect(edited).toMatchObject({ message_id, text: 'two', edit_date: expect.any(Number) });
    expect(edited).not.toHaveProperty('reply_markup');
  });

  test.each([
    ['editMessageText', { text: 'x' }, 'message to edit not found'],
    ['editMessageReplyMarkup', {}, 'message to edit not found'],
    ['deleteMessage', {}, 'message to delete not found'],
    ['copyMessage', { from_chat_id: anna }, 'message to copy not found'],
    ['forwardMessage', { from_chat_id: anna }, 'message to forward not found'],
  ])('%s of a message that is not there is refused', async (method, more, description) => {
    const params = { chat_id: anna, message_id: 99_999, ...more };
    expect(await house.refusal(method, params)).toBe(`400 Bad Request: ${description}`);
  });

  test("a person's message can't be edited, but deleted", async () => {
    const { messageId } = await house.act<{ messageId: number }>('text', { text: 'mine' });
    const target = { chat_id: anna, message_id: messageId };
    expect(await house.refusal('editMessageText', { ...target, text: 'x' })).toBe(
      "400 Bad Request: message can't be edited",
    );
    expect(await house.call('deleteMessage', target)).toBe(true);
  });

  test('captions belong to media and texts to texts', async () => {
    const { message_id } = await sent();
    expect(await house.refusal('editMessageCaption', { chat_id: anna, message_id })).toBe(
      '400 Bad Request: there is no caption in the message to edit',
    );
  });

  test('messages with a reply keyboard stay as they are', async () => {
    const { message_id } = await sent('x', { reply_markup: { keyboard: [['a']] } });
    expect(await house.refusal('editMessageText', { chat_id: anna, message_id, text: 'y' })).toBe(
      "400 Bad Request: message can't be edited",
    );
  });

  test('deleteMessages passes over what is not there', async () => {
    const { message_id } = await sent();
    const ids = [message_id, 99_999];
    expect(await house.call('deleteMessages', { chat_id: anna, message_ids: ids })).toBe(true);
    expect(await house.refusal('deleteMessage', { chat_id: anna, message_id })).toContain(
      'not found',
    );
  });
});

test('telegraf sees the errors as its own', async () => {
  const telegram = new Telegram(token, { apiRoot: house.url });
  const error = await telegram.sendMessage(7, 'x').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TelegramError);
  expect(error).toMatchObject({ code: 400, description: 'Bad Request: chat not found' });
});

test('arguments may come in the address, as a form, as JSON and as multipart', async () => {
  const root = `${house.url}/bot${token}/sendMessage`;
  const query = new URLSearchParams({ chat_id: String(anna), text: 'same' });
  const form = new FormData();
  for (const [name, value] of query) form.set(name, value);
  const answers = await Promise.all([
    fetch(`${root}?${query.toString()}`),
    fetch(root, { method: 'POST', body: query }),
    fetch(root, { method: 'POST', body: form }),
  ]);
  for (const answer of answers) {
    expect(await answer.json()).toMatchObject({ ok: true, result: { text: 'same' } });
  }
});

test('a chat that gets clearly too much is told when to go on', async () => {
  const strict = await openHouse({ chatBurst: 2, chatMessagesPerSecond: 0.5 });
  try {
    await strict.act('start');
    const send = () => strict.ask('sendMessage', { chat_id: anna, text: 'x' });
    await send();
    await send();
    expect(await send()).toEqual({
      ok: false,
      error_code: 429,
      description: expect.stringMatching(/^Too Many Requests: retry after [12]$/),
      parameters: { retry_after: expect.any(Number) },
    });
  } finally {
    await strict.close();
  }
});
