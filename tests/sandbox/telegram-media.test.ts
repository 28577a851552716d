import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TelegramFile, TelegramMessage } from '@gramio/types';
import sharp from 'sharp';
import { Telegram } from 'telegraf';
import { anna, botId, openHouse, token, type House } from './telegram-harness';

let house: House;
let telegram: Telegram;

beforeAll(async () => {
  house = await openHouse();
  telegram = new Telegram(token, { apiRoot: house.url });
  await house.act('start');
});

afterAll(() => house.close());

function picture(width: number, height: number, noise = false): Promise<Buffer> {
  const background = { r: 200, g: 80, b: 40, alpha: 0.5 };
  const image = noise
    ? sharp({
        create: {
          width,
          height,
          channels: 3,
          background,
          noise: { type: 'gaussian', mean: 128, sigma: 80 },
        },
      })
    : sharp({ create: { width, height, channels: 4, background } });
  return image.png().toBuffer();
}

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** The headers of a film of 640 × 360 and five seconds, without a picture. */
function film(): Buffer {
  const mvhd = Buffer.alloc(100);
  mvhd.writeUInt32BE(1000, 12);
  mvhd.writeUInt32BE(5000, 16);
  const tkhd = Buffer.alloc(84);
  tkhd.writeUInt32BE(640 << 16, 76);
  tkhd.writeUInt32BE(360 << 16, 80);
  const moov = box('moov', box('mvhd', mvhd), box('trak', box('tkhd', tkhd)));
  return Buffer.concat([box('ftyp', Buffer.from('isomisom')), moov, box('mdat', Buffer.alloc(64))]);
}

function form(fields: Record<string, string | Blob>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.set(name, value);
    else data.set(name, value, `${name}.bin`);
  }
  return data;
}

async function post(method: string, data: FormData): Promise<{ status: number; body: never }> {
  const response = await fetch(`${house.url}/bot${token}/${method}`, {
    method: 'POST',
    body: data,
  });
  return { status: response.status, body: (await response.json()) as never };
}

