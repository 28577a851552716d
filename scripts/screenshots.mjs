/**
 * `npm run screenshots -- PHOTO`: takes the documents' pictures from the Easel that runs on this
 * machine. Best after `npm run reset` and `npm start`, so that the chats begin at their beginning.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { BootstrapProblem, command, compiled } from './bootstrap.mjs';
import {
  beside,
  fillSignal,
  heard,
  olga,
  openWebUi,
  press,
  save,
  say,
  sendSignal,
  sitDown,
  temporalUrl,
  timelineIsDrawn,
  toTheEnd,
  withBrowser,
} from './screenshot-desk.mjs';

/** People the sandbox is born with. */
const anna = 900_001;
const ben = 900_002;
const chiyo = 900_003;

const english = {
  styles: ['Anime', 'Oil painting', 'Watercolour', 'Pencil sketch', 'Pop art'],
  photo: 'The photo',
  look: 'Which style',
  style: (name) => `Style: ${name}`,
  confirm: /✅ Create/,
  asked: 'Make this image?',
  ready: 'Your image is ready',
  pack: /^25 tokens/,
  paid: 'the payment has arrived',
};

const russian = {
  styles: ['Аниме', 'Масло', 'Акварель', 'Карандаш', 'Поп-арт'],
  photo: 'Фотография',
  look: 'В каком стиле',
  style: (name) => `Стиль: ${name}`,
  confirm: /✅ Создать/,
  asked: 'Создать эту картинку?',
  ready: 'Картинка готова',
  pack: /^25 токенов/,
  paid: 'оплата получена',
};

await command(async () => {
  const photo = resolve(process.argv[2] ?? '');
  if (process.argv[2] === undefined || !existsSync(photo)) {
    throw new BootstrapProblem('Name the photo to be painted: npm run screenshots -- PHOTO');
  }
  await withBrowser((browser) => takeAll(browser, photo));
});

async function takeAll(browser, photo) {
  const bens = await sitDown(browser, ben, { width: 1280, height: 1180 });
  await buy(bens, english);
  await save('styles-en.png', await everyStyle(bens, english, photo));
  await write(bens, english, 'a lighthouse on a cliff at sunset');
  await paint(bens, { words: english, photo, style: 'Watercolour' });
  await bens.setViewportSize({ width: 1280, height: 1480 });
  await toTheEnd(bens);
  await save('chat.png', await bens.screenshot());

  const annas = await sitDown(browser, anna, { width: 1280, height: 1180 });
  await buy(annas, russian);
  await save('styles-ru.png', await everyStyle(annas, russian, photo));
  await annas.close();
  const phone = await sitDown(browser, anna, { width: 390, height: 844, colorScheme: 'dark' });
  await write(phone, russian, 'горное озеро в тумане на рассвете');
  await save('chat-dark-phone.png', await phone.screenshot());
  await phone.close();

  await takeTemporal(browser, bens);
  // The refund took Ben's tokens.
  await takeStudio(await sitDown(browser, chiyo, { width: 960, height: 1180 }));
}

/** Three photos in one picture, and the settings of a video. */
async function takeStudio(page) {
  const { makeOutput } = compiled('sandbox/provider/make.js');
  const wish = { model: 'sandbox-image', mode: 'text', options: { aspectRatio: '3:4' } };
  const files = [];
  for (const prompt of ['a lighthouse at sunset', 'a field of flowers', 'a winter forest']) {
    const { bytes } = await makeOutput({ request: { ...wish, prompt }, inputs: [] });
    files.push({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: bytes });
  }
  const before = await heard(page, english.ready).count();
  await page.getByTestId('attach-photo').setInputFiles(files);
  await page.getByTestId('preview-send').click();
  await press(page, 'Watercolour');
  await press(page, english.confirm);
  await result(page, english, before);
  await save('remix.png', await page.screenshot());
  await say(page, 'waves against a cliff at sunrise');
  await press(page, '🎬 As a video');
  await press(page, '⏱ 4 s');
  await heard(page, 'How long?').last().waitFor();
  await toTheEnd(page);
  await save('settings.png', await page.screenshot());
}

