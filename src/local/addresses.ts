/** Where everything is reached on this machine: what must be free before, and what is told after. */
import { join } from 'node:path';
import { adminKeyFile } from './app-environment';
import { portSettings, type LocalSettings, type Ports } from './local-settings';
import { paymentStandIns } from './payment-stand-ins';
import type { WantedPort } from './ports';
import { since } from './progress';
import { innerPorts } from './temporal-config';

export function wantedPorts(settings: LocalSettings): readonly WantedPort[] {
  const { ports } = settings;
  const want = (key: keyof Ports, what: string, port = ports[key]): WantedPort => ({
    port,
    what,
    setting: portSettings[key].name,
  });
  return [
    want('api', 'API'),
    want('sdkMetrics', 'Temporal SDK metrics'),
    want('sandboxProvider', 'sandbox provider'),
    ...(settings.botToken === undefined
      ? [
          want('sandboxTelegram', 'sandbox Telegram'),
          ...paymentStandIns.map(({ port, name }) => want(port, `sandbox ${name}`)),
        ]
      : []),
    ...(settings.databaseUrl === undefined ? [want('postgres', 'Postgres')] : []),
    ...(settings.temporalAddress === undefined
      ? [
          want('temporal', 'Temporal server'),
          want('temporalUi', 'Temporal Web UI'),
          ...innerPorts(ports.temporal).map((port) =>
            want('temporal', 'inside the Temporal server', port),
          ),
        ]
      : []),
  ];
}

export function summary(settings: LocalSettings, startedAt: number): string {
  const { ports } = settings;
  const ui =
    settings.temporalAddress === undefined
      ? `http://127.0.0.1:${ports.temporalUi}`
      : (settings.temporalUiUrl ?? 'the one of your server');
  const chat =
    settings.botToken === undefined
      ? `http://127.0.0.1:${ports.sandboxTelegram}`
      : 'your bot in Telegram';
  return [
    '',
    `Easel is ready (${since(startedAt)}).`,
    '',
    `  Chat             ${chat}`,
    `  Temporal Web UI  ${ui}`,
    `  API docs         http://127.0.0.1:${ports.api}/docs`,
    `  Admin API key    ${join(settings.dataDir, adminKeyFile)}`,
    `  Data and logs    ${settings.dataDir}`,
    '',
    'Ctrl-C stops it; everything is kept for the next start.',
  ].join('\n');
}
