/** What the scripts that take the documents' pictures share: a browser, the chat, the Web UI, the files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { BootstrapProblem, compiled, root } from './bootstrap.mjs';

const folder = join(root, 'docs', 'images');
export const chatUrl = `http://127.0.0.1:${process.env['SANDBOX_TELEGRAM_PORT'] ?? 3001}`;
export const temporalUrl = `http://127.0.0.1:${process.env['TEMPORAL_UI_PORT'] ?? 8233}/namespaces/default`;
const bytesMax = 390_000;
const patienceMs = 90_000;

/** The admin among the people the sandbox is born with. */
export const olga = 900_009;

/** Gives a browser without a window to `work`. */
export async function withBrowser(work) {
  mkdirSync(folder, { recursive: true });
  const { findChromium } = compiled('local/chromium-finder.js');
  const browser = await chromium.launch({
    executablePath: await findChromium(process.env['CHROMIUM_PATH']),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
  });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

export async function sitDown(browser, person, { colorScheme = 'light', locale, ...viewport }) {
  const page = await browser.newPage({ viewport, colorScheme, locale });
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${chatUrl}/#${person}`);
  await say(page, '/start');
  return page;
}

export async function say(page, text) {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('send').click();
}

export function heard(page, words) {
  return page.locator('[data-testid="message"][data-from="bot"]').filter({ hasText: words });
}

export async function press(page, name) {
  await page.getByTestId('message').getByRole('button', { name }).last().click();
}

/** The list follows new messages smoothly; a picture wants it at rest. */
export async function toTheEnd(page) {
  await page.getByTestId('message').last().scrollIntoViewIfNeeded();
  await page.waitForTimeout(1_500);
}

export async function timelineIsDrawn(page) {
  await page
    .getByRole('button', { name: /^Event / })
    .first()
    .waitFor();
  await page.waitForTimeout(2_000);
}

/** The Web UI's list of workflows. */
export async function openWebUi(browser, viewport) {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${temporalUrl}/workflows`);
  await page
    .getByRole('link', { name: /^payment:/ })
    .first()
    .waitFor();
  return page;
}

/** The dialog for a signal, filled in as an operator does. */
export async function fillSignal(page, name, input) {
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: 'Send a Signal' }).click();
  const dialog = page.locator('dialog[open]').filter({ hasText: 'Send a Signal' });
  await dialog.getByTestId('signal-select-button').click();
  await page.getByRole('option', { name }).click();
  await dialog.getByRole('textbox', { name: 'Data' }).click();
  await page.keyboard.type(JSON.stringify(input));
  await dialog.getByText('Encoding').click();
  return dialog;
}

export async function sendSignal(dialog) {
  await dialog.getByTestId('confirm-modal-button').click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Pictures in a row, from the left. */
export async function beside(...images) {
  const gap = 20;
  const sizes = await Promise.all(images.map((image) => sharp(image).metadata()));
  const lefts = sizes.map((_, at) =>
    sizes.slice(0, at).reduce((sum, { width }) => sum + width + gap, 0),
  );
  const canvas = {
    width: lefts.at(-1) + sizes.at(-1).width,
    height: Math.max(...sizes.map(({ height }) => height)),
    channels: 3,
    background: '#ffffff',
  };
  return await sharp({ create: canvas })
    .composite(images.map((input, at) => ({ input, left: lefts[at], top: 0 })))
    .png()
    .toBuffer();
}

/** As sharp as fits: fewer colours first, then fewer pixels. */
export async function save(name, image) {
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
