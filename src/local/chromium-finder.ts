/** Finds or gets a Chromium for the tests that use the chat page. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { say, since } from './progress';
import { StartProblem } from './start-problem';
import { isProgram, onPath, runTool } from './tools';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macBrowser = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

export async function findChromium(chosen: string | undefined): Promise<string> {
  if (chosen !== undefined && chosen !== '') return chosen;
  const found = installed() ?? (await fromDebian()) ?? (await fromPlaywright());
  if (found !== undefined) return found;
  throw new StartProblem(
    'The end-to-end tests need Chromium: none is installed and none could be had. Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
  );
}

function installed(): string | undefined {
  return names.map(onPath).find(Boolean) ?? (isProgram(macBrowser) ? macBrowser : undefined);
}

async function fromDebian(): Promise<string | undefined> {
  const apt = onPath('apt-get');
  if (apt === undefined || process.getuid?.() !== 0) return undefined;
  const startedAt = performance.now();
  say('… Installing Chromium with apt-get (once)');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runTool(apt, ['update', '-q'], { env });
  const install = ['install', '-q', '-y', '--no-install-recommends', 'chromium'];
  const { ok } = await runTool(apt, install, { env });
  if (ok) say(`✓ Chromium installed (${since(startedAt)})`);
  return installed();
}

async function fromPlaywright(): Promise<string | undefined> {
  const cli = join(dirname(require.resolve('playwright-core/package.json')), 'cli.js');
  if (!existsSync(chromium.executablePath())) {
    say("… Getting Chromium: Playwright's download (once, about 150 MB)");
    await runTool(process.execPath, [cli, 'install', 'chromium'], { timeoutMs: 600_000 });
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined;
}
