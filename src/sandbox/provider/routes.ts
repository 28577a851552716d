import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { faultSchema, type Fault, type Faults } from './faults';
import { jobRequestSchema, sandboxModels, type SandboxJob } from './job';
import type { JobStore } from './job-store';
import type { Runner } from './runner';

export interface Call {
  /** The variable part of the path. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

export type Answer =
  | {
      readonly kind: 'json';
      readonly status: number;
      /** A string goes out as it is. */
      readonly body: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'bytes';
      readonly mediaType: string;
      readonly bytes: Buffer;
      readonly cutAt?: number;
    }
  // The connection is dropped without an answer.
  | { readonly kind: 'none' };

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: RegExp;
  answer(call: Call): Promise<Answer>;
}

export interface RouteDeps {
  readonly store: JobStore;
  readonly runner: Runner;
  readonly faults: Faults;
}

const ok = (body: unknown, status = 200): Answer => ({ kind: 'json', status, body });

const no = (status: number, code: string, message: string): Answer =>
  ok({ error: { code, message } }, status);

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const problems = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');

/** The answer a fault gives before anything was done, if it is of that kind. */
function faultAnswer(fault: Fault | undefined, refusal: Answer): Answer | undefined {
  switch (fault?.kind) {
    case 'fail':
      return no(500, 'internal', 'something broke');
    case 'refuse':
      return refusal;
    case 'status':
      return no(fault.status ?? 503, 'unavailable', 'an answer as scripted');
    case 'retry-after': {
      const seconds = Math.max(1, Math.ceil((fault.ms ?? 1_000) / 1_000));
      const answer = { error: { code: 'rate_limited', message: `wait ${seconds} s` } };
      const headers = { 'retry-after': String(seconds) };
      return { kind: 'json', status: 429, body: answer, headers };
    }
    default:
      return undefined;
  }
}

/** What a fault does to an answer whose effect has happened. */
function spoil(fault: Fault | undefined, answer: Answer): Answer {
  if (fault?.kind === 'lose-answer') return { kind: 'none' };
  if (fault?.kind === 'malformed') return ok('{"id": "', 200);
  return answer;
}

function jobView(job: SandboxJob, runner: Runner): Record<string, unknown> {
  return {
    id: job.id,
    reference: job.request.reference,
    status: job.status,
    progress: runner.progress(job),
    outputs: job.outputs.map(({ name, mediaType }) => ({
      url: `/v1/outputs/${name}`,
      media_type: mediaType,
    })),
    ...(job.failure === undefined ? {} : { error: job.failure }),
  };
}

const slowness = (fault: Fault | undefined): Promise<void> =>
  fault?.kind === 'slow' ? wait(fault.ms ?? 5_000) : Promise.resolve();

function submitRoute({ store, runner, faults }: RouteDeps, submits: Map<string, number>): Route {
  return {
    method: 'POST',
    path: /^\/v1\/jobs$/,
    async answer({ body }) {
      const parsed = jobRequestSchema.safeParse(parseJson(body));
      if (!parsed.success) return no(400, 'invalid_request', problems(parsed.error));
      const request = parsed.data;
      if (!(sandboxModels as readonly string[]).includes(request.model)) {
        return no(404, 'model_not_found', 'no such model, or no longer');
      }
      submits.set(request.reference, (submits.get(request.reference) ?? 0) + 1);
      const known = store.byReference(request.reference);
      // The magic word loses one answer only; the repeated submit is answered.
      const subject = known === undefined ? request : { ...request, prompt: '' };
      const fault = faults.take('submit', subject);
      await slowness(fault);
      const refusal = no(422, 'content_refused', 'the request breaks our content rules');
      const refused = faultAnswer(fault, refusal);
      if (refused !== undefined) return refused;
      const { job, isNew } = await store.accept(request);
      if (isNew) runner.start(job);
      return spoil(fault, ok({ id: job.id, status: job.status }, 202));
    },
  };
}

function jobRoutes({ store, runner, faults }: RouteDeps): Route[] {
  const missing = no(404, 'job_not_found', 'no such job');
  return [
    {
      method: 'GET',
      path: /^\/v1\/jobs$/,
      async answer({ query }) {
        const job = store.byReference(query.get('reference') ?? '');
        return ok({ jobs: job === undefined ? [] : [jobView(job, runner)] });
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/jobs\/([^/]+)$/,
      async answer({ name }) {
        const job = store.byId(name);
        if (job === undefined) return missing;
        const fault = faults.take('status', job.request);
        await slowness(fault);
        const refused = faultAnswer(fault, missing);
        return refused ?? spoil(fault, ok(jobView(store.byId(name) ?? job, runner)));
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/jobs\/([^/]+)\/cancel$/,
      async answer({ name }) {
        if (store.byId(name) === undefined) return missing;
        return ok(jobView(await runner.cancel(name), runner), 202);
      },
    },
  ];
}

function outputRoute({ store, faults }: RouteDeps): Route {
  return {
    method: 'GET',
    path: /^\/v1\/outputs\/([^/]+)$/,
    async answer({ name }) {
      // Only names the store gave out are read, so no path can be smuggled in.
      const job = store.all().find((each) => each.outputs.some((output) => output.name === name));
      const output = job?.outputs.find((each) => each.name === name);
      const gone = no(410, 'output_expired', 'this output is no longer kept');
      if (job === undefined || output === undefined) return gone;
      const fault = faults.take('output', job.request);
      await slowness(fault);
      const refused = faultAnswer(fault, gone);
      if (refused !== undefined) return refused;
      const bytes = await store.readOutput(name);
      const answer: Answer = { kind: 'bytes', mediaType: output.mediaType, bytes };
      if (fault?.kind === 'lose-answer') {
        return { ...answer, cutAt: Math.floor(bytes.length / 2) };
      }
      if (fault?.kind === 'malformed') return { ...answer, bytes: Buffer.from('no picture') };
      return answer;
    },
  };
}

function controlRoutes({ store, faults }: RouteDeps, submits: Map<string, number>): Route[] {
  return [
    {
      method: 'POST',
      path: /^\/faults$/,
      async answer({ body }) {
        const parsed = z.array(faultSchema).safeParse(parseJson(body));
        if (!parsed.success) return no(400, 'invalid_request', problems(parsed.error));
        faults.add(parsed.data);
        return ok({ faults: faults.list() });
      },
    },
    {
      method: 'GET',
      path: /^\/faults$/,
      answer: async () => ok({ faults: faults.list() }),
    },
    {
      method: 'DELETE',
      path: /^\/faults$/,
      async answer() {
        faults.clear();
        return ok({ faults: [] });
      },
    },
    {
      method: 'GET',
      path: /^\/stats$/,
      async answer() {
        const jobs: Record<string, number> = {};
        for (const { request } of store.all()) {
          jobs[request.reference] = (jobs[request.reference] ?? 0) + 1;
        }
        return ok({ submits: Object.fromEntries(submits), jobs });
      },
    },
    { method: 'GET', path: /^\/health$/, answer: async () => ok({ status: 'ok' }) },
  ];
}

/**
 * Every address of the server. /stats tells, per reference, how many submits arrived since the start
 * and how many jobs they made.
 */
export function createRoutes(deps: RouteDeps): readonly Route[] {
  const submits = new Map<string, number>();
  return [
    submitRoute(deps, submits),
    ...jobRoutes(deps),
    outputRoute(deps),
    ...controlRoutes(deps, submits),
  ];
}
