import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Switches of the server that Easel counts on; the CLI takes the same ones as arguments. */
export const dynamicConfig: Readonly<Record<string, boolean | number>> = {
  // One person's hundred pictures must not make the others wait.
  'matching.enableFairness': true,
  'frontend.enableUpdateWorkflowExecution': true,
  // One partition: on one machine more of them only blur the order of priorities.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // The Web UI and the search for stuck generations list often; the standard is 10 a second.
  'frontend.namespaceRPS.visibility': 100,
  // Each shard reads its new tasks at most this often a second. The standard of 20 is meant for hundreds
  // of shards; with the one shard of a local server every step after the first few waited up to 50 ms.
  'history.transferProcessorMaxPollRPS': 200,
  'history.timerProcessorMaxPollRPS': 200,
  'history.visibilityProcessorMaxPollRPS': 200,
};

export interface ServerPlace {
  /** Holds the database and the configuration. */
  readonly dir: string;
  /** gRPC port of the frontend; the server's inner ports follow it. */
  readonly port: number;
  readonly uiPort: number;
  /** The one the Web UI opens with. */
  readonly namespace?: string;
}

/** Ports besides the frontend's on which the parts of the server talk to each other. */
export function innerPorts(port: number): readonly number[] {
  return [1, 2, 3, 4, 5, 6, 7].map((offset) => port + offset);
}

export function databaseFile(dir: string): string {
  return join(dir, 'temporal.db');
}

/**
 * Writes the configuration of a one-machine production server on a SQLite file. Every write is on
 * disk before it is answered (`synchronous` 2), so a kill or a power cut loses nothing.
 * JSON is YAML as well. Returns the path of the server's file.
 */
export function writeServerConfig(place: ServerPlace): string {
  const dynamicFile = join(place.dir, 'dynamic-config.yaml');
  const values = Object.entries(dynamicConfig).map(([name, value]) => [name, [{ value }]]);
  writeJson(dynamicFile, Object.fromEntries(values));
  const serverFile = join(place.dir, 'server.yaml');
  writeJson(serverFile, serverConfig(place, dynamicFile));
  return serverFile;
}

/** Writes the Web UI's configuration; returns the arguments its program takes. */
export function writeUiConfig(place: ServerPlace): readonly string[] {
  mkdirSync(join(place.dir, 'ui'), { recursive: true });
  writeJson(join(place.dir, 'ui', 'easel.yaml'), {
    temporalGrpcAddress: `127.0.0.1:${place.port}`,
    host: '127.0.0.1',
    port: place.uiPort,
    enableUi: true,
    defaultNamespace: place.namespace ?? 'default',
    disableNewsFetch: true,
  });
  return ['--root', place.dir, '--config', 'ui', '--env', 'easel', 'start'];
}

function serverConfig({ dir, port }: ServerPlace, dynamicFile: string): unknown {
  const store = sqlite(databaseFile(dir));
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 1,
      datastores: { default: store, visibility: store },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: rpc(port, port + 4),
      history: rpc(port + 1, port + 5),
      matching: rpc(port + 2, port + 6),
      worker: rpc(port + 3, port + 7),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${port}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '60s' },
  };
}

function rpc(grpcPort: number, membershipPort: number): unknown {
  return { rpc: { grpcPort, membershipPort, bindOnLocalHost: true } };
}

function sqlite(databaseName: string): unknown {
  return {
    sql: {
      pluginName: 'sqlite',
      databaseName,
      connectAddr: 'localhost',
      connectProtocol: 'tcp',
      connectAttributes: { cache: 'private', setup: 'true', journal_mode: 'wal', synchronous: '2' },
      maxConns: 1,
      maxIdleConns: 1,
      maxConnLifetime: '1h',
    },
  };
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
