import type { Update } from 'telegraf/types';
import { createBot } from '../bot/bot';
import { rememberOffers } from '../bot/recent-catalogue';
import { createTexts } from '../texts/texts';
import type { Parts } from './parts';

type HandleUpdate = (update: Update) => Promise<'done' | 'busy'>;

const handlers = new WeakMap<Parts, HandleUpdate>();

/** The bot of this process, counted in the metrics; the API and the poller share one. */
export function updateHandler(parts: Parts): HandleUpdate {
  const known = handlers.get(parts);
  if (known) return known;
  const { settings, metrics } = parts;
  const bot = createBot({
    ...parts,
    catalogue: rememberOffers(parts.catalogue, parts.now),
    token: settings.telegram.botToken,
    apiRoot: settings.telegram.apiRoot,
    texts: createTexts(),
  });
  const handle: HandleUpdate = async (update) => {
    try {
      const outcome = await bot.handleUpdate(update);
      metrics.updateHandled(outcome);
      return outcome;
    } catch (error) {
      metrics.updateHandled('failed');
      throw error;
    }
  };
  handlers.set(parts, handle);
  return handle;
}
