import { createHmac, createPublicKey, verify } from 'node:crypto';
import sharp from 'sharp';
import {
  anna,
  botId,
  chiyo,
  eventually,
  listen,
  openHouse,
  token,
  type Body,
  type House,
} from './telegram-harness';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});

afterEach(() => house.close());

test('the sandbox starts with four people, one of them an admin', async () => {
  const { people, bots } = await house.people<{ people: Body[]; bots: Body[] }>('GET', '/people');
  expect(people).toMatchObject([
    { id: 900001, firstName: 'Anna', languageCode: 'ru', stars: 500, isAdmin: false, blocked: [] },
    { id: 900002, firstName: 'Ben', languageCode: 'en', stars: 500 },
    { id: 900003, firstName: 'Chiyo', languageCode: 'en', stars: 0 },
    { id: 900009, firstName: 'Olga', languageCode: 'ru', stars: 500, isAdmin: true },
  ]);
  expect(bots).toMatchObject([
    { id: botId, commands: { default: [] }, menuButton: { type: 'commands' } },
  ]);
});

test('people can be added and given Stars', async () => {
  const dana = await house.people<{ id: number; stars: number }>('POST', '/people', {
    firstName: 'Dana',
    languageCode: 'en',
  });
  expect(dana.stars).toBe(0);
  expect(await house.people('POST', `/people/${dana.id}/stars`, { add: 50 })).toEqual({
    stars: 50,
  });
  await house.act('start', {}, dana.id);
  const [update] = await house.updates();
  expect(update!.message!.from).toEqual({
    id: dana.id,
    is_bot: false,
    first_name: 'Dana',
    language_code: 'en',
  });
});

test('a page hears what happens in the chat as it happens', async () => {
  const page = await listen(house, anna);
  const heard = (name: string) =>
    eventually(() => page.events.find((event) => event.name === name)?.data);
  await house.act('start');
  const markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
  const { message_id: messageId } = await house.call('sendMessage', {
    chat_id: anna,
    text: 'x',
    reply_markup: markup,
  });
  await house.call('sendChatAction', { chat_id: anna, action: 'upload_photo' });
  const { callbackId } = await house.act<{ callbackId: string }>('press', {
    messageId,
    data: 'go',
  });
  await house.call('answerCallbackQuery', {
    callback_query_id: callbackId,
    text: 'Gone',
    show_alert: true,
  });
  await house.call('editMessageText', { chat_id: anna, message_id: messageId, text: 'y' });
  await house.call('deleteMessage', { chat_id: anna, message_id: messageId });
  await house.people('POST', `/people/${anna}/stars`, { add: 1 });
  expect(await heard('message')).toMatchObject({
    botId,
    message: { text: '/start', fromBot: false, files: [] },
  });
  expect(await heard('action')).toEqual({ botId, action: 'upload_photo' });
  expect(await heard('callbackAnswer')).toEqual({
    botId,
    callbackId,
    text: 'Gone',
    showAlert: true,
  });
  expect(await heard('edit')).toMatchObject({ message: { text: 'y', edited: true } });
  expect(await heard('delete')).toEqual({ botId, messageId });
  expect(await heard('balance')).toEqual({ stars: 501 });
  page.stop();
});

test('a pressed button is answered once', async () => {
  await house.act('start');
  const button = { text: 'Go', callback_data: 'go' };
  const { message_id: messageId } = await house.call('sendMessage', {
    chat_id: anna,
    text: 'x',
    reply_markup: { inline_keyboard: [[button]] },
  });
  const { callbackId } = await house.act<{ callbackId: string }>('press', {
    messageId,
    data: 'go',
  });
  const update = (await house.updates()).at(-1)!;
  expect(update.callback_query).toMatchObject({
    id: callbackId,
    data: 'go',
    from: { id: anna },
    message: { message_id: messageId },
  });
  const answer = { callback_query_id: callbackId };
  expect(await house.call('answerCallbackQuery', answer)).toBe(true);
  expect(await house.refusal('answerCallbackQuery', answer)).toContain('query is too old');
  expect(await house.act('press', { messageId, data: 'other' })).toEqual({
    error: 'The message has no such button',
  });
});

test('a blocked bot is told, refused and unblocked by starting again', async () => {
  await house.act('start', { payload: 'ref_7' });
  await house.act('block', { blocked: true });
  const send = { chat_id: anna, text: 'x' };
  expect(await house.refusal('sendMessage', send)).toBe(
    '403 Forbidden: bot was blocked by the user',
  );
  expect(await house.refusal('sendChatAction', { chat_id: anna, action: 'typing' })).toContain(
    '403',
  );
  await house.act('start');
  expect(await house.call('sendMessage', send)).toMatchObject({ text: 'x' });
  const kinds = (await house.updates()).map((update) =>
    update.my_chat_member ? update.my_chat_member.new_chat_member.status : update.message?.text,
  );
  expect(kinds).toEqual(['/start ref_7', 'kicked', 'member', '/start']);
});