async function download(fileId: string): Promise<Buffer> {
  const { file_path: path } = await house.call<TelegramFile>('getFile', { file_id: fileId });
  const response = await fetch(`${house.url}/file/bot${token}/${path}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('photos', () => {
  test('become JPEGs of at most 1280 pixels with smaller sizes and no metadata', async () => {
    const source = await sharp(await picture(1600, 1200))
      .withExif({ IFD0: { Artist: 'somebody' } })
      .png()
      .toBuffer();
    const message = await telegram.sendPhoto(
      anna,
      { source },
      { caption: '<b>c</b>', parse_mode: 'HTML' },
    );
    expect(message.photo.map(({ width, height }) => [width, height])).toEqual([
      [90, 68],
      [320, 240],
      [800, 600],
      [1280, 960],
    ]);
    expect(message).toMatchObject({ caption: 'c', caption_entities: [{ type: 'bold' }] });
    const largest = message.photo.at(-1)!;
    const stored = await download(largest.file_id);
    expect(stored).toHaveLength(largest.file_size!);
    const metadata = await sharp(stored).metadata();
    expect(metadata).toMatchObject({ format: 'jpeg', width: 1280, height: 960 });
    expect(metadata.exif).toBeUndefined();
  });

  test('are turned upright as their camera says', async () => {
    const source = await sharp(await picture(200, 100))
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const message = await telegram.sendPhoto(anna, { source });
    expect(message.photo.at(-1)).toMatchObject({ width: 100, height: 200 });
  });

  test('go again by their id without being made again', async () => {
    const first = await telegram.sendPhoto(anna, { source: await picture(300, 300) });
    const again = await telegram.sendPhoto(anna, first.photo.at(-1)!.file_id);
    expect(again.photo).toEqual(first.photo);
  });

  test('of more than 10 MB, of wrong shape or of no picture are refused', async () => {
    const chat_id = String(anna);
    const big = await picture(2200, 2000, true);
    expect(big.length).toBeGreaterThan(10 * 1024 * 1024);
    const refusals = [];
    for (const bytes of [big, await picture(2100, 100), Buffer.from('not a picture')]) {
      const { body } = await post(
        'sendPhoto',
        form({ chat_id, photo: new Blob([new Uint8Array(bytes)]) }),
      );
      refusals.push((body as { description: string }).description);
    }
    expect(refusals).toEqual([
      `Bad Request: file of size ${big.length} bytes is too big for a photo; the maximum size is 10485760 bytes`,
      'Bad Request: PHOTO_INVALID_DIMENSIONS',
      'Bad Request: IMAGE_PROCESS_FAILED',
    ]);
  });

  test('cannot go as documents by id, and ids of other bots are unknown', async () => {
    const { photo } = await telegram.sendPhoto(anna, { source: await picture(100, 100) });
    const fileId = photo.at(-1)!.file_id;
    expect(await house.refusal('sendDocument', { chat_id: anna, document: fileId })).toBe(
      "400 Bad Request: can't use file of type Photo as Document",
    );
    const other = new Telegram('777:other-secret', { apiRoot: house.url });
    await expect(other.getFile(fileId)).rejects.toMatchObject({
      description: 'Bad Request: wrong file_id or the file is temporarily unavailable',
    });
  });
});

test('a document keeps its bytes and name, a video its size and length', async () => {
  const source = await picture(500, 400);
  const { document } = await telegram.sendDocument(anna, { source, filename: 'картина.png' });
  expect(document).toMatchObject({
    file_name: 'картина.png',
    mime_type: 'image/png',
    file_size: source.length,
    thumbnail: { width: 320, height: 256 },
  });
  expect(await download(document.file_id)).toEqual(source);
  const sent = await telegram.sendVideo(anna, { source: film(), filename: 'a.mp4' });
  expect(sent.video).toMatchObject({
    width: 640,
    height: 360,
    duration: 5,
    mime_type: 'video/mp4',
    file_name: 'a.mp4',
  });
});

test('what is called a video but is none arrives as a document', async () => {
  const sent = await telegram.sendVideo(anna, { source: Buffer.from('words'), filename: 'a.mp4' });
  expect(sent).toHaveProperty('document');
  expect(sent).not.toHaveProperty('video');
});

test('uploads of more than 50 MB are closed with 413', async () => {
  const document = new Blob([new Uint8Array(51 * 1024 * 1024)]);
  const { status } = await post('sendDocument', form({ chat_id: String(anna), document }));
  expect(status).toBe(413);
});

test('a file of more than 20 MB cannot be fetched back', async () => {
  const document = new Blob([new Uint8Array(21 * 1024 * 1024)]);
  const { body } = await post('sendDocument', form({ chat_id: String(anna), document }));
  const { result } = body as { result: TelegramMessage };
  expect(await house.refusal('getFile', { file_id: result.document!.file_id })).toBe(
    '400 Bad Request: file is too big',
  );
});

describe('albums', () => {
  test('arrive as several messages of one group', async () => {
    const messages = await telegram.sendMediaGroup(anna, [
      { type: 'photo', media: { source: await picture(100, 100) }, caption: 'first' },
      { type: 'video', media: { source: film() } },
    ]);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatchObject({ caption: 'first', photo: expect.any(Array) });
    const groups = new Set(messages.map((message) => (message as TelegramMessage).media_group_id));
    expect([...groups]).toEqual([expect.any(String)]);
  });

  test('do not mix documents with pictures, and have ten items at most', async () => {
    const photo = (await telegram.sendPhoto(anna, { source: await picture(100, 100) })).photo[0]!;
    const document = (
      await telegram.sendDocument(anna, { source: Buffer.from('x'), filename: 'x' })
    ).document;
    const item = { type: 'photo', media: photo.file_id };
    const mixed = [item, { type: 'document', media: document.file_id }];
    expect(await house.refusal('sendMediaGroup', { chat_id: anna, media: mixed })).toBe(
      "400 Bad Request: document can't be mixed with other media types",
    );
    const eleven = Array.from({ length: 11 }, () => item);
    expect(await house.refusal('sendMediaGroup', { chat_id: anna, media: eleven })).toBe(
      '400 Bad Request: too many messages to send as an album',
    );
  });
});

test('editMessageMedia turns a text into a photo and one photo into another', async () => {
  const text = await telegram.sendMessage(anna, 'painting…');
  const edit = async () =>
    (await telegram.editMessageMedia(anna, text.message_id, undefined, {
      type: 'photo',
      media: { source: await picture(120, 90) },
      caption: 'done',
    })) as TelegramMessage;
  const edited = await edit();
  expect(edited).toMatchObject({ caption: 'done', photo: expect.any(Array) });
  expect(edited).not.toHaveProperty('text');
  await expect(edit()).rejects.toThrow('message is not modified');
});

test('copies carry the content, forwards say where it came from', async () => {
  const { message_id } = await telegram.sendPhoto(anna, { source: await picture(100, 100) });
  const source = { chat_id: anna, from_chat_id: anna, message_id };
  const copy = await house.call('copyMessage', { ...source, caption: 'new' });
  expect(copy).toEqual({ message_id: expect.any(Number) });
  expect(await house.call('forwardMessage', source)).toMatchObject({
    photo: expect.any(Array),
    forward_origin: { type: 'user', sender_user: { id: botId } },
  });
});

describe('files by address', () => {
  let pages: Server;
  let root: string;

  beforeAll(async () => {
    const image = await picture(150, 100);
    pages = createServer((request, response) => {
      const isImage = request.url?.startsWith('/picture') === true;
      response.writeHead(request.url === '/gone' ? 404 : 200, {
        'content-type': isImage ? 'image/png' : 'text/html',
      });
      response.end(isImage ? image : '<p>words</p>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    root = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    pages.close();
  });

  test('are fetched, and refused when they are not what they should be', async () => {
    const message = await house.call('sendPhoto', { chat_id: anna, photo: `${root}/picture.png` });
    expect(message.photo?.at(-1)).toMatchObject({ width: 150, height: 100 });
    expect(await house.refusal('sendPhoto', { chat_id: anna, photo: `${root}/page` })).toBe(
      '400 Bad Request: wrong type of the web page content',
    );
    expect(await house.refusal('sendPhoto', { chat_id: anna, photo: `${root}/gone` })).toBe(
      '400 Bad Request: failed to get HTTP URL content',
    );
  });
});
