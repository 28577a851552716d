/** Beside a worker or a bot that runs without the API: where it says how it is. */
import { createStatusApp } from '../api/app';
import { listen } from '../api/listen';
import { errorTable } from '../domain/errors';
import { createTexts } from '../texts/texts';
import type { Parts } from './parts';
import type { Running } from './running';

/** Undefined where it is switched off or cannot be: figures are no reason to leave work undone. */
export async function startStatus(parts: Parts): Promise<Running | undefined> {
  const { settings, logger } = parts;
  const { host, statusPort: port } = settings.api;
  if (port === 0) return undefined;
  const english = createTexts()('en');
  const app = createStatusApp({
    ...parts,
    checkDatabase: () => parts.database.$queryRaw`SELECT 1`,
    explain: (code) => english.plain(errorTable[code].text),
  });
  try {
    const server = await listen(app, { host, port, portSetting: 'STATUS_PORT' });
    logger.info({ url: server.url }, 'Health and metrics listen');
    return { failed: new Promise<never>(() => undefined), stop: () => server.close() };
  } catch (error) {
    logger.warn({ err: error }, 'Health and metrics of this process cannot be asked for');
    return undefined;
  }
}
