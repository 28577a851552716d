import type { z } from 'zod';
import { secondsOf, type Refusal } from '../providers/frame/fault-step';
import { json, jsonBody, type Answer, type Route } from '../providers/frame/http-server';
import { answerOutput, submit } from '../providers/frame/jobs';
import type { Frame } from '../providers/frame/stand-in';
import { jobRequestSchema, sandboxModels, type SandboxJob } from './job';
import type { Runner } from './runner';

/** How the sandbox provider words an error. */
export function no(status: number, code: string, message: string): Answer {
  return json({ error: { code, message } }, status);
}

const problems = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');

const missing = no(404, 'job_not_found', 'no such job');
const expired = no(410, 'output_expired', 'this output is no longer kept');
const retired = no(404, 'model_not_found', 'no such model, or no longer');
const refused: Readonly<Record<string, Answer>> = {
  submit: no(422, 'content_refused', 'the request breaks our content rules'),
  status: missing,
  output: expired,
};

/** The answer a fault gives before anything was done, if it is of that kind. */
export const refusal: Refusal = (fault) => {
  switch (fault.kind) {
    case 'fail':
      return no(500, 'internal', 'something broke');
    case 'refuse':
      return refused[fault.at];
    case 'retired':
      return retired;
    case 'billing':
      return no(429, 'account_empty', 'there is nothing left on the account');
    case 'status':
      return no(fault.status ?? 503, 'unavailable', 'an answer as scripted');
    case 'retry-after': {
      const seconds = secondsOf(fault);
      const body = { error: { code: 'rate_limited', message: `wait ${seconds} s` } };
      return { kind: 'json', status: 429, body, headers: { 'retry-after': String(seconds) } };
    }
    default:
      return undefined;
  }
};

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

function submitRoute(frame: Frame): Route {
  return {
    method: 'POST',
    path: /^\/v1\/jobs$/,
    async answer(call) {
      const parsed = jobRequestSchema.safeParse(jsonBody(call));
      if (!parsed.success) return no(400, 'invalid_request', problems(parsed.error));
      const request = parsed.data;
      if (!(sandboxModels as readonly string[]).includes(request.model)) return retired;
      return submit(frame, request, ({ id, status }) => json({ id, status }, 202));
    },
  };
}

function jobRoutes({ store, runner, step }: Frame): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/v1\/jobs$/,
      async answer({ query }) {
        const job = store.byReference(query.get('reference') ?? '');
        return json({ jobs: job === undefined ? [] : [jobView(job, runner)] });
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/jobs\/([^/]+)$/,
      async answer({ names: [id = ''] }) {
        const job = store.byId(id);
        if (job === undefined) return missing;
        return step('status', job.request, () => json(jobView(store.byId(id) ?? job, runner)));
      },
    },
    {
      method: 'POST',
      path: /^\/v1\/jobs\/([^/]+)\/cancel$/,
      async answer({ names: [id = ''] }) {
        if (store.byId(id) === undefined) return missing;
        return json(jobView(await runner.cancel(id), runner), 202);
      },
    },
  ];
}

/** Every address of the sandbox provider. */
export function createRoutes(frame: Frame): readonly Route[] {
  return [
    submitRoute(frame),
    ...jobRoutes(frame),
    {
      method: 'GET',
      path: /^\/v1\/outputs\/([^/]+)$/,
      answer: ({ names: [name = ''] }) => answerOutput(frame, name, expired),
    },
  ];
}
