/**
 * `node download-server.js dev-server|time-skipping FOLDER`: has the Temporal SDK download a server
 * into FOLDER and proves that it runs here. Exit code 0 when it does.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing';

async function download(kind: string | undefined, downloadDir: string): Promise<void> {
  const executable = { type: 'cached-download', downloadDir, ttl: '3650 days' } as const;
  const environment =
    kind === 'time-skipping'
      ? await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })
      : await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
}

const [kind, folder = '.'] = process.argv.slice(2);
download(kind, folder).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
