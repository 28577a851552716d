/**
 * `npm run screenshots -- PHOTO`: takes the documents' pictures from the Easel that runs on this
 * machine. Best after `npm run reset` and `npm start`, so that the chats begin at their beginning.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { BootstrapProblem, command, compiled, root } from './bootstrap.mjs';

const folder = join(root, 'docs', 'images');
const chatUrl = `http://127.0.0.1:${process.env['SANDBOX_TELEGRAM_PORT'] ?? 3001}`;
const temporalUrl = `http://127.0.0.1:${process.env['TEMPORAL_UI_PORT'] ?? 8233}/namespaces/default`;
const bytesMax = 390_000;
const patienceMs = 90_000;

/** People the sandbox is born with. */
const anna = 900_001;
const ben = 900_002;
const olga = 900_009;

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
  mkdirSync(folder, { recursive: true });
  const { findChromium } = compiled('local/chromium-finder.js');
  const browser = await chromium.launch({
    executablePath: await findChromium(process.env['CHROMIUM_PATH']),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
  try {
    await takeAll(browser, photo);
  } finally {
    await browser.close();
  }
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
  await takeStudio(bens);
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
  const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${temporalUrl}/workflows`);
  await page
    .getByRole('link', { name: /^payment:/ })
    .first()
    .waitFor();
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

async function sitDown(browser, person, { colorScheme = 'light', ...viewport }) {
  const page = await browser.newPage({ viewport, colorScheme });
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${chatUrl}/#${person}`);
  await say(page, '/start');
  return page;
}

async function say(page, text) {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('send').click();
}

function heard(page, words) {
  return page.locator('[data-testid="message"][data-from="bot"]').filter({ hasText: words });
}

async function press(page, name) {
  await page.getByTestId('message').getByRole('button', { name }).last().click();
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

/** The list follows new messages smoothly; a picture wants it at rest. */
async function toTheEnd(page) {
  await page.getByTestId('message').last().scrollIntoViewIfNeeded();
  await page.waitForTimeout(1_500);
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

async function timelineIsDrawn(page) {
  await page
    .getByRole('button', { name: /^Event / })
    .first()
    .waitFor();
  await page.waitForTimeout(2_000);
}

/** Typed as an operator types it. */
async function refund(page) {
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: 'Send a Signal' }).click();
  const dialog = page.locator('dialog[open]').filter({ hasText: 'Send a Signal' });
  await dialog.getByTestId('signal-select-button').click();
  await page.getByRole('option', { name: 'refund' }).click();
  await dialog.getByRole('textbox', { name: 'Data' }).click();
  const request = { id: 'r1', actor: String(olga), reason: 'bought twice by mistake' };
  await page.keyboard.type(JSON.stringify({ ...request, force: true }));
  await dialog.getByText('Encoding').click();
  await save('temporal-signal.png', await page.screenshot());
  await dialog.getByTestId('confirm-modal-button').click();
  await dialog.waitFor({ state: 'hidden' });
}

async function beside(left, right) {
  const [a, b] = await Promise.all([left, right].map((image) => sharp(image).metadata()));
  const gap = 20;
  const height = Math.max(a.height, b.height);
  return await sharp({
    create: { width: a.width + gap + b.width, height, channels: 3, background: '#ffffff' },
  })
    .composite([
      { input: left, left: 0, top: 0 },
      { input: right, left: a.width + gap, top: 0 },
    ])
    .png()
    .toBuffer();
}

/** As sharp as fits: fewer colours first, then fewer pixels. */
async function save(name, image) {
  const { width } = await sharp(image).metadata();
  for (const [scale, colours] of [
    [1, 256],
    [1, 128],
    [0.85, 128],
    [0.75, 96],
    [0.65, 64],
  ]) {
    const small = await sharp(image)
      .resize(Math.round(width * scale))
      .png({ palette: true, colours, effort: 9 })
      .toBuffer();
    if (small.length > bytesMax) continue;
    writeFileSync(join(folder, name), small);
    process.stdout.write(`✓ ${name} (${Math.round(small.length / 1000)} kB)\n`);
    return;
  }
  throw new BootstrapProblem(`${name} does not fit into ${bytesMax} bytes.`);
}
