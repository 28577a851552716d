import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from './faults';
import type { JobStore } from './job-store';
import type { SandboxJob } from './job';

const attemptsMax = 12;
const attemptTimeoutMs = 10_000;

/** The headers of one callback: HMAC-SHA256 over `<timestamp>.<raw body>`, hex. */
export function signCallback(
  body: string,
  secret: string,
  now = Date.now(),
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    'content-type': 'application/json',
    'sandbox-delivery': randomUUID(),
    'sandbox-timestamp': timestamp,
    'sandbox-signature': `v1=${signature}`,
  };
}

export interface CallbackOptions {
  readonly store: JobStore;
  readonly faults: Faults;
  readonly secret: string;
  /** The first wait between two attempts; it doubles up to a minute. */
  readonly retryMs: number;
  readonly signal: AbortSignal;
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(attemptTimeoutMs),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function attempt(job: SandboxJob, options: CallbackOptions): Promise<boolean> {
  const { request } = job;
  const body = JSON.stringify({ id: job.id, reference: request.reference, status: job.status });
  const send = (headers = signCallback(body, options.secret)): Promise<boolean> =>
    post(String(request.callback_url), body, headers);
  const fault = options.faults.take('callback', request);
  switch (fault?.kind) {
    case 'lose-answer':
    case 'fail':
      return false;
    case 'slow':
      await wait(fault.ms ?? 5_000, undefined, { signal: options.signal });
      return send();
    case 'malformed':
      return send({ 'sandbox-timestamp': '0', 'sandbox-signature': 'v1=forged' });
    case 'duplicate':
      await send();
      return send();
    default:
      return send();
  }
}

/** Calls back until a 2xx comes, each attempt signed anew; gives up after some minutes. */
export async function callBack(job: SandboxJob, options: CallbackOptions): Promise<void> {
  for (let tries = 0; tries < attemptsMax; tries += 1) {
    if (await attempt(job, options)) break;
    const waitMs = Math.min(options.retryMs * 2 ** tries, 60_000);
    await wait(waitMs, undefined, { signal: options.signal });
  }
  await options.store.calledBack(job.id);
}
