/** The API role: Telegram's webhook, provider callbacks, health, admin API, docs and metrics. */
import type { Update } from 'telegraf/types';
import { createApp } from '../api/app';
import { listen } from '../api/listen';
import { dayOf } from '../bot/day';
import { currencyFor } from '../bot/methods';
import { errorTable } from '../domain/errors';
import { methodName } from '../telegram/method-name';
import { moneyText } from '../telegram/money-text';
import { unitPriceText } from '../telegram/unit-price';
import { createTexts } from '../texts/texts';
import type { Parts } from './parts';
import type { Running } from './running';
import { updateHandler } from './update-handler';

export async function startApi(parts: Parts): Promise<Running> {
  const { settings, logger } = parts;
  const handle = updateHandler(parts);
  const texts = createTexts();
  const english = texts('en');
  const app = createApp({
    ...parts,
    checkDatabase: () => parts.database.$queryRaw`SELECT 1`,
    handleUpdate: (update) => handle(update as Update),
    findProvider: (id) => parts.providers.ready.get(id)?.provider,
    miniApp: {
      ...parts,
      currencyFor,
      texts,
      wording: { money: moneyText, unitPrice: unitPriceText, method: methodName, day: dayOf },
    },
    explain: (code) => english.plain(errorTable[code].text),
  });
  const server = await listen(app, settings.api);
  logger.info({ url: server.url }, 'The API listens');
  return { failed: new Promise<never>(() => undefined), stop: () => server.close() };
}
