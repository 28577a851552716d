import { z } from 'zod';
import {
  accessOf,
  hasKeyOrAccount,
  httpUrl,
  keyOrAccountIssue,
  keySettings,
  locationSetting,
  vertexSettings,
} from './google-access';
import { createGoogleClient, type GoogleCall, type GoogleClient } from './google-client';
import { refusalTopic, soundsRefusing } from './google-errors';
import {
  defineProvider,
  ProviderError,
  type HttpClient,
  type Provider,
  type ProviderFailureClass,
  type ProviderJob,
  type ProviderOutput,
  type ProviderState,
} from './provider';
import { isMedia } from './provider-client';
import { promptOf } from './style-words';

const answerBytesMax = 96 * 1024 * 1024;
const outputBytesMax = 64 * 1024 * 1024;
const askAgainMs = 5_000;
const mediaType = 'video/mp4';

const settingsSchema = z
  .object({
    ...keySettings,
    ...vertexSettings,
    OMNI_VERTEX_URL: httpUrl().describe("Instead of the location's address.").optional(),
    OMNI_VERTEX_LOCATION: locationSetting().describe('Region of Vertex.').default('global'),
  })
  .refine(hasKeyOrAccount, keyOrAccountIssue);
type Settings = z.infer<typeof settingsSchema>;

const submitting: GoogleCall = {
  timeoutMs: 60_000,
  notFound: 'retired',
  lostMeans: 'unknown',
  internalMeans: 'unknown',
};
const asking: GoogleCall = {
  timeoutMs: 60_000,
  bytesMax: answerBytesMax,
  notFound: 'no-output',
  lostMeans: 'transient',
  internalMeans: 'transient',
};
// Left to itself the SDK would send a call of this API five times.
const once = { retries: { strategy: 'none' } } as const;

const problemSchema = z.object({
  code: z.union([z.string(), z.number()]).optional(),
  message: z.string().optional(),
});
type Problem = z.infer<typeof problemSchema>;
const contentSchema = z.object({
  type: z.string(),
  text: z.string().optional(),
  data: z.string().optional(),
  uri: z.string().optional(),
});
const interactionSchema = z.object({
  id: z.string().min(1),
  status: z.string(),
  steps: z
    .array(
      z.object({
        type: z.string(),
        content: z.array(contentSchema).catch([]),
        error: problemSchema.optional().catch(undefined),
      }),
    )
    .catch([]),
  errors: z.array(problemSchema).catch([]),
});
type Interaction = z.infer<typeof interactionSchema>;

const failureOfStatus: Readonly<Record<string, ProviderFailureClass>> = {
  cancelled: 'no-output',
  budget_exceeded: 'quota',
};
const working = new Set(['queued', 'in_progress']);
const refused = /safety|block|polic|prohibit|guideline|sensitive|violat/i;

function isRefusal({ code, message = '' }: Problem): boolean {
  return refusalTopic(message) !== undefined || refused.test(`${code ?? ''} ${message}`);
}

/** Why an interaction that is over holds no film. */
function withheld({ status, steps, errors }: Interaction): ProviderState {
  const made = steps.filter(({ type }) => type === 'model_output');
  const problems = [...errors, ...made.flatMap(({ error }) => (error ? [error] : []))];
  const words = made.flatMap(({ content }) => content.map(({ text }) => text ?? ''));
  const isBlocked = problems.some(isRefusal) || words.some(soundsRefusing);
  const failure = isBlocked ? 'blocked' : (failureOfStatus[status] ?? 'no-output');
  return { status: 'failed', failure, detail: `no film: ${status.slice(0, 30)}` };
}

function inputOf(job: ProviderJob) {
  const prompt = promptOf(job);
  return [
    ...(prompt === '' ? [] : [{ type: 'text' as const, text: prompt }]),
    ...job.inputs.map(({ mediaType: mime_type, bytes }) => ({
      type: job.mode === 'video' ? ('video' as const) : ('image' as const),
      data: bytes.toString('base64'),
      mime_type,
    })),
  ];
}

const tasks = ['text_to_video', 'image_to_video'] as const;

function taskOf({ mode, inputs }: ProviderJob) {
  if (mode === 'video') return 'edit';
  // One photo is the first frame, several are what the film is to be made of.
  return tasks[inputs.length] ?? 'reference_to_video';
}

function requestOf(job: ProviderJob, delivery: 'inline' | 'uri') {
  const { aspect, duration, resolution } = job.options;
  return {
    model: job.providerModel,
    input: inputOf(job),
    response_format: {
      type: 'video' as const,
      delivery,
      ...(aspect === undefined ? {} : { aspect_ratio: aspect }),
      // A changed film is as long as it was.
      ...(duration === undefined || job.mode === 'video' ? {} : { duration: `${duration}s` }),
      ...(resolution === undefined ? {} : { resolution }),
    },
    generation_config: { video_config: { task: taskOf(job) } },
    background: true,
    store: true,
  };
}

