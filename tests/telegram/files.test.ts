import { inspect } from 'node:util';
import sharp from 'sharp';
import { createArtwork } from '../../src/sandbox/provider/art/artwork';
import { film } from '../../src/sandbox/provider/art/film';
import type { TelegramClient } from '../../src/telegram/client';
import { createTelegramClient } from '../../src/telegram/create-client';
import { message, refused, startFakeBotApi, token, type FakeBotApi } from './fake-bot-api';

let server: FakeBotApi;
let client: TelegramClient;

beforeEach(async () => {
  server = await startFakeBotApi();
  client = createTelegramClient({ token, apiRoot: server.apiRoot, messagesPerSecond: 1000 });
});
afterEach(() => server.close());

const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => at % 256));

describe('an uploaded file', () => {
  test('arrives byte for byte with its caption and buttons', async () => {
    const sizes = [{ file_id: 'small' }, { file_id: 'large' }];
    server.reply('sendPhoto', message({ photo: sizes }));
    const keyboard = { inline_keyboard: [[{ text: 'ok', callback_data: 'e1:noop' }]] };
    const upload = { bytes, filename: 'a "b"\r\nc.png', mediaType: 'image/png' };
    const sent = await client.sendPhoto(5n, upload, { text: '<b>Привет</b>', keyboard });
    expect(sent).toEqual({ messageId: 77n, fileId: 'large' });
    const [call] = server.calls;
    expect(call?.files).toEqual([{ field: 'photo', filename: 'a__b___c.png', bytes }]);
    expect(call?.params).toMatchObject({
      chat_id: '5',
      caption: '<b>Привет</b>',
      parse_mode: 'HTML',
      reply_markup: JSON.stringify(keyboard),
    });
  });

  test('is named by whatever kind of file Telegram made of it', async () => {
    const upload = { bytes, filename: 'a.mp4', mediaType: 'video/mp4' };
    server.reply('sendVideo', message({ animation: { file_id: 'an' } }));
    await expect(client.sendVideo(5n, upload)).resolves.toMatchObject({ fileId: 'an' });
    server.reply('sendDocument', message({ document: { file_id: 'doc' } }));
    await expect(client.sendDocument(5n, upload)).resolves.toMatchObject({ fileId: 'doc' });
  });

  test('that is a video says its size and length, and shows a still', async () => {
    const size = { width: 320, height: 180 };
    const scene = await createArtwork({ prompt: 'a red fox', variation: undefined }, size);
    const { signal } = new AbortController();
    const clip = await film(scene, { size, seconds: 1, signal });
    server.reply('sendVideo', message({ video: { file_id: 'v' } }));
    await client.sendVideo(5n, { bytes: clip, filename: 'a.mp4', mediaType: 'video/mp4' });
    const [call] = server.calls;
    expect(call?.params).toMatchObject({
      width: '320',
      height: '180',
      duration: '1',
      supports_streaming: 'true',
    });
    const still = call?.files.find(({ field }) => field !== 'video');
    expect(await sharp(still?.bytes).metadata()).toMatchObject({ format: 'jpeg', ...size });
  });

  test('can be sent again by its id alone', async () => {
    server.reply('sendDocument', message({ document: { file_id: 'doc' } }));
    await client.sendDocument(5n, { fileId: 'doc' });
    expect(server.calls[0]).toMatchObject({ params: { document: 'doc' }, files: [] });
  });

  test('whose answer is lost is not sent twice', async () => {
    server.reply('sendPhoto', 'drop');
    const upload = { bytes, filename: 'a.png', mediaType: 'image/png' };
    await expect(client.sendPhoto(5n, upload)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(server.calls).toHaveLength(1);
  });
});

describe('a download', () => {
  const fileAt = (path: string, size?: number) =>
    server.reply('getFile', { result: { file_id: 'f', file_path: path, file_size: size } });

  test('brings the bytes', async () => {
    fileAt('photos/file_0.jpg', bytes.length);
    server.serveFile('photos/file_0.jpg', (response) => response.end(bytes));
    await expect(client.download('f', bytes.length)).resolves.toEqual(bytes);
  });

  test('is tried again when the connection breaks', async () => {
    fileAt('photos/file_0.jpg');
    let attempts = 0;
    server.serveFile('photos/file_0.jpg', (response) => {
      attempts += 1;
      if (attempts > 1) return void response.end(bytes);
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 10), () => response.destroy());
    });
    await expect(client.download('f', bytes.length)).resolves.toEqual(bytes);
  });

  test('above the size asked for is refused before and during the download', async () => {
    fileAt('photos/file_0.jpg', bytes.length);
    const tooLarge = { code: 'FILE_TOO_LARGE' };
    await expect(client.download('f', bytes.length - 1)).rejects.toMatchObject(tooLarge);

    // A server that does not say the size, or says a wrong one.
    fileAt('photos/file_0.jpg', 10);
    server.serveFile('photos/file_0.jpg', (response) => response.end(bytes));
    await expect(client.download('f', bytes.length - 1)).rejects.toMatchObject(tooLarge);
  });

  test('above what Telegram lets bots have is too large as well', async () => {
    server.reply('getFile', refused(400, 'Bad Request: file is too big'));
    await expect(client.download('f', 1)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  test.each(['../bot1/getMe', '/etc/passwd', 'a/../b', 'http://example.org/x', 'a?b', 'a//b'])(
    'from the path "%s" is refused',
    async (path) => {
      fileAt(path);
      await expect(client.download('f', 1)).rejects.toMatchObject({ code: 'TELEGRAM_REFUSED' });
    },
  );

  test('that fails shows neither address nor token', async () => {
    fileAt('photos/file_0.jpg');
    server.serveFile('photos/file_0.jpg', (response) => response.destroy());
    const error: unknown = await client.download('f', 1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'TELEGRAM_BUSY' });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
  });
});
