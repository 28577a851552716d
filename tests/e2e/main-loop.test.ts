/**
 * Everything `npm start` starts, used as people use it: at the chat page and in Temporal's Web UI.
 * One stack serves all tests; everyone in them is a new person, so none depends on another.
 */
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { openBooks, type Books } from './books';
import { openBrowser } from './browser';
import { ChatRoom, type Newcomer } from './chat-room';
import { startStack, type Stack } from './stack';
import { TemporalPage } from './temporal-page';
import { likeness, testPhoto } from './test-photo';

const olga = 900_009;
const nothingHeld = { held: 0n, debt: 0n };

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

afterEach(async () => {
  for (const room of rooms.splice(0)) await room.leave();
});

afterAll(async () => {
  await browser.close();
  await books.close();
  await stack.stop();
});

async function enter(newcomer: Newcomer): Promise<ChatRoom> {
  const room = await ChatRoom.enter(browser, stack.chatUrl, newcomer);
  rooms.push(room);
  return room;
}

/** From the words to the pressed confirm button. */
async function order(room: ChatRoom, prompt: string): Promise<void> {
  await room.say(prompt);
  await room.hears('Make this image?');
  await room.press(/✅ Create/);
}

async function openWorkflow(id: string): Promise<TemporalPage> {
  return TemporalPage.open(browser, stack.temporalUiUrl, id);
}

function refund(fields: Readonly<Record<string, string>>) {
  return { name: 'refund', input: JSON.stringify(fields) };
}

test('words become an image that is paid for once', async () => {
  const mia = await enter({ name: 'Mia', language: 'en' });
  await mia.hears('A welcome gift is on your balance: 10 tokens');

  await order(mia, 'a lighthouse on a cliff at sunset');
  const result = await mia.hears('Your image is ready');

  expect(await result.innerText()).toContain('Balance: 8 tokens');
  const { width, height } = await sharp(await mia.pictureOf(result)).metadata();
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(512);
  expect(await books.settledBalance(mia.personId, 8n)).toEqual({ available: 8n, ...nothingHeld });
  expect((await books.newestGeneration(mia.personId)).status).toBe('delivered');
  await result.locator('.media img').click();
  await mia.page.getByTestId('lightbox').waitFor();
  await mia.page.keyboard.press('Escape');
});

test('a photo comes back in every style, in Russian, until the tokens are spent', async () => {
  const photo = await testPhoto();
  const vera = await enter({ name: 'Вера', language: 'ru' });
  await vera.hears('10 токенов');
  const styles = ['Аниме', 'Масло', 'Акварель', 'Карандаш', 'Поп-арт'];
  const pictures: Buffer[] = [];

  for (const [at, style] of styles.entries()) {
    await vera.sendPhoto('home.jpg', photo);
    await vera.hears('В каком стиле');
    await vera.press(style);
    await vera.hears(`Стиль: ${style}`);
    await vera.press(/✅ Создать/);
    const result = await vera.hears('Картинка готова', { times: at + 1 });
    pictures.push(await vera.pictureOf(result));
  }

  const alike = await Promise.all(pictures.map((picture) => likeness(photo, picture)));
  expect(alike.filter((likeness) => likeness < 0.6)).toEqual([]);
  expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(styles.length);
  expect(await books.settledBalance(vera.personId, 0n)).toEqual({ available: 0n, ...nothingHeld });

  await vera.say('маяк на скале');
  await vera.hears('Создать эту картинку?');
  await vera.press(/✅ Создать/);
  await vera.hears('Не хватает токенов');
  await vera.press('⭐ Купить токены');
  await vera.press('⭐ Звёзды Telegram');
  await vera.hears('Выберите пакет');
  expect(await books.balanceOf(vera.personId)).toEqual({ available: 0n, ...nothingHeld });
});

test('Stars buy tokens, and the tokens can be spent', async () => {
  const tom = await enter({ name: 'Tom', language: 'en', stars: 500 });
  await tom.buy(/^10 tokens/);

  const thanks = await tom.hears('the payment has arrived');
  expect(await thanks.innerText()).toContain('Balance: 21 tokens');
  await tom.walletShows(485);
  expect(await books.settledBalance(tom.personId, 21n)).toEqual({ available: 21n, ...nothingHeld });

  await order(tom, 'a red balloon over the sea');
  await tom.hears('Your image is ready');
  expect(await books.settledBalance(tom.personId, 19n)).toEqual({ available: 19n, ...nothingHeld });
});

