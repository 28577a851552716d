import { join } from 'node:path';
import { cacheFolder } from '../../src/local/local-settings';
import type { ProcessRecords } from '../../src/local/process-records';
import type { Service } from '../../src/local/service';
import { findTemporal } from '../../src/local/temporal-finder';
import { startTemporal } from '../../src/local/temporal-server';

interface Place {
  readonly home: string;
  /** The first of nine in a row: eight for the server, the last for its Web UI. */
  readonly port: number;
  readonly records: ProcessRecords;
  readonly onStart: (service: Service) => void;
}

/** The server that `npm start` runs, in real time and for workers that are processes. */
export async function startTemporalServer({ home, port, ...others }: Place): Promise<void> {
  const cliPath = process.env['TEMPORAL_CLI_PATH'];
  await startTemporal({
    program: await findTemporal({ cacheDir: cacheFolder(process.env), cliPath }),
    dir: join(home, 'temporal'),
    port,
    uiPort: port + 8,
    logsDir: home,
    ...others,
  });
}
