import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { createBookGauges, type BookFigures } from './book-gauges';
import { createProviderGauges, type ProviderFigures } from './provider-gauges';

export interface Metrics {
  readonly contentType: string;
  /** One answered HTTP request; `route` is the pattern, never the path with its ids. */
  httpAnswered(answer: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** One Telegram update taken in and how it ended. */
  updateHandled(outcome: 'done' | 'busy' | 'failed'): void;
  /** One submit to an AI provider: `accepted`, or the class of its failure. */
  submitted(provider: string, outcome: string): void;
  /** A generation that another provider took over. */
  fellBack(from: string, to: string): void;
  /** Prometheus text of this process and, when it answers, of the Temporal SDK inside it. */
  render(): Promise<string>;
}

export interface MetricsOptions {
  /** Where the Temporal SDK of this process serves its own metrics. */
  readonly sdkMetricsUrl?: string;
  /** What all workers know of the providers; left out of an answer when it cannot be had. */
  readonly providers?: () => Promise<readonly ProviderFigures[]>;
  /** How the books stand; left out likewise. */
  readonly books?: () => Promise<BookFigures>;
}

const sdkTimeoutMs = 1000;

/** One registry per process; the default metrics of Node are included. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const http = new Histogram({
    name: 'easel_http_request_seconds',
    help: 'Time to answer an HTTP request.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const updates = new Counter({
    name: 'easel_updates_total',
    help: 'Telegram updates by how they ended: done, busy (another process has it), failed.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const submits = new Counter({
    name: 'easel_provider_submits_total',
    help: 'Jobs submitted to AI providers: accepted, or the class of the failure.',
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  });
  const fallbacks = new Counter({
    name: 'easel_provider_fallbacks_total',
    help: 'Generations one provider could not serve and another took over.',
    labelNames: ['from', 'to'],
    registers: [registry],
  });
  const showProviders = createProviderGauges(registry);
  const showBooks = createBookGauges(registry);
  return {
    contentType: registry.contentType,
    httpAnswered: ({ method, route, status, seconds }) => {
      http.observe({ method, route, status }, seconds);
    },
    updateHandled: (outcome) => {
      updates.inc({ outcome });
    },
    submitted: (provider, outcome) => {
      submits.inc({ provider, outcome });
    },
    fellBack: (from, to) => {
      fallbacks.inc({ from, to });
    },
    render: async () => {
      showProviders((await options.providers?.().catch(() => undefined)) ?? []);
      showBooks(await options.books?.().catch(() => undefined));
      const [own, sdk] = await Promise.all([
        registry.metrics(),
        readSdkMetrics(options.sdkMetricsUrl),
      ]);
      return `${own}${sdk}`;
    },
  };
}

/** Our own figures must not go missing because the SDK's endpoint is off or slow. */
async function readSdkMetrics(url: string | undefined): Promise<string> {
  if (url === undefined) return '';
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(sdkTimeoutMs) });
    if (!answer.ok) return `# The Temporal SDK metrics answered ${answer.status}.\n`;
    return withoutEnd(await answer.text());
  } catch {
    return '# The Temporal SDK metrics did not answer.\n';
  }
}

/** OpenMetrics ends with "# EOF", which nothing may follow and our own text format does not know. */
function withoutEnd(text: string): string {
  const body = text.replace(/^# EOF\n?/m, '');
  return body.endsWith('\n') || body === '' ? body : `${body}\n`;
}
