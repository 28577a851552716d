import { mkdtempSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { cacheFolder } from '../../src/local/local-settings';
import { freePortBlock } from '../../src/local/ports';
import { openProcessRecords } from '../../src/local/process-records';
import { findTemporal } from '../../src/local/temporal-finder';
import { startTemporal } from '../../src/local/temporal-server';

function newFolder(): string {
  return mkdtempSync(join(process.env['EASEL_TEST_HOME'] ?? '', 'temporal-'));
}

test('a workflow the server acknowledged is there after a kill -9, and closed ones stay a month', async () => {
  const dir = newFolder();
  const port = await freePortBlock(9);
  const program = await findTemporal({
    cacheDir: cacheFolder(process.env),
    cliPath: process.env['TEMPORAL_CLI_PATH'],
  });
  const records = openProcessRecords(dir);
  const start = () =>
    startTemporal({ program, dir, port, uiPort: port + 8, logsDir: dir, records });
  const connect = () => Connection.connect({ address: `127.0.0.1:${port}` });

  const first = await start();
  let connection = await connect();
  const options = { workflowId: 'kept', taskQueue: 'nobody' };
  await new Client({ connection }).workflow.start('anything', options);
  await connection.close();
  for (const service of first) service.kill();

  const second = await start();
  connection = await connect();
  const { status } = await new Client({ connection }).workflow.getHandle('kept').describe();
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
  await connection.close();
  expect(status.name).toBe('RUNNING');
  expect(config?.workflowExecutionRetentionTtl?.seconds?.toString()).toBe(String(30 * 86_400));

  const page = await fetch(`http://127.0.0.1:${port + 8}/`);
  expect(page.status).toBe(200);
  await Promise.all(second.map((service) => service.stop()));
}, 120_000);

test('a Temporal CLI named in the settings goes before everything else', async () => {
  const folder = newFolder();
  const path = join(folder, 'temporal');
  writeFileSync(path, '#!/bin/sh\necho "      --db-filename string"\n');
  chmodSync(path, 0o755);
  const found = await findTemporal({ cacheDir: folder, cliPath: path });
  expect(found).toMatchObject({ kind: 'cli', path });
});

test('a program that is no Temporal CLI is refused by a line that names the setting', async () => {
  const folder = newFolder();
  await expect(findTemporal({ cacheDir: folder, cliPath: '/bin/true' })).rejects.toThrow(
    'TEMPORAL_CLI_PATH (/bin/true)',
  );
});
