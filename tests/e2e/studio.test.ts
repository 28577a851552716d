/** What needs more than words: several photos in one picture, a photo or a film that becomes a video. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import sharp from 'sharp';
import { openBooks, type Books } from './books';
import { openBrowser } from './browser';
import { ChatRoom, type Newcomer } from './chat-room';
import { readFilmFile } from '../../src/domain/film-file';
import { startStack, type Stack } from './stack';
import { testPhoto } from './test-photo';

let stack: Stack;
let browser: Browser;
let books: Books;
const rooms: ChatRoom[] = [];

jest.setTimeout(240_000);

beforeAll(async () => {
  [stack, browser] = await Promise.all([
    startStack({ REQUESTS_PER_MINUTE: '1000' }),
    openBrowser(),
  ]);
  books = openBooks(stack.databaseUrl);
});

afterAll(async () => {
  for (const room of rooms) await room.leave();
  await browser.close();
  await books.close();
  await stack.stop();
});

async function enter(newcomer: Newcomer): Promise<ChatRoom> {
  const room = await ChatRoom.enter(browser, stack.chatUrl, newcomer);
  rooms.push(room);
  return room;
}

function plain(background: string): Promise<Buffer> {
  return sharp({ create: { width: 480, height: 640, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

/** The mean colour of a part, given by its shares of the picture. */
async function colourOf(picture: Buffer, left: number, top: number): Promise<readonly number[]> {
  const { width, height } = await sharp(picture).metadata();
  const part = {
    left: Math.round(left * width),
    top: Math.round(top * height),
    width: Math.round(width / 5),
    height: Math.round(height / 5),
  };
  const cut = await sharp(picture).extract(part).png().toBuffer();
  const { channels } = await sharp(cut).stats();
  return channels.map(({ mean }) => mean);
}

async function pictureOfVideo(room: ChatRoom, message: Locator) {
  const video = message.locator('video').first();
  await video.waitFor();
  const address = new URL((await video.getAttribute('src')) ?? '', room.page.url());
  return (await room.page.request.get(address.href)).body();
}

test('three photos of an album become one picture of a chosen shape, with all of them in it', async () => {
  const kim = await enter({ name: 'Kim', language: 'en' });
  const colours = ['#c02020', '#20a040', '#2040c0'];
  const photos = await Promise.all(
    colours.map(async (colour, at) => ({ name: `${at}.jpg`, bytes: await plain(colour) })),
  );

  await kim.sendAlbum(photos);
  await kim.hears('Got your photos: 3.');
  await kim.press('✍️ In my own words');
  await kim.hears('What shall change');
  await kim.say('all of us together');
  await kim.hears('Photos: 3');
  await kim.press('📐 auto');
  await kim.hears('Which shape?');
  await kim.press(/^16:9/);
  await kim.hears('📐 16:9');
  await kim.press(/✅ Create/);

  const picture = await kim.pictureOf(await kim.hears('Your image is ready'));
  const { width, height } = await sharp(picture).metadata();
  expect(width / height).toBeCloseTo(16 / 9, 1);
  const strongest = async (left: number, top: number) => {
    const colour = await colourOf(picture, left, top);
    return colour.indexOf(Math.max(...colour));
  };
  expect(await strongest(0.15, 0.4)).toBe(0);
  expect(await strongest(0.65, 0.1)).toBe(1);
  expect(await strongest(0.65, 0.6)).toBe(2);
  expect(await books.settledBalance(kim.personId, 8n)).toMatchObject({ available: 8n, held: 0n });
});

test('a photo becomes a video of the chosen length, at the price that was shown', async () => {
  const lena = await enter({ name: 'Лена', language: 'ru' });

  await lena.sendPhoto('home.jpg', await testPhoto());
  await lena.hears('В каком стиле');
  await lena.press('🎬 Сделать видео');
  await lena.hears('Создать это видео?');
  await lena.press('⏱ 4 с');
  await lena.hears('Какая длина?');
  await lena.press('6 с · 7 токенов');
  await lena.press(/✅ Создать · 7 токенов/);

  const result = await lena.hears('Видео готово');
  const film = await pictureOfVideo(lena, result);
  expect(film.toString('latin1', 4, 8)).toBe('ftyp');
  expect(await books.settledBalance(lena.personId, 3n)).toMatchObject({ available: 3n, held: 0n });
});

test('a film is changed by words, at the price of its own length', async () => {
  const max = await enter({ name: 'Max', language: 'en' });
  const original = readFileSync(join(__dirname, '..', 'provider', 'fixtures', 'fractal.mp4'));

  await max.sendFile('fractal.mp4', 'video/mp4', original);
  await max.hears('Got your video. What shall change in it?');
  await max.say('a winter night with falling snow');
  await max.hears('Make this video?');
  await max.hears('3 s');
  await max.press(/✅ Create · 4 tokens/);

  const film = await pictureOfVideo(max, await max.hears('Your video is ready'));
  expect(readFilmFile(film)).toMatchObject({ width: 640, height: 360 });
  expect(readFilmFile(film)?.milliseconds).toBeCloseTo(3_000, -3);
  expect(film.equals(original)).toBe(false);
  expect(await books.settledBalance(max.personId, 6n)).toMatchObject({ available: 6n, held: 0n });
});