async function takeTemporal(browser, bens) {
  const page = await openWebUi(browser, { width: 1360, height: 860 });
  await save('temporal-workflows.png', await page.screenshot());

  await page.setViewportSize({ width: 1180, height: 1180 });
  // The name of the file has the id of what Ben sees last.
  const file = await bens.locator('.document-name').last().innerText();
  const id = /g\d+-[0-9a-f]+/.exec(file)?.[0];
  await page
    .getByRole('link', { name: `generation:${id}` })
    .first()
    .click();
  await timelineIsDrawn(page);
  const generation = await page.screenshot();
  await save('temporal-generation.png', generation);
  await bens.setViewportSize({ width: 960, height: 1180 });
  await toTheEnd(bens);
  await save('side-by-side.png', await beside(await bens.screenshot(), generation));

  await page.goto(`${temporalUrl}/workflows?query=${encodeURIComponent('WorkflowType="payment"')}`);
  await page
    .getByRole('link', { name: /^payment:/ })
    .last()
    .click();
  await refund(page);
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await timelineIsDrawn(page);
  await page.mouse.wheel(0, 400);
  await save('temporal-payment-refund.png', await page.screenshot());
}

async function buy(page, words) {
  await say(page, '/buy');
  await press(page, /^⭐.*Telegram/);
  await press(page, words.pack);
  await page.getByTestId('invoice-pay').last().click();
  await page.getByTestId('sheet-pay').click();
  await page.locator('.sheet').waitFor({ state: 'detached' });
  await heard(page, words.paid).last().waitFor();
}

async function write(page, words, prompt) {
  const before = await heard(page, words.ready).count();
  await say(page, prompt);
  await heard(page, words.asked).last().waitFor();
  await press(page, words.confirm);
  await result(page, words, before);
}

async function paint(page, { words, photo, style }) {
  const before = await heard(page, words.ready).count();
  await page.getByTestId('attach-photo').setInputFiles(photo);
  await page.getByTestId('preview-send').click();
  await heard(page, words.look).last().waitFor();
  await press(page, style);
  await heard(page, words.style(style)).last().waitFor();
  await press(page, words.confirm);
  return await result(page, words, before);
}

async function result(page, words, before) {
  const ready = heard(page, words.ready).nth(before);
  await ready.waitFor();
  await ready.locator('.media img').evaluate((image) => image.decode());
  await toTheEnd(page);
  return ready;
}

/** The person's photo and its five results, as they stand in the chat. */
async function everyStyle(page, words, photo) {
  const pictures = [];
  for (const style of words.styles) {
    const ready = await paint(page, { words, photo, style });
    pictures.push({ name: style, image: await ready.locator('.bubble').screenshot() });
  }
  const own = page.locator('[data-testid="message"][data-from="me"] .media img').last();
  pictures.unshift({ name: words.photo, image: await own.screenshot() });
  return await contactSheet(page.context().browser(), pictures);
}

async function contactSheet(browser, pictures) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 400 } });
  const figures = pictures.map(
    ({ name, image }) =>
      `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${image.toString('base64')}"></figure>`,
  );
  await page.setContent(`<style>
    body { margin: 0; padding: 24px; background: #f0eae0; font: 600 20px sans-serif; color: #2b2521;
      display: grid; grid-template-columns: repeat(3, 1fr); gap: 24px; align-items: start; }
    figure { margin: 0; } figcaption { margin-bottom: 10px; } img { width: 100%; border-radius: 12px; }
  </style>${figures.join('')}`);
  const sheet = await page.screenshot({ fullPage: true });
  await page.close();
  return sheet;
}

/** Typed as an operator types it. */
async function refund(page) {
  const request = { id: 'r1', actor: String(olga), reason: 'bought twice by mistake', force: true };
  const dialog = await fillSignal(page, 'refund', request);
  await save('temporal-signal.png', await page.screenshot());
  await sendSignal(dialog);
}