test('a refund typed into the Web UI returns Stars; wrong ones change nothing', async () => {
  const admin = await ChatRoom.sitDown(browser, stack.chatUrl, { personId: olga });
  rooms.push(admin);
  await admin.say('/start');
  const nora = await enter({ name: 'Nora', language: 'en', stars: 100 });
  await nora.buy(/^10 tokens/);
  await nora.hears('the payment has arrived');
  const payment = await books.newestPayment(nora.personId);
  const page = await openWorkflow(`payment:${payment.id}`);
  const actor = String(olga);

  expect(await page.refusalOf({ name: 'refund', input: '{"id":"bad", "actor"' })).toContain('JSON');
  await page.signal({ name: 'refund', input: '"give it back"' });
  await page.showsDetails('send one JSON object');
  await page.signal({ ...refund({ id: 'bad1', actor, reason: 'odd' }), asProtobuf: true });
  await page.signal(refund({ id: 'greedy', actor, reason: 'too much', amount: '5000' }));
  await page.showsDetails('greedy: refused REFUND_AMOUNT_INVALID');
  expect(await page.status()).toBe('RUNNING');
  await nora.walletShows(85);
  expect(await books.balanceOf(nora.personId)).toEqual({ available: 21n, ...nothingHeld });

  await page.signal(refund({ id: 'good', actor, reason: 'she asked for it' }));
  const told = await nora.hears('Your payment was refunded');
  expect(await told.innerText()).toContain('15 Stars');
  await nora.walletShows(100);
  await admin.hears('Возврат сделан');
  await page.showsDetails('good: settled');

  await page.signal(refund({ id: 'more', actor, reason: 'once more' }));
  await page.showsDetails('more: refused REFUND_ALREADY_DONE');
  expect(await page.status()).toBe('RUNNING');
  await nora.walletShows(100);
  expect(await books.settledBalance(nora.personId, 10n)).toEqual({
    available: 10n,
    ...nothingHeld,
  });
  await page.leave();
});

test('a refund typed into the Web UI returns the tokens of a generation, in parts', async () => {
  const paul = await enter({ name: 'Paul', language: 'en' });
  await order(paul, 'a fox in the snow');
  await paul.hears('Your image is ready');
  await books.settledBalance(paul.personId, 8n);
  const { id } = await books.newestGeneration(paul.personId);
  const page = await openWorkflow(`generation:${id}`);
  const actor = String(olga);

  await page.signal(refund({ id: 'half', actor, reason: 'blurred', amount: '1' }));
  await paul.hears('We returned tokens for a result');
  expect((await books.settledBalance(paul.personId, 9n)).available).toBe(9n);
  await page.signal(refund({ id: 'rest', actor, reason: 'blurred after all' }));

  const told = await paul.hears('We returned tokens for a result', { times: 2 });
  expect(await told.innerText()).toContain('Balance: 10 tokens');
  expect(await books.settledBalance(paul.personId, 10n)).toEqual({
    available: 10n,
    ...nothingHeld,
  });
  expect((await books.newestGeneration(paul.personId)).status).toBe('refunded');
  await page.leave();
});

test('stopping a job under way brings its tokens back', async () => {
  const ida = await enter({ name: 'Ida', language: 'en' });
  await order(ida, 'a quiet garden sandbox:slow');
  await ida.hears('Making your image');
  await ida.press('🛑 Stop');

  const told = await ida.hears('Back on your balance');
  expect(await told.innerText()).toContain('Stopped');
  expect(await books.settledBalance(ida.personId, 10n)).toEqual({ available: 10n, ...nothingHeld });
  expect((await books.newestGeneration(ida.personId)).status).toBe('released');
  expect(await ida.messages('Your image is ready').count()).toBe(0);
});

test.each([
  ['fails', 'a castle sandbox:fail', 'No image this time'],
  ['declines', 'a castle sandbox:refuse', 'declined this request'],
])(
  'when the provider %s, the person is told and the tokens come back',
  async (_, prompt, words) => {
    const leo = await enter({ name: 'Leo', language: 'en' });
    await order(leo, prompt);

    const told = await leo.hears(words);
    expect(await told.innerText()).toContain('Back on your balance: 2 tokens');
    expect(await books.settledBalance(leo.personId, 10n)).toEqual({
      available: 10n,
      ...nothingHeld,
    });
    expect((await books.newestGeneration(leo.personId)).status).toBe('released');
  },
);

test('the chat fits a phone', async () => {
  const viewport = { width: 390, height: 844 };
  const zoe = await enter({ name: 'Zoe', language: 'en', viewport });
  await order(zoe, 'a small boat');
  const result = await zoe.hears('Your image is ready');

  await zoe.pictureOf(result);
  const overflow = await zoe.page.evaluate(
    'document.documentElement.scrollWidth - window.innerWidth',
  );
  expect(overflow).toBeLessThanOrEqual(0);
  const composer = await zoe.page.getByTestId('composer').boundingBox();
  expect(composer!.y + composer!.height).toBeLessThanOrEqual(viewport.height);
  const again = await zoe.messages().getByRole('button', { name: '🔁 Again' }).last().boundingBox();
  expect(again!.x + again!.width).toBeLessThanOrEqual(viewport.width);
});

test('after all of this the ledger is sound and the owner sees the same figures', async () => {
  const answer = await fetch(`${stack.apiUrl}/admin/stats`, {
    headers: { 'x-admin-api-key': stack.adminKey },
  });

  const { tokens } = (await answer.json()) as { tokens: Record<string, string> };
  expect(tokens['held']).toBe('0');
  expect(tokens['debt']).toBe('0');
  expect(await books.check()).toMatchObject({ sound: true, sumOfDeltas: 0n });
});

test('Ctrl-C leaves no process and no port behind', async () => {
  expect(await stack.stop()).toEqual({ exitCode: 130, processes: [], ports: [] });
});
