/** The API role with an instant Telegram, for the webhook benchmark. */
import { parseSettings } from '../src/config/settings';
import { createLogger } from '../src/observability/logger';
import { startApi } from '../src/roles/api';
import { createParts } from '../src/roles/parts';
import { instantProvider, instantTelegram } from './instant';

async function main(): Promise<void> {
  const settings = parseSettings(process.env);
  const provider = instantProvider();
  const parts = {
    ...createParts(settings, createLogger('error')),
    telegram: instantTelegram(),
    providers: { ready: new Map([['instant', provider.ready]]), off: [] },
  };
  await parts.catalogue.seed([{ ...provider.model, provider: 'instant' }]);
  const api = await startApi(parts);
  process.send?.({ name: 'ready' });
  process.once('SIGTERM', () => {
    void api
      .stop()
      .then(() => parts.close())
      .then(() => process.exit(0));
  });
}

void main();