/** The address of a film among the API's files; refuses any other, for our key goes along. */
function fileUrl(uri: string, base: URL): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url?.origin !== base.origin) {
    throw new ProviderError('no-output', 'the output is at a foreign address');
  }
  if (!url.pathname.endsWith(':download')) url.pathname += ':download';
  url.searchParams.set('alt', 'media');
  return url;
}

async function bring(
  { data, uri }: z.infer<typeof contentSchema>,
  google: GoogleClient,
): Promise<ProviderOutput> {
  const bytes =
    uri === undefined
      ? Buffer.from(data ?? '', 'base64')
      : await google.download(fileUrl(uri, google.base), outputBytesMax);
  if (!isMedia(bytes, mediaType)) throw new ProviderError('transient', 'the output is no film');
  return { mediaType, bytes };
}

function parse(answer: unknown, { lostMeans }: GoogleCall): Interaction {
  const parsed = interactionSchema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ProviderError(lostMeans, 'the answer is malformed');
}

function create(settings: Settings, http: HttpClient): Provider {
  const access = accessOf(settings, {
    url: settings.OMNI_VERTEX_URL,
    location: settings.OMNI_VERTEX_LOCATION,
  });
  const google = createGoogleClient(access, http);
  // On Vertex a link needs a bucket; the Gemini API keeps the film for us.
  const delivery = access.kind === 'key' ? 'uri' : 'inline';
  return {
    async submit(job) {
      const request = requestOf(job, delivery);
      const answer = await google.call(submitting, (ai) => ai.interactions.create(request, once));
      return { providerJobId: parse(answer, submitting).id };
    },
    async collect(providerJobId) {
      const answer = await google.call(asking, (ai) =>
        ai.interactions.get(providerJobId, {}, once),
      );
      const interaction = parse(answer, asking);
      // Google does not tell how far it is.
      if (working.has(interaction.status)) return { status: 'working', progress: 0, askAgainMs };
      const films = interaction.steps
        .filter(({ type }) => type === 'model_output')
        .flatMap(({ content }) => content.filter(({ type }) => type === 'video'));
      const last = films.at(-1);
      if (last === undefined || interaction.status !== 'completed') return withheld(interaction);
      return { status: 'done', outputs: [await bring(last, google)] };
    },
    async cancel(providerJobId) {
      try {
        await google.call(asking, (ai) => ai.interactions.cancel(providerJobId, {}, once));
      } catch (error) {
        // What is over cannot be stopped, and needs not.
        const isOver = error instanceof ProviderError && error.failure === 'invalid';
        if (!isOver) throw error;
      }
    },
  };
}

/** Google's Gemini Omni, the successor of Veo on the Gemini API: films by the Interactions API. */
export const omni = defineProvider({
  id: 'omni',
  settings: settingsSchema,
  dedupesSubmit: false,
  callsBack: false,
  models: [
    {
      slug: 'gemini-omni',
      kind: 'video',
      modes: ['text', 'photo'],
      providerModel: 'gemini-omni-1.1-flash',
      options: {
        aspect: ['16:9', '9:16'],
        duration: ['4', '6', '8', '10'],
        resolution: ['720p', '360p', '1080p', '4k'],
      },
      priceTokens: 2n,
      surcharge: {
        perSecond: 12n,
        percent: { resolution: { '360p': 40, '1080p': 150, '4k': 300 } },
      },
      cost: {
        base: 0n,
        perSecond: 100_000n,
        percent: { resolution: { '360p': 40, '1080p': 150, '4k': 300 } },
      },
      inputsMax: 3,
      name: { en: 'Gemini Omni', ru: 'Gemini Omni' },
      description: {
        en: 'Films from words, a photo or up to three photos together. From drafts to 4K.',
        ru: 'Ролики по словам, по фото или по трём фото сразу. От черновика до 4K.',
      },
    },
    {
      slug: 'gemini-omni-edit',
      kind: 'video',
      modes: ['video'],
      providerModel: 'gemini-omni-1.1-flash',
      options: {
        duration: ['5', '1', '2', '3', '4', '6', '7', '8', '9', '10'],
        resolution: ['720p', '1080p'],
      },
      priceTokens: 2n,
      surcharge: { perSecond: 12n, percent: { resolution: { '1080p': 150 } } },
      cost: { base: 0n, perSecond: 100_000n, percent: { resolution: { '1080p': 150 } } },
      name: { en: 'Gemini Omni Edit', ru: 'Gemini Omni Edit' },
      description: {
        en: 'Changes your own video by your words, sound included: up to 10 seconds.',
        ru: 'Меняет ваше видео по словам вместе со звуком: до 10 секунд.',
      },
    },
  ],
  films: { by: 'bytes', sideMin: 240, sideMax: 2160, secondsMin: 1 },
  create,
});
