import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../src/local/local-settings';
import { freePortBlock } from '../../src/local/ports';
import { openProcessRecords } from '../../src/local/process-records';
import { findTemporal } from '../../src/local/temporal-finder';
import { startTemporal } from '../../src/local/temporal-server';

export interface RealTemporal {
  /** gRPC address; the namespace is `default`. */
  readonly address: string;
  readonly uiUrl: string;
  stop(): Promise<void>;
}

/** The server `npm start` runs, with an empty database of its own and its Web UI. */
export async function startRealTemporal(): Promise<RealTemporal> {
  const home = process.env['EASEL_TEST_HOME'];
  if (home === undefined) throw new Error('the global set-up of jest has not run');
  const dir = mkdtempSync(join(home, 'temporal-'));
  const port = await freePortBlock(9);
  const cliPath = process.env['TEMPORAL_CLI_PATH'];
  const services = await startTemporal({
    program: await findTemporal({ cacheDir: cacheFolder(process.env), cliPath }),
    dir,
    port,
    uiPort: port + 8,
    logsDir: dir,
    records: openProcessRecords(dir),
  });
  return {
    address: `127.0.0.1:${port}`,
    uiUrl: `http://127.0.0.1:${port + 8}`,
    stop: async () => {
      await Promise.all(services.map((service) => service.stop()));
    },
  };
}
