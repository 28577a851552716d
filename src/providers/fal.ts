import { z } from 'zod';
import { jsonOf } from '../http/exchange';
import { falModels } from './fal-models';
import { createFalVerifier } from './fal-webhook';
import {
  defineProvider,
  ProviderError,
  type HttpClient,
  type Provider,
  type ProviderFailureClass,
  type ProviderJob,
  type ProviderState,
} from './provider';
import { createProviderClient } from './provider-client';
import { promptOf } from './style-words';

const submitTimeoutMs = 60_000;
const askTimeoutMs = 15_000;
const askAgainMs = 3_000;

const settingsSchema = z.object({
  FAL_KEY: z.string().min(8).describe('Key of fal.ai, as "id:secret".'),
  FAL_QUEUE_URL: z
    .url({ protocol: /^https?$/ })
    .describe("Instead of fal's address of queues.")
    .default('https://queue.fal.run'),
  FAL_KEYS_URL: z
    .url({ protocol: /^https?$/ })
    .describe("Instead of fal's address of the keys that sign its callbacks.")
    .default('https://rest.fal.ai/.well-known/jwks.json'),
});

const detailSchema = z.object({
  detail: z.union([z.string(), z.array(z.object({ type: z.string().default('') }))]),
});

/** Reads a refusal's body: its own word for content, and an empty account said with a 403. */
function classify(body: unknown): ProviderFailureClass | undefined {
  const { detail } = detailSchema.safeParse(body).data ?? {};
  if (typeof detail === 'string') {
    if (/exhausted balance|top up|billing/i.test(detail)) return 'quota';
    return /no longer available|deprecated|application .*not found/i.test(detail)
      ? 'retired'
      : undefined;
  }
  if (detail === undefined) return undefined;
  return detail.some(({ type }) => type === 'content_policy_violation') ? 'blocked' : 'invalid';
}

const acceptedSchema = z.object({ request_id: z.string().min(1) });
const statusSchema = z.object({
  status: z.enum(['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED']),
  error: z.string().nullish(),
});
const fileSchema = z.object({ url: z.string() });
const resultSchema = z.object({
  images: z.array(fileSchema).optional(),
  video: fileSchema.optional(),
});
const callbackSchema = z.object({ request_id: z.string(), payload: z.unknown().optional() });

const dataUrl = ({ mediaType, bytes }: ProviderJob['inputs'][number]): string =>
  `data:${mediaType};base64,${bytes.toString('base64')}`;

function requestOf(job: ProviderJob): { path: string; input: Record<string, unknown> } {
  if (job.mode === 'video') return filmInput(job);
  return job.kind === 'image' ? imageInput(job) : videoInput(job);
}

