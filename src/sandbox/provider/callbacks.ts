import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from './faults';
import type { JobStore } from './job-store';
import type { SandboxJob } from './job';

const attemptsMax = 12;
const attemptTimeoutMs = 10_000;

/** The headers of one callback: HMAC-SHA256 over `<timestamp>.<raw body>`, hex. */
function signCallback(body: string, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    'content-type': 'application/json',
    'sandbox-delivery': randomUUID(),
    'sandbox-timestamp': timestamp,
    'sandbox-signature': `v1=${signature}`,
  };
}

/** What is posted to a job's callback address. */
export interface CallbackLetter {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a provider calls back. */
export interface CallbackStyle {
  /** Asked anew for each attempt, so that a signature is fresh. */
  compose(job: SandboxJob): CallbackLetter;
  /** The headers a forger would send. */
  readonly forged: Readonly<Record<string, string>>;
  /** Whether it also tells when the work begins, once and without trying again. */
  readonly tellsBeginning?: boolean;
}

/** As the sandbox provider does. */
export function signedCallbacks(secret: string): CallbackStyle {
  return {
    compose({ id, request, status }) {
      const body = JSON.stringify({ id, reference: request.reference, status });
      return { body, headers: signCallback(body, secret) };
    },
    forged: { 'sandbox-timestamp': '0', 'sandbox-signature': 'v1=forged' },
  };
}

export interface CallbackOptions {
  readonly store: JobStore;
  readonly faults: Faults;
  readonly style: CallbackStyle;
  /** The first wait between two attempts; it doubles up to a minute. */
  readonly retryMs: number;
  readonly signal: AbortSignal;
}

async function post(url: string, { body, headers }: CallbackLetter): Promise<boolean> {
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
  const { style } = options;
  const send = (letter = style.compose(job)): Promise<boolean> =>
    post(String(job.request.callback_url), letter);
  const fault = options.faults.take('callback', job.request);
  switch (fault?.kind) {
    case 'lose-answer':
    case 'fail':
      return false;
    case 'slow':
      await wait(fault.ms ?? 5_000, undefined, { signal: options.signal });
      return send();
    case 'malformed':
      return send({ ...style.compose(job), headers: style.forged });
    case 'duplicate':
      await send();
      return send();
    case 'disorder': {
      const isTaken = await send();
      await send(style.compose({ ...job, status: 'working', outputs: [] }));
      return isTaken;
    }
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

/** Tells that the work has begun, if the provider does and anybody wants to know. */
export async function tellBeginning(job: SandboxJob, options: CallbackOptions): Promise<void> {
  if (options.style.tellsBeginning !== true || job.request.callback_url === undefined) return;
  await post(job.request.callback_url, options.style.compose(job));
}
