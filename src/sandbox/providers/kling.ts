/**
 * Kling's videos: tasks with a reference of the caller's own, which must be new and by which they are
 * found; callbacks on every change, unsigned; failures by a code of their own beside the HTTP status.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { CallbackStyle } from '../provider/callbacks';
import type { Fault } from '../provider/faults';
import type { SandboxJob } from '../provider/job';
import {
  json,
  jsonBody,
  type Answer,
  type Call,
  type Route,
  type Served,
} from './frame/http-server';
import { answerOutput, requestOf, submit } from './frame/jobs';
import { linkedFilm } from './frame/linked-film';
import { startStandIn, type Frame, type StandInOptions } from './frame/stand-in';

export interface KlingStandInOptions extends StandInOptions {
  readonly accessKey: string;
  readonly secretKey: string;
  /** The single key that newer accounts have. */
  readonly apiKey: string;
}

const models = ['kling-v3', 'kling-v2-5-turbo'];
const omniModels = ['kling-v3-omni', 'kling-video-o1'];

const requestSchema = z.strictObject({
  model_name: z.string(),
  prompt: z.string().max(2500),
  mode: z.enum(['std', 'pro']).default('std'),
  duration: z.enum(['5', '10']).default('5'),
  sound: z.enum(['on', 'off']).optional(),
  aspect_ratio: z.enum(['16:9', '9:16', '1:1']).optional(),
  image: z.base64().optional(),
  external_task_id: z.string().min(1),
  callback_url: z.url().optional(),
});

const omniSchema = z.strictObject({
  model_name: z.string(),
  prompt: z.string().min(1).max(2500),
  mode: z.enum(['std', 'pro']).default('pro'),
  video_list: z
    .array(
      z.strictObject({
        video_url: z.url({ protocol: /^https?$/ }),
        refer_type: z.literal('base'),
        keep_original_sound: z.enum(['yes', 'no']),
      }),
    )
    .length(1),
  external_task_id: z.string().min(1),
  callback_url: z.url().optional(),
});

function klingError(status: number, code: number, message: string): Answer {
  return json({ code, message, request_id: 'sandbox' }, status);
}

const codes: Readonly<Record<number, number>> = {
  400: 1200,
  401: 1002,
  403: 1103,
  404: 1203,
  413: 1201,
  500: 5000,
  503: 5001,
};

function problem(status: number, message: string): Answer {
  const code = codes[status];
  // What stands before Kling's servers knows no codes.
  if (code === undefined) return { kind: 'json', status, body: '<html></html>' };
  return klingError(status, code, message);
}

function refusal(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'refuse':
      return klingError(400, 1301, 'The content triggers the content security policy');
    case 'fail':
      return problem(500, 'Server internal error');
    case 'status':
      return problem(fault.status ?? 503, 'ordered by a fault');
    case 'billing':
      return klingError(429, 1102, 'Resource pack depleted or expired');
    case 'retired':
      return klingError(404, 1203, 'The requested model does not exist');
    case 'retry-after': {
      const headers = { 'retry-after': String(Math.ceil((fault.ms ?? 1_000) / 1_000)) };
      const body = { code: 1302, message: 'Requests too frequent', request_id: 'sandbox' };
      return { kind: 'json', status: 429, body, headers };
    }
    default:
      return undefined;
  }
}

const statuses = {
  queued: 'submitted',
  working: 'processing',
  succeeded: 'succeed',
  failed: 'failed',
  cancelled: 'failed',
} as const;

function viewOf(job: SandboxJob, base: string): Record<string, unknown> {
  const { id, request, status, failure, outputs, acceptedAt } = job;
  const videos = outputs.map(({ name }) => ({ id, url: `${base}/files/${name}`, duration: '5.1' }));
  const why = failure?.code === 'content_refused' ? 'Failure to pass the risk control system' : '';
  return {
    task_id: id,
    task_status: statuses[status],
    task_status_msg: why,
    task_info: { external_task_id: request.reference },
    task_result: { videos },
    created_at: acceptedAt,
    updated_at: acceptedAt,
  };
}

const found = (view: unknown) =>
  json({ code: 0, message: 'SUCCEED', request_id: 'sandbox', data: view });

const isTaken = ({ store }: Frame, { external_task_id: id }: { external_task_id: string }) =>
  store.byReference(id) !== undefined;
const notUnique = klingError(400, 1201, 'external_task_id is not unique');

