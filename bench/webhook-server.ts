/** The API role, for the webhook benchmark; says on request how much processor time it has used. */
import pino from 'pino';
import { parseSettings } from '../src/config/settings';
import { createLogger } from '../src/observability/logger';
import { startApi } from '../src/roles/api';
import { createParts } from '../src/roles/parts';
import { instantProvider } from './instant';

async function main(): Promise<void> {
  const settings = parseSettings(process.env);
  const provider = instantProvider();
  // Logs are made and written as in production, but nobody wants to read them here.
  const logger = createLogger('info', { destination: pino.destination('/dev/null') });
  const parts = {
    ...createParts(settings, logger),
    providers: { ready: new Map([['instant', provider.ready]]), off: [] },
  };
  await parts.catalogue.seed([{ ...provider.model, provider: 'instant' }]);
  const api = await startApi(parts);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ name: 'cpu', ms: (user + system) / 1000 });
  });
  process.send?.({ name: 'ready' });
  process.once('SIGTERM', () => {
    void api
      .stop()
      .then(() => parts.close())
      .then(() => process.exit(0));
  });
}

void main();
