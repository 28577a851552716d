/**
 * fal's queue: submit, status, result and cancel as four addresses, files on a public host, callbacks
 * signed by a key that is published.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import type { CallbackLetter, CallbackStyle } from '../provider/callbacks';
import type { Fault } from '../provider/faults';
import { isOver, type SandboxJob } from '../provider/job';
import {
  json,
  jsonBody,
  type Answer,
  type Call,
  type Route,
  type Served,
} from './frame/http-server';
import { answerOutput, requestOf, submit, type Order } from './frame/jobs';
import { linkedFilm } from './frame/linked-film';
import { startStandIn, type Frame, type StandInOptions } from './frame/stand-in';

export interface FalStandInOptions extends StandInOptions {
  readonly key: string;
  /** PKCS #8 PEM of the Ed25519 key that signs callbacks; a new one unless told. */
  readonly signingKey?: string;
}

const apps = [
  'fal-ai/nano-banana-2',
  'fal-ai/veo3.1/fast',
  'fal-ai/kling-video/v3/standard',
  'fal-ai/kling-video/o3/standard',
];

const inputSchema = z.strictObject({
  prompt: z.string().min(1),
  num_images: z.literal(1).optional(),
  aspect_ratio: z.string().optional(),
  resolution: z.enum(['1K', '2K', '4K', '720p', '1080p']).optional(),
  duration: z
    .string()
    .regex(/^\d+s?$/)
    .optional(),
  generate_audio: z.boolean().optional(),
  image_urls: z.array(z.string().startsWith('data:image/')).min(1).optional(),
  image_url: z.string().startsWith('data:image/').optional(),
  start_image_url: z.string().startsWith('data:image/').optional(),
});

const filmSchema = z.strictObject({
  prompt: z.string().min(1),
  video_url: z.url({ protocol: /^https?$/ }),
  keep_audio: z.boolean().default(false),
});

const problem = (status: number, detail: string): Answer => json({ detail }, status);

const invalid = (type: string): Answer =>
  json({ detail: [{ loc: ['body', 'prompt'], msg: 'not accepted', type }] }, 422);

function refusal(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'refuse':
      return fault.at === 'submit'
        ? invalid('content_policy_violation')
        : problem(410, 'This file has expired.');
    case 'fail':
      return problem(500, 'Internal Server Error');
    case 'status':
      return problem(fault.status ?? 503, 'ordered by a fault');
    case 'billing':
      return problem(429, 'User is locked. Reason: Exhausted balance. Top up your balance.');
    case 'retired':
      return problem(404, "Application 'the-model' not found");
    case 'retry-after': {
      const headers = { 'retry-after': String(Math.ceil((fault.ms ?? 1_000) / 1_000)) };
      return { kind: 'json', status: 429, body: { detail: 'Too many requests' }, headers };
    }
    default:
      return undefined;
  }
}

const bytesOf = (url: string): Buffer => Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');

function orderOf(model: string, input: z.infer<typeof inputSchema>, call: Call): Order {
  const photos = [...(input.image_urls ?? []), input.image_url, input.start_image_url];
  const seconds = input.duration === undefined ? undefined : Number.parseInt(input.duration, 10);
  return {
    kind: model.includes('banana') ? 'image' : 'video',
    model,
    prompt: input.prompt,
    inputs: photos.flatMap((url) => (url === undefined ? [] : [bytesOf(url)])),
    aspect: input.aspect_ratio === 'auto' ? undefined : input.aspect_ratio,
    seconds,
    callbackUrl: call.query.get('fal_webhook') ?? undefined,
    notes: { base: call.base },
  };
}

/** Undefined for what the app does not take. */
async function readOrder(model: string, call: Call): Promise<Order | undefined> {
  if (!call.path.endsWith('/video-to-video/edit')) {
    const parsed = inputSchema.safeParse(jsonBody(call));
    return parsed.success ? orderOf(model, parsed.data, call) : undefined;
  }
  const { data } = filmSchema.safeParse(jsonBody(call));
  const film = data && (await linkedFilm(data.video_url));
  if (film === undefined) return undefined;
  const plain = orderOf(model, { prompt: data?.prompt ?? '' }, call);
  return { ...plain, inputs: [film], isRemake: true };
}

function resultOf({ request, outputs, failure }: SandboxJob): Answer {
  if (failure?.code === 'content_refused') return invalid('content_policy_violation');
  if (failure !== undefined) return invalid('generation_failed');
  const base = request.notes?.['base'] ?? '';
  const files = outputs.map(({ name, mediaType }) => ({
    url: `${base}/files/${name}`,
    content_type: mediaType,
  }));
  const isFilm = files[0]?.content_type === 'video/mp4';
  return json(isFilm ? { video: files[0] } : { images: files, description: '' });
}

