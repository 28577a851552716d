/** The Mini App, opened from the chat and used as people use it. */
import type { Browser, FrameLocator } from 'playwright-core';
import { openBooks, type Books } from './books';
import { openBrowser } from './browser';
import { ChatRoom } from './chat-room';
import { startStack, type Stack } from './stack';

let stack: Stack;
let browser: Browser;
let books: Books;
let room: ChatRoom | undefined;

jest.setTimeout(240_000);

beforeAll(async () => {
  [stack, browser] = await Promise.all([
    startStack({ REQUESTS_PER_MINUTE: '1000' }),
    openBrowser(),
  ]);
  books = openBooks(stack.databaseUrl);
});

afterEach(async () => {
  await room?.leave();
  room = undefined;
});

afterAll(async () => {
  await browser.close();
  await books.close();
  await stack.stop();
});

/** What the page around the Mini App shows only in part. */
const cut = '[...document.querySelectorAll(".chat-header *, .app-button, .app-button *")]'.concat(
  '.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)',
);

/** From /buy to the page in its frame. */
async function openApp(chat: ChatRoom, words: RegExp): Promise<FrameLocator> {
  await chat.say('/buy');
  await chat.press(words);
  return chat.page.frameLocator('.mini-app iframe');
}

test('the Mini App sells for Stars, and the balance changes by itself', async () => {
  room = await ChatRoom.enter(browser, stack.chatUrl, { name: 'Iris', language: 'en', stars: 500 });
  await room.hears('10 tokens');
  const app = await openApp(room, /Top up in the app/);
  await app.getByTestId('balance').getByText('10 tokens').waitFor();

  await app.getByText('25 tokens', { exact: true }).click();
  await app.getByTestId('buy').click();
  await room.page.getByTestId('sheet-pay').click();

  await app.locator('[data-testid="checkout"][data-standing="paid"]').waitFor();
  // The first purchase brings ten percent on top.
  await app.getByTestId('balance').getByText('37 tokens').waitFor();
  await room.walletShows(465);
  expect(await books.settledBalance(room.personId, 37n)).toMatchObject({ available: 37n });

  await app.getByTestId('another').click();
  await app.getByTestId('amount').fill('60');
  await app.getByTestId('quote').getByText('78 Stars').waitFor();
  await app.getByText('paid').first().waitFor();
});

test('on a small screen in Russian, an invoice that was closed can be opened again', async () => {
  const viewport = { width: 360, height: 640 };
  const person = { name: 'Аня', language: 'ru', stars: 100, viewport } as const;
  room = await ChatRoom.enter(browser, stack.chatUrl, person);
  await room.hears('10 токенов');
  await room.page.getByRole('button', { name: 'Tokens · Токены' }).waitFor();
  expect(await room.page.evaluate(cut)).toEqual([]);
  const app = await openApp(room, /Пополнить в приложении/);
  await app.getByText('25 токенов', { exact: true }).click();
  await app.getByTestId('buy').click();
  await room.page.getByTestId('sheet-pay').waitFor();
  await room.page.keyboard.press('Escape');

  await app.getByTestId('pay').click();
  await room.page.getByTestId('sheet-pay').click();
  await app.getByText('Оплачено').waitFor();
  await app.getByTestId('balance').getByText('37 токенов').waitFor();
  const overflow = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  expect(await app.locator('body').evaluate(overflow)).toBe(false);
});

test('the Mini App changes its colours with the chat it is open in', async () => {
  room = await ChatRoom.enter(browser, stack.chatUrl, { name: 'Noor', language: 'en' });
  await room.hears('10 tokens');
  const app = await openApp(room, /Top up in the app/);
  await app.getByTestId('balance').waitFor();
  expect(await room.page.evaluate(cut)).toEqual([]);
  const ground = 'getComputedStyle(document.documentElement).getPropertyValue("--bg")';
  const before = await app.locator('body').evaluate(ground);
  await room.page.emulateMedia({ colorScheme: 'dark' });
  await app.locator('html[style*="#ff8a80"]').waitFor({ state: 'attached' });
  expect(await app.locator('body').evaluate(ground)).not.toBe(before);
});

test('a way to pay with a page of its own leads there, and the Mini App hears of the money', async () => {
  room = await ChatRoom.enter(browser, stack.chatUrl, { name: 'Kim', language: 'en' });
  await room.hears('10 tokens');
  // The button beside the input, which the bot registers at its start.
  await room.page.getByRole('button', { name: 'Tokens · Токены' }).click();
  const app = room.page.frameLocator('.mini-app iframe');
  await app.getByText('Crypto (Heleket)').click();
  await app.getByText('100 tokens', { exact: true }).click();
  await app.getByTestId('buy').click();

  const opened = room.page.waitForEvent('popup');
  await app.getByTestId('pay').click();
  const shop = await opened;
  await shop.locator('button[value="pay"]').click();
  await app.locator('[data-testid="checkout"][data-standing="paid"]').waitFor();
  await app.getByTestId('balance').getByText('120 tokens').waitFor();
  expect(await books.settledBalance(room.personId, 120n)).toMatchObject({ available: 120n });
});
