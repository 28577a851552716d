import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { jsonOf } from '../http/exchange';
import { klingModels } from './kling-models';
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
const askAgainMs = 8_000;
const tokenSeconds = 1_800;

const settingsSchema = z
  .object({
    KLING_API_KEY: z.string().min(8).describe('API key of Kling.').optional(),
    KLING_ACCESS_KEY: z.string().min(8).describe('The older pair: access key.').optional(),
    KLING_SECRET_KEY: z.string().min(8).describe('The older pair: secret key.').optional(),
    KLING_API_URL: z
      .url({ protocol: /^https?$/ })
      .describe('Address of the API; another one for accounts in China.')
      .default('https://api-singapore.klingai.com'),
  })
  .refine((given) => given.KLING_API_KEY !== undefined || given.KLING_SECRET_KEY !== undefined, {
    path: ['KLING_API_KEY'],
    message: 'or KLING_ACCESS_KEY and KLING_SECRET_KEY are needed',
  })
  .refine(
    (given) => (given.KLING_ACCESS_KEY === undefined) === (given.KLING_SECRET_KEY === undefined),
    { path: ['KLING_ACCESS_KEY'], message: 'and KLING_SECRET_KEY go together' },
  );
type Settings = z.infer<typeof settingsSchema>;

// Kling says what went wrong by a code; 429 alone may be a rate, an empty account or a ban.
const failureOfCode: Readonly<Record<number, ProviderFailureClass>> = {
  1000: 'auth',
  1001: 'auth',
  1002: 'auth',
  1003: 'auth',
  1004: 'auth',
  1100: 'auth',
  1101: 'quota',
  1102: 'quota',
  1103: 'auth',
  1200: 'invalid',
  1201: 'invalid',
  1202: 'retired',
  1203: 'retired',
  1300: 'blocked',
  1301: 'blocked',
  1302: 'rate-limited',
  // All places of our resource pack are busy.
  1303: 'rate-limited',
  1304: 'auth',
  5000: 'transient',
  5001: 'transient',
  5002: 'transient',
};

const codeOf = (body: unknown): number | undefined =>
  z.object({ code: z.number() }).safeParse(body).data?.code;

const resultSchema = z.object({ videos: z.array(z.object({ url: z.string() })).default([]) });

const linksOf = (result: z.infer<typeof resultSchema> | null | undefined): readonly string[] =>
  result?.videos.map(({ url }) => url) ?? [];

// Older and newer endpoints name the same two fields in two ways.
const taskSchema = z
  .object({
    task_id: z.string().optional(),
    id: z.string().optional(),
    task_status: z.string().optional(),
    status: z.string().optional(),
    task_status_msg: z.string().nullish(),
    message: z.string().nullish(),
    task_info: z.object({ external_task_id: z.string().nullish() }).nullish(),
    task_result: resultSchema.nullish(),
  })
  .transform(({ task_info: info, task_result: result, ...task }) => ({
    id: task.task_id ?? task.id ?? '',
    status: task.task_status ?? task.status ?? '',
    said: task.task_status_msg ?? task.message ?? '',
    reference: info?.external_task_id ?? undefined,
    links: linksOf(result),
  }))
  .refine(({ id }) => id !== '');
const answerSchema = z.object({ code: z.literal(0), data: taskSchema });
type Task = z.infer<typeof taskSchema>;

/** HS256 over the account's pair, as Kling's older keys want it. */
function tokenOf(accessKey: string, secretKey: string, nowMs: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(nowMs / 1_000);
  const head = part({ alg: 'HS256', typ: 'JWT' });
  const claims = part({ iss: accessKey, exp: seconds + tokenSeconds, nbf: seconds - 5 });
  const signature = createHmac('sha256', secretKey).update(`${head}.${claims}`).digest('base64url');
  return `${head}.${claims}.${signature}`;
}

function bearerOf(settings: Settings): string {
  const { KLING_API_KEY: key, KLING_ACCESS_KEY: access = '', KLING_SECRET_KEY: secret } = settings;
  return secret === undefined ? (key ?? '') : tokenOf(access, secret, Date.now());
}

const families = ['text2video', 'image2video', 'omni-video'] as const;
type Family = (typeof families)[number];

function familyOf({ mode, inputs }: ProviderJob): Family {
  if (mode === 'video') return 'omni-video';
  return inputs.length === 0 ? 'text2video' : 'image2video';
}

/** A film is changed by our own address of it; Kling takes no bytes of one. */
function filmWishes({ inputs, options }: ProviderJob): Record<string, unknown> {
  const address = inputs[0]?.address;
  if (address === undefined) throw new ProviderError('invalid', 'the film has no address');
  const film = { video_url: address, refer_type: 'base' };
  return {
    video_list: [{ ...film, keep_original_sound: options['audio'] === 'off' ? 'no' : 'yes' }],
  };
}