function submitRoute(frame: Frame): Route {
  return {
    method: 'POST',
    path: /^\/(fal-ai\/[a-z0-9./-]+)$/,
    async answer(call) {
      const [path = ''] = call.names;
      const model = apps.find((app) => path === app || path.startsWith(`${app}/`));
      if (model === undefined) return problem(404, `Application '${path}' not found`);
      const order = await readOrder(model, call);
      if (order === undefined) return invalid('value_error');
      return submit(frame, requestOf(order), ({ id }) => {
        const url = `${call.base}/${model.split('/').slice(0, 2).join('/')}/requests/${id}`;
        return json({
          status: 'IN_QUEUE',
          request_id: id,
          response_url: url,
          status_url: `${url}/status`,
          cancel_url: `${url}/cancel`,
          queue_position: 0,
        });
      });
    },
  };
}

const requestPath = (end: string) => new RegExp(`^\\/fal-ai\\/[^/]+\\/requests\\/([^/]+)${end}$`);

const words = { queued: 'IN_QUEUE', working: 'IN_PROGRESS' } as const;

function requestRoutes(frame: Frame): readonly Route[] {
  const missing = problem(404, 'Request not found');
  return [
    {
      method: 'GET',
      path: requestPath('\\/status'),
      async answer({ names: [id = ''] }) {
        const job = frame.store.byId(id);
        if (job === undefined) return missing;
        return frame.step('status', job.request, () => {
          const now = frame.store.byId(id) ?? job;
          if (now.status === 'queued' || now.status === 'working') {
            return json({ status: words[now.status], request_id: id }, 202);
          }
          const failed = now.failure === undefined ? {} : { error: 'The request failed.' };
          return json({ status: 'COMPLETED', request_id: id, ...failed });
        });
      },
    },
    {
      method: 'GET',
      path: requestPath(''),
      async answer({ names: [id = ''] }) {
        const job = frame.store.byId(id);
        if (job === undefined) return missing;
        return isOver(job) ? resultOf(job) : problem(400, 'Request is still in progress');
      },
    },
    {
      method: 'PUT',
      path: requestPath('\\/cancel'),
      async answer({ names: [id = ''] }) {
        const job = frame.store.byId(id);
        if (job === undefined) return missing;
        if (isOver(job)) return json({ status: 'ALREADY_COMPLETED' }, 400);
        await frame.runner.cancel(id);
        return json({ status: 'CANCELLATION_REQUESTED' }, 202);
      },
    },
    {
      method: 'GET',
      path: /^\/files\/([^/]+)$/,
      answer: ({ names: [name = ''] }) => answerOutput(frame, name, problem(404, 'Not found')),
    },
  ];
}

const userId = 'sandbox-user';

function signed(job: SandboxJob, key: KeyObject): CallbackLetter {
  const failed = job.failure !== undefined;
  const body = JSON.stringify({
    request_id: job.id,
    gateway_request_id: randomUUID(),
    status: failed ? 'ERROR' : 'OK',
    payload: {},
    error: failed ? 'The request failed.' : null,
  });
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const hash = createHash('sha256').update(body).digest('hex');
  const message = Buffer.from([job.id, userId, timestamp, hash].join('\n'));
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-fal-webhook-request-id': job.id,
      'x-fal-webhook-user-id': userId,
      'x-fal-webhook-timestamp': timestamp,
      'x-fal-webhook-signature': sign(null, message, key).toString('hex'),
    },
  };
}

/** Callbacks signed by `key`, and where their key is published. */
function signing(key: KeyObject): { callbacks: CallbackStyle; route: Route } {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return {
    callbacks: {
      compose: (job) => signed(job, key),
      forged: {
        'x-fal-webhook-request-id': 'forged',
        'x-fal-webhook-user-id': userId,
        'x-fal-webhook-timestamp': '0',
        'x-fal-webhook-signature': '00',
      },
    },
    route: {
      method: 'GET',
      path: /^\/\.well-known\/jwks\.json$/,
      answer: async () => json({ keys: [jwk] }),
    },
  };
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

export function startFalStandIn(options: FalStandInOptions): Promise<Served> {
  const key =
    options.signingKey === undefined
      ? generateKeyPairSync('ed25519').privateKey
      : createPrivateKey(options.signingKey);
  const { callbacks, route } = signing(key);
  const wanted = hashOf(`Key ${options.key}`);
  function authorize({ headers, path }: Call): Answer | undefined {
    if (path.startsWith('/files/') || path.startsWith('/.well-known/')) return undefined;
    const isOurs = timingSafeEqual(hashOf(headers.authorization ?? ''), wanted);
    return isOurs ? undefined : problem(401, 'Authentication is required to access this app.');
  }
  return startStandIn(
    {
      authorize,
      refusal,
      problem,
      callbacks,
      routes: (frame) => [...requestRoutes(frame), submitRoute(frame), route],
    },
    options,
  );
}