const chosen = (pairs: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;

function imageInput(job: ProviderJob): { path: string; input: Record<string, unknown> } {
  const { aspect, size } = job.options;
  const images = job.inputs.map(dataUrl);
  return {
    path: images.length === 0 ? '' : '/edit',
    input: {
      prompt: promptOf(job),
      num_images: 1,
      ...chosen({ aspect_ratio: aspect, resolution: size }),
      ...(images.length === 0 ? {} : { image_urls: images }),
    },
  };
}

/** A film is changed by our own address of it: in the request itself it would be too large. */
function filmInput(job: ProviderJob): { path: string; input: Record<string, unknown> } {
  const address = job.inputs[0]?.address;
  if (address === undefined) throw new ProviderError('invalid', 'the film has no address');
  return {
    path: '/video-to-video/edit',
    input: {
      prompt: promptOf(job),
      video_url: address,
      keep_audio: job.options['audio'] !== 'off',
    },
  };
}

/** The families differ in the name of the first picture and in how they write a duration. */
function videoInput(job: ProviderJob): { path: string; input: Record<string, unknown> } {
  const { aspect, duration, resolution, audio } = job.options;
  const isKling = job.providerModel.includes('kling');
  const [first] = job.inputs;
  const pathOfText = isKling ? '/text-to-video' : '';
  return {
    path: first === undefined ? pathOfText : '/image-to-video',
    input: {
      prompt: promptOf(job),
      ...chosen({ aspect_ratio: aspect, resolution }),
      ...(duration === undefined ? {} : { duration: isKling ? duration : `${duration}s` }),
      ...(audio === undefined ? {} : { generate_audio: audio === 'on' }),
      ...(first === undefined
        ? {}
        : { [isKling ? 'start_image_url' : 'image_url']: dataUrl(first) }),
    },
  };
}

/** Only the owner and the app stand in the addresses of a request; the rest of a model's path not. */
const appOf = (model: string): string => model.split('/').slice(0, 2).join('/');

function withReference(callbackUrl: string, reference: string): string {
  const url = new URL(callbackUrl);
  url.searchParams.set('reference', reference);
  return url.toString();
}

function create(settings: z.infer<typeof settingsSchema>, http: HttpClient): Provider {
  const client = createProviderClient({
    base: new URL(settings.FAL_QUEUE_URL),
    // Queued again by fal itself, a failed job would be billed twice.
    headers: { authorization: `Key ${settings.FAL_KEY}`, 'x-fal-no-retry': '1' },
    http,
    classify,
  });
  const verifySigned = createFalVerifier(new URL(settings.FAL_KEYS_URL), http);
  const ask = { timeoutMs: askTimeoutMs, lostMeans: 'transient' } as const;

  async function resultOf(path: string): Promise<readonly string[]> {
    const { images = [], video } = await client.json(resultSchema, { ...ask, path });
    return [...images, ...(video === undefined ? [] : [video])].map(({ url }) => url);
  }

  return {
    async submit(job) {
      const { path, input } = requestOf(job);
      const callback =
        job.callbackUrl === undefined
          ? ''
          : `?fal_webhook=${encodeURIComponent(withReference(job.callbackUrl, job.reference))}`;
      const { request_id: id } = await notRetired(
        client.json(acceptedSchema, {
          path: `/${job.providerModel}${path}${callback}`,
          body: input,
          timeoutMs: submitTimeoutMs,
          lostMeans: 'unknown',
        }),
      );
      return { providerJobId: `${appOf(job.providerModel)}/requests/${id}` };
    },
    async collect(providerJobId) {
      const { status, error } = await client.json(statusSchema, {
        ...ask,
        path: `/${providerJobId}/status`,
      });
      if (status === 'IN_QUEUE') return { status: 'working', progress: 10, askAgainMs };
      if (status === 'IN_PROGRESS') return { status: 'working', progress: 50, askAgainMs };
      // A refusal of content comes with the result and tells more than the status.
      const result = await resultOf(`/${providerJobId}`).catch(endedBadly);
      if ('failure' in result) return result;
      if (result.length === 0 || (error ?? '') !== '') {
        return { status: 'failed', failure: 'no-output', detail: 'the job has no result' };
      }
      return { status: 'done', outputs: await Promise.all(result.map(client.downloadLink)) };
    },
    async cancel(providerJobId) {
      const path = `/${providerJobId}/cancel`;
      await client.json(z.unknown(), { ...ask, path, method: 'PUT' }).catch((error: unknown) => {
        // Over already.
        if (!(error instanceof ProviderError) || error.failure !== 'invalid') throw error;
      });
    },
    async readCallback(rawBody, headers, query) {
      await verifySigned(rawBody, headers);
      const parsed = callbackSchema.safeParse(jsonOf({ body: rawBody }));
      return parsed.success ? query?.['reference'] : undefined;
    },
  };
}

/** A job whose result is refused has ended; what may still come is told by other classes. */
function endedBadly(error: unknown): Extract<ProviderState, { status: 'failed' }> {
  const isEnd =
    error instanceof ProviderError && ['blocked', 'invalid', 'no-output'].includes(error.failure);
  if (!isEnd) throw error;
  const failure = error.failure === 'blocked' ? 'blocked' : 'no-output';
  return { status: 'failed', failure, detail: error.message };
}

/** To a submit "not found" is said of the model. */
async function notRetired<T>(call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    const isGone = error instanceof ProviderError && error.failure === 'no-output';
    throw isGone ? new ProviderError('retired', error.message) : error;
  });
}

/** fal.ai: one queue for models of many makers; the relief for all three families. */
export const fal = defineProvider({
  id: 'fal',
  settings: settingsSchema,
  dedupesSubmit: false,
  callsBack: true,
  models: falModels,
  films: { by: 'address', sideMin: 720, sideMax: 2160, secondsMin: 3 },
  create,
});
