/** The API role: Telegram's webhook, provider callbacks, health, admin API, docs and metrics. */
import type { Update } from 'telegraf/types';
import { createApp } from '../api/app';
import { listen } from '../api/listen';
import { errorTable } from '../domain/errors';
import { createTexts } from '../texts/texts';
import type { Parts } from './parts';
import type { Running } from './running';
import { updateHandler } from './update-handler';

export async function startApi(parts: Parts): Promise<Running> {
  const { settings, logger } = parts;
  const handle = updateHandler(parts);
  const english = createTexts()('en');
  const app = createApp({
    ...parts,
    checkDatabase: () => parts.database.$queryRaw`SELECT 1`,
    handleUpdate: (update) => handle(update as Update),
    findProvider: (id) => parts.providers.ready.get(id)?.provider,
    explain: (code) => english.plain(errorTable[code].text),
  });
  const server = await listen(app, settings.api);
  logger.info({ url: server.url }, 'The API listens');
  return { failed: new Promise<never>(() => undefined), stop: () => server.close() };
}