/** Films that are changed; Kling fetches them while it answers. */
function omniRoute(frame: Frame): Route {
  return {
    method: 'POST',
    path: /^\/v1\/videos\/omni-video$/,
    async answer(call) {
      const parsed = omniSchema.safeParse(jsonBody(call));
      if (!parsed.success) return klingError(400, 1201, z.prettifyError(parsed.error));
      const { data } = parsed;
      if (!omniModels.includes(data.model_name)) return klingError(404, 1203, 'no such model');
      if (isTaken(frame, data)) return notUnique;
      const film = await linkedFilm(data.video_list[0]?.video_url ?? '');
      if (film === undefined) return klingError(400, 1201, 'video_url cannot be used');
      const request = requestOf({
        kind: 'video',
        model: data.model_name,
        prompt: data.prompt,
        inputs: [film],
        isRemake: true,
        reference: data.external_task_id,
        callbackUrl: data.callback_url,
        notes: { family: 'omni-video', base: call.base },
      });
      return submit(frame, request, (job) => found(viewOf({ ...job, outputs: [] }, call.base)));
    },
  };
}

function taskRoutes(frame: Frame): readonly Route[] {
  const taskOf = (family: string, id: string): SandboxJob | undefined => {
    const job = frame.store.byId(id) ?? frame.store.byReference(id);
    return job?.request.notes?.['family'] === family ? job : undefined;
  };
  return [
    {
      method: 'POST',
      path: /^\/v1\/videos\/(text2video|image2video)$/,
      async answer(call) {
        const [family = ''] = call.names;
        const parsed = requestSchema.safeParse(jsonBody(call));
        if (!parsed.success) return klingError(400, 1201, z.prettifyError(parsed.error));
        const { data } = parsed;
        if ((family === 'image2video') !== (data.image !== undefined)) {
          return klingError(400, 1201, 'image belongs to image2video');
        }
        if (!models.includes(data.model_name)) return klingError(404, 1203, 'no such model');
        if (isTaken(frame, data)) return notUnique;
        const request = requestOf({
          kind: 'video',
          model: data.model_name,
          prompt: data.prompt,
          inputs: data.image === undefined ? [] : [Buffer.from(data.image, 'base64')],
          reference: data.external_task_id,
          aspect: data.aspect_ratio,
          seconds: Number(data.duration),
          callbackUrl: data.callback_url,
          notes: { family, base: call.base },
        });
        return submit(frame, request, (job) => found(viewOf({ ...job, outputs: [] }, call.base)));
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/videos\/(text2video|image2video|omni-video)\/([^/]+)$/,
      async answer({ names: [family = '', id = ''], base }) {
        const job = taskOf(family, id);
        if (job === undefined) return klingError(404, 1203, 'no such task');
        return frame.step('status', job.request, () =>
          found(viewOf(frame.store.byId(job.id) ?? job, base)),
        );
      },
    },
  ];
}

/** Files lie on another host at Kling and need no sign-in. */
const fileRoute = (frame: Frame): Route => ({
  method: 'GET',
  path: /^\/files\/([^/]+)$/,
  answer: ({ names: [name = ''] }) =>
    answerOutput(frame, name, { kind: 'json', status: 404, body: 'gone' }),
});

const callbacks: CallbackStyle = {
  compose(job) {
    const view = viewOf(job, job.request.notes?.['base'] ?? '');
    return { body: JSON.stringify(view), headers: { 'content-type': 'application/json' } };
  },
  forged: {},
  tellsBeginning: true,
};

const same = (one: string, other: string): boolean => {
  const [a, b] = [one, other].map((text) => createHmac('sha256', 'same').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
};

function isToken(token: string, { accessKey, secretKey }: KlingStandInOptions): boolean {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const wanted = createHmac('sha256', secretKey).update(`${head}.${claims}`).digest('base64url');
  if (!same(signature, wanted)) return false;
  const schema = z.object({ iss: z.literal(accessKey), exp: z.number(), nbf: z.number() });
  const parsed = schema.safeParse(jsonBody({ body: Buffer.from(claims, 'base64url') }));
  const now = Date.now() / 1_000;
  return parsed.success && parsed.data.exp > now && parsed.data.nbf <= now;
}

export function startKlingStandIn(options: KlingStandInOptions): Promise<Served> {
  function authorize({ headers, path }: Call): Answer | undefined {
    if (path.startsWith('/files/')) return undefined;
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (same(token, options.apiKey) || isToken(token, options)) return undefined;
    return klingError(401, 1002, 'Authorization is invalid');
  }
  return startStandIn(
    {
      authorize,
      refusal,
      problem,
      callbacks,
      routes: (frame) => [omniRoute(frame), ...taskRoutes(frame), fileRoute(frame)],
    },
    options,
  );
}
