import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import type { ProcessRecords } from './process-records';
import { startService, type Service } from './service';
import { Interrupted, StartProblem } from './start-problem';
import { databaseFile, dynamicConfig, writeServerConfig, writeUiConfig } from './temporal-config';
import type { TemporalProgram } from './temporal-finder';
import { waitUntil } from './waiting';

export interface TemporalServerOptions {
  readonly program: TemporalProgram;
  /** Folder for its database and configuration. */
  readonly dir: string;
  readonly port: number;
  readonly uiPort: number;
  /** Registered when it is missing; `default` when left out. */
  readonly namespace?: string;
  readonly logsDir: string;
  readonly records: ProcessRecords;
  readonly signal?: AbortSignal | undefined;
  /** Called with each process as soon as it is started, so that it can be stopped early. */
  readonly onStart?: (service: Service) => void;
}

const startPatienceMs = 60_000;
/** Closed workflows stay visible for a month: longer than any refund window. */
const keptFor = '30 days';
const alreadyExists = 6;
const historyPatienceMs = 5_000;

/** Starts a Temporal server with its Web UI and waits until the namespace can be used. */
export async function startTemporal(options: TemporalServerOptions): Promise<readonly Service[]> {
  if (options.signal?.aborted) throw new Interrupted();
  mkdirSync(options.dir, { recursive: true });
  const services = options.program.kind === 'cli' ? startCli(options) : startPrograms(options);
  for (const service of services) options.onStart?.(service);
  await namespaceIsReady(services[0], options);
  return services;
}

async function namespaceIsReady(
  server: Service | undefined,
  { port, namespace = 'default', signal }: TemporalServerOptions,
): Promise<void> {
  const gaveUp = (): boolean => (server?.deaths() ?? 0) > 2;
  const ready = await waitUntil(
    async () =>
      signal?.aborted === true ||
      gaveUp() ||
      (await prepareNamespace(`127.0.0.1:${port}`, namespace)),
    startPatienceMs,
  );
  if (signal?.aborted) throw new Interrupted();
  if (ready && !gaveUp()) return;
  const log = server?.lastLines(5).join('\n') ?? '';
  throw new StartProblem(`The Temporal server doesn't start. The end of its log:\n${log}`);
}

function startCli(options: TemporalServerOptions): readonly Service[] {
  const switches = Object.entries(dynamicConfig).flatMap(([name, value]) => [
    '--dynamic-config-value',
    `${name}=${value}`,
  ]);
  const ports = ['--port', String(options.port), '--ui-port', String(options.uiPort)];
  const place = ['--ip', '127.0.0.1', '--db-filename', databaseFile(options.dir)];
  const args = ['server', 'start-dev', ...place, ...ports, '--log-level', 'warn', ...switches];
  return [startProgram('Temporal', { path: options.program.path, args }, options)];
}

function startPrograms(options: TemporalServerOptions): readonly Service[] {
  if (options.program.kind !== 'server') return [];
  const config = writeServerConfig(options);
  const args = ['--config-file', config, '--allow-no-auth', 'start'];
  const ui = { path: options.program.ui, args: writeUiConfig(options) };
  return [
    startProgram('Temporal', { path: options.program.path, args }, options),
    startProgram('Temporal Web UI', ui, options),
  ];
}

function startProgram(
  name: string,
  { path, args }: { readonly path: string; readonly args: readonly string[] },
  options: TemporalServerOptions,
): Service {
  return startService(
    {
      name,
      command: path,
      args,
      kind: 'program',
      env: { ...process.env },
      cwd: options.dir,
      logFile: join(options.logsDir, `${name.toLowerCase().replaceAll(' ', '-')}.log`),
      stopSignal: 'SIGTERM',
      // Everything acknowledged is on disk, so its long farewell to other machines isn't waited for.
      stopPatienceMs: 2_000,
    },
    options.records,
  );
}

/** True when the namespace can be used; until then the server isn't of use to anybody. */
async function prepareNamespace(address: string, namespace: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 1_000 });
    const service = connection.workflowService;
    const retention = msToTs(keptFor);
    await service
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
      .catch(async (error: unknown) => {
        if ((error as { code?: number }).code !== alreadyExists) throw error;
        // The CLI makes the namespace itself and keeps closed workflows for a day only.
        const config = { workflowExecutionRetentionTtl: retention };
        await service.updateNamespace({ namespace, config });
      });
    await service.listWorkflowExecutions({ namespace, pageSize: 1 });
    return await historyAnswers(connection, namespace);
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

/**
 * The part that starts workflows comes up on its own, later than the part that lists them: it is asked
 * for a workflow that cannot be there, and is up when it says so.
 */
async function historyAnswers(connection: Connection, namespace: string): Promise<boolean> {
  const nobody = new Client({ connection, namespace }).workflow.getHandle('is-anybody-there');
  try {
    await connection.withDeadline(Date.now() + historyPatienceMs, () => nobody.describe());
    return true;
  } catch (error) {
    return error instanceof WorkflowNotFoundError;
  }
}
