import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../src/local/chromium-finder';

/** A browser without a window, without news of its own from the network. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(process.env['CHROMIUM_PATH']),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