describe('what people send', () => {
  async function picture(): Promise<Blob> {
    const image = sharp({ create: { width: 200, height: 150, channels: 3, background: 'teal' } });
    return new Blob([new Uint8Array(await image.png().toBuffer())], { type: 'image/png' });
  }

  test('a photo reaches the bot in sizes and the page as a file', async () => {
    const form = new FormData();
    form.append('photo', await picture(), 'me.png');
    form.append('caption', 'Make it /anime');
    await house.act('photo', form);
    const [update] = await house.updates();
    expect(update!.message).toMatchObject({
      photo: [
        { width: 90, height: 68 },
        { width: 200, height: 150 },
      ],
      caption: 'Make it /anime',
      caption_entities: [{ type: 'bot_command' }],
    });
    const { messages } = await house.people<{ messages: { files: { url: string }[] }[] }>(
      'GET',
      `/people/${anna}/chats/${botId}`,
    );
    const [file] = messages[0]!.files;
    expect(file).toMatchObject({ kind: 'photo', mime: 'image/jpeg', width: 200, height: 150 });
    const response = await fetch(`${house.url}${file!.url}`);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
  });

  test('several photos make an album, a document stays as it is', async () => {
    const album = new FormData();
    album.append('photo', await picture(), 'a.png');
    album.append('photo', await picture(), 'b.png');
    await house.act('photo', album);
    const document = new FormData();
    document.append('document', await picture(), 'c.png');
    await house.act('document', document);
    const messages = (await house.updates()).map(({ message }) => message!);
    expect(messages[0]!.media_group_id).toBe(messages[1]!.media_group_id);
    expect(messages[2]!.document).toMatchObject({ file_name: 'c.png', mime_type: 'image/png' });
  });

  test('what is no photo is refused with a reason', async () => {
    const form = new FormData();
    form.append('photo', new Blob(['words']), 'a.png');
    expect(await house.act('photo', form)).toEqual({ error: 'Bad Request: IMAGE_PROCESS_FAILED' });
  });
});

test('a Mini App is opened with data signed by the token', async () => {
  const menu = { type: 'web_app', text: 'Open', web_app: { url: 'https://app.example/' } };
  await house.call('setChatMenuButton', { menu_button: menu });
  const { url } = await house.act<{ url: string }>('webapp', { startParam: 'p1' });
  const fragment = new URLSearchParams(new URL(url).hash.slice(1));
  const data = new URLSearchParams(fragment.get('tgWebAppData')!);
  const lines = (without: readonly string[]): string =>
    [...data]
      .filter(([name]) => !without.includes(name))
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('\n');
  const secret = createHmac('sha256', 'WebAppData').update(token).digest();
  const hash = createHmac('sha256', secret)
    .update(lines(['hash']))
    .digest('hex');
  expect(data.get('hash')).toBe(hash);
  expect(JSON.parse(data.get('user')!)).toMatchObject({ id: anna, first_name: 'Anna' });
  expect(data.get('start_param')).toBe('p1');

  const { webAppPublicKey } = await house.people<{ webAppPublicKey: string }>('GET', '/people');
  const key = createPublicKey({
    key: Buffer.from(`302a300506032b6570032100${webAppPublicKey}`, 'hex'),
    format: 'der',
    type: 'spki',
  });
  const signed = Buffer.from(`${botId}:WebAppData\n${lines(['hash', 'signature'])}`);
  expect(verify(null, signed, key, Buffer.from(data.get('signature')!, 'base64url'))).toBe(true);
});

test('commands are kept by scope and language', async () => {
  await house.act('start');
  const commands = (description: string) => [{ command: 'start', description }];
  await house.call('setMyCommands', { commands: commands('Start') });
  await house.call('setMyCommands', { commands: commands('Начать'), language_code: 'ru' });
  const scope = { type: 'chat', chat_id: anna };
  await house.call('setMyCommands', { commands: commands('Admin'), scope });
  expect(await house.call('getMyCommands', { language_code: 'ru' })).toEqual(commands('Начать'));
  expect(await house.call('getMyCommands', { scope })).toEqual(commands('Admin'));
  const { bots } = await house.people<{ bots: { commands: Body }[] }>('GET', '/people');
  expect(bots[0]!.commands).toEqual({
    default: commands('Start'),
    ru: commands('Начать'),
    perChat: { [anna]: { default: commands('Admin') } },
  });
  await house.call('deleteMyCommands', { scope });
  expect(await house.call('getMyCommands', { scope })).toEqual([]);
  const stranger = { type: 'chat', chat_id: chiyo };
  expect(await house.refusal('setMyCommands', { commands: [], scope: stranger })).toBe(
    '400 Bad Request: chat not found',
  );
});

test('the page says so when it has not been built', async () => {
  const bare = await openHouse({ chatPageDir: '/nowhere' });
  const response = await fetch(`${bare.url}/`);
  expect(await response.text()).toContain('has not been built');
  await bare.close();
});