function wishesOf(job: ProviderJob, family: Family): Record<string, unknown> {
  const { aspect, duration, audio } = job.options;
  const [first] = job.inputs;
  return {
    ...(duration === undefined ? {} : { duration }),
    ...(audio === undefined ? {} : { sound: audio }),
    ...(family === 'text2video' && aspect !== undefined ? { aspect_ratio: aspect } : {}),
    // Bare base64: Kling refuses data addresses.
    ...(first === undefined ? {} : { image: first.bytes.toString('base64') }),
  };
}

function requestOf(job: ProviderJob, family: Family): Record<string, unknown> {
  return {
    model_name: job.providerModel,
    prompt: promptOf(job),
    mode: job.options['quality'] === 'pro' ? 'pro' : 'std',
    ...(family === 'omni-video' ? filmWishes(job) : wishesOf(job, family)),
    external_task_id: job.reference,
    ...(job.callbackUrl === undefined ? {} : { callback_url: job.callbackUrl }),
  };
}

/** Whether Kling's own words about a failed task speak of its content rules. */
const soundsBlocked = (said: string): boolean =>
  /risk|sensitive|policy|violat|inappropriate|safety/i.test(said);

/** Callbacks are not signed, so all they tell is whom to wake. */
function readCallback(rawBody: Buffer): string | undefined {
  return taskSchema.safeParse(jsonOf({ body: rawBody })).data?.reference;
}

function create(settings: Settings, http: HttpClient): Provider {
  const client = createProviderClient({
    base: new URL(settings.KLING_API_URL),
    headers: () => ({ authorization: `Bearer ${bearerOf(settings)}` }),
    http,
    classify: (body) => failureOfCode[codeOf(body) ?? 0],
  });

  async function ask(path: string): Promise<Task> {
    try {
      const request = { path, timeoutMs: askTimeoutMs, lostMeans: 'transient' } as const;
      return (await client.json(answerSchema, request)).data;
    } catch (error) {
      // "No such resource" is a model for a submit and a task for a question.
      const isMissing = error instanceof ProviderError && error.failure === 'retired';
      throw isMissing ? new ProviderError('no-output', 'no such task') : error;
    }
  }

  async function stateOf({ status, said, links }: Task): Promise<ProviderState> {
    if (status === 'submitted') return { status: 'working', progress: 10, askAgainMs };
    if (status === 'processing') return { status: 'working', progress: 50, askAgainMs };
    if (status !== 'succeed' && status !== 'succeeded') {
      const failure = soundsBlocked(said) ? 'blocked' : 'no-output';
      return { status: 'failed', failure, detail: 'the task failed' };
    }
    if (links.length === 0) {
      return { status: 'failed', failure: 'no-output', detail: 'the task has no film' };
    }
    return { status: 'done', outputs: await Promise.all(links.map(client.downloadLink)) };
  }

  return {
    async submit(job) {
      const family = familyOf(job);
      const { data } = await client.json(answerSchema, {
        path: `/v1/videos/${family}`,
        body: requestOf(job, family),
        timeoutMs: submitTimeoutMs,
        lostMeans: 'unknown',
      });
      return { providerJobId: `${family}/${data.id}` };
    },
    async collect(providerJobId) {
      const [family = '', id = ''] = providerJobId.split('/');
      const known = families.find((each) => each === family);
      if (known === undefined) throw new ProviderError('no-output', 'no such task');
      return stateOf(await ask(`/v1/videos/${known}/${encodeURIComponent(id)}`));
    },
    async findByReference(reference) {
      for (const family of families) {
        try {
          const { id } = await ask(`/v1/videos/${family}/${encodeURIComponent(reference)}`);
          return { providerJobId: `${family}/${id}` };
        } catch (error) {
          if (!(error instanceof ProviderError) || error.failure !== 'no-output') throw error;
        }
      }
      return undefined;
    },
    readCallback,
  };
}

/** Kling's films from words, from a photo or from another film. Our reference finds a task whose answer was lost. */
export const kling = defineProvider({
  id: 'kling',
  settings: settingsSchema,
  // The reference must be new for each task; a second one is refused, not answered with the first.
  dedupesSubmit: false,
  callsBack: true,
  // The places of the smallest resource pack; more are refused with a 429 of their own.
  concurrencyMax: 5,
  models: klingModels,
  // What Kling says of a film to change; it bills the film's own length.
  films: { by: 'address', sideMin: 720, sideMax: 2160, secondsMin: 3 },
  create,
});
