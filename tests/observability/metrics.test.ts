import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMetrics } from '../../src/observability/metrics';

/** Renders with an SDK endpoint that answers like this. */
async function renderWith(sdk: RequestListener): Promise<string> {
  const server = createServer(sdk);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await createMetrics({ sdkMetricsUrl: `http://127.0.0.1:${port}/metrics` }).render();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('metrics', () => {
  test('count requests by route and updates by outcome', async () => {
    const metrics = createMetrics();
    metrics.httpAnswered({ method: 'GET', route: '/health', status: 200, seconds: 0.002 });
    metrics.updateHandled('done');
    metrics.updateHandled('done');
    metrics.updateHandled('busy');
    const text = await metrics.render();
    expect(text).toContain(
      'easel_http_request_seconds_bucket{le="0.0025",method="GET",route="/health",status="200"} 1',
    );
    expect(text).toContain('easel_updates_total{outcome="done"} 2');
    expect(text).toContain('easel_updates_total{outcome="busy"} 1');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  test('append what the Temporal SDK says, without its end mark', async () => {
    const text = await renderWith((_request, response) => {
      response.end('# TYPE temporal_worker_start counter\ntemporal_worker_start 1\n# EOF\n');
    });
    expect(text).toContain('\ntemporal_worker_start 1\n');
    expect(text).not.toContain('# EOF');
    expect(text.endsWith('\n')).toBe(true);
  });

  test.each<[string, RequestListener]>([
    ['answers an error', (_request, response) => response.writeHead(500).end('broken')],
    ['hangs up', (request) => request.socket.destroy()],
    ['says nothing', () => undefined],
  ])('are whole when the SDK %s', async (_how, sdk) => {
    const text = await renderWith(sdk);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toMatch(/# The Temporal SDK metrics (did not answer|answered 500)\.\n$/);
  });

  test('are whole when there is no SDK here', async () => {
    const text = await createMetrics({ sdkMetricsUrl: 'http://127.0.0.1:1/metrics' }).render();
    expect(text).toContain('process_cpu_seconds_total');
  });
});
