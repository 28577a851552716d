/** A worker or a bot that runs without the API. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { createStatusApp } from '../../src/api/app';
import { createMetrics } from '../../src/observability/metrics';
import type { Parts } from '../../src/roles/parts';
import { startStatus } from '../../src/roles/status';
import { adminKey, makeApi } from './fixture';

test('answers whether it is alive, what it needs and how providers stand', async () => {
  const app = createStatusApp(makeApi().deps);
  const answers = ['/health', '/health/db', '/health/temporal', '/health/payment'].map(
    async (path) => (await request(app).get(path)).body as unknown,
  );
  for (const answer of answers) expect(await answer).toMatchObject({ status: 'ok' });
  expect((await request(app).get('/health/providers')).status).toBe(200);
});

test('tells the figures of its worker and of the Temporal SDK inside it', async () => {
  const sdk = createServer((_, response) => response.end('temporal_activity_execution_failed 4\n'));
  await new Promise<void>((listening) => sdk.listen(0, '127.0.0.1', listening));
  const { port } = sdk.address() as AddressInfo;
  try {
    const metrics = createMetrics({ sdkMetricsUrl: `http://127.0.0.1:${port}/metrics` });
    metrics.submitted('kling', 'accepted');
    const { text } = await request(createStatusApp(makeApi({ metrics }).deps)).get('/metrics');
    expect(text).toContain('easel_provider_submits_total{provider="kling",outcome="accepted"} 1');
    expect(text).toContain('temporal_activity_execution_failed 4');
  } finally {
    sdk.close();
  }
});

test('keeps its figures for admins where the bot has an address in the world', async () => {
  const { deps } = makeApi({}, { PUBLIC_URL: 'https://bot.example.org' });
  const app = createStatusApp(deps);
  expect((await request(app).get('/metrics')).status).toBe(401);
  const asPrometheus = { Authorization: `Bearer ${adminKey}` };
  expect((await request(app).get('/metrics').set(asPrometheus)).status).toBe(200);
});

test.each(['/', '/docs', '/app/', '/admin/statistics', '/telegram/webhook', '/webhooks/yookassa'])(
  'has no %s',
  async (path) => {
    const app = createStatusApp(makeApi().deps);
    for (const answer of [await request(app).get(path), await request(app).post(path)]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
      expect(answer.body.detail).toContain('/health and /metrics');
    }
  },
);

describe('its port', () => {
  const partsWith = (port: number) => {
    const { deps, log } = makeApi({}, { STATUS_PORT: String(port) });
    return { parts: deps as unknown as Parts, log };
  };

  test('is listened on until it stops', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    const { port } = taken.address() as AddressInfo;
    await new Promise((closed) => taken.close(closed));
    const running = await startStatus(partsWith(port).parts);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    await running?.stop();
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  });

  test('is nowhere when it is 0', async () => {
    expect(await startStatus(partsWith(0).parts)).toBeUndefined();
  });

  test('that another program has stops no worker, and the log says which setting to change', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const { parts, log } = partsWith((other.address() as AddressInfo).port);
    try {
      expect(await startStatus(parts)).toBeUndefined();
      expect(log()).toContain('set STATUS_PORT to another port');
    } finally {
      other.close();
    }
  });
});
