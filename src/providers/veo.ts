import {
  GenerateVideosOperation,
  VideoGenerationReferenceType,
  type GeneratedVideo,
  type GenerateVideosResponse,
} from '@google/genai';
import { z } from 'zod';
import { httpUrl, locationSetting, vertexSettings } from './google-access';
import { createGoogleClient, type GoogleCall, type GoogleClient } from './google-client';
import { refusalTopic } from './google-errors';
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

// A film of 8 s in base64 comes with the answer to a poll when there is no bucket.
const answerBytesMax = 96 * 1024 * 1024;
const outputBytesMax = 64 * 1024 * 1024;
const askAgainMs = 10_000;
const mediaType = 'video/mp4';

const settingsSchema = z.object({
  VERTEX_SERVICE_ACCOUNT: vertexSettings.VERTEX_SERVICE_ACCOUNT.unwrap(),
  VERTEX_TOKEN_URL: vertexSettings.VERTEX_TOKEN_URL,
  VEO_VERTEX_URL: httpUrl().describe("Instead of the location's address.").optional(),
  VEO_LOCATION: locationSetting().describe('Region of Vertex.').default('us-central1'),
  VEO_STORAGE_URL: z
    .string()
    .regex(/^gs:\/\/[a-z0-9][a-z0-9._-]+(\/.*)?$/)
    .describe('Bucket for films, gs://bucket/folder/; without it they come with the answer.')
    .optional(),
  GOOGLE_STORAGE_URL: httpUrl()
    .describe("Instead of Cloud Storage's address.")
    .default('https://storage.googleapis.com'),
});
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

// The codes of google.rpc.Code; any other ended the job without a film.
const failureOfCode: Readonly<Record<number, ProviderFailureClass>> = {
  3: 'invalid',
  7: 'auth',
  16: 'auth',
};

const operationErrorSchema = z.object({
  code: z.number().catch(0),
  message: z.string().catch(''),
});

function failed(failure: ProviderFailureClass, detail: string): ProviderState {
  return { status: 'failed', failure, detail };
}

function failureOf(error: unknown): ProviderState {
  const { code, message } = operationErrorSchema.catch({ code: 0, message: '' }).parse(error);
  const topic = refusalTopic(message);
  if (topic !== undefined) return failed('blocked', `the job was refused: ${topic}`);
  return failed(failureOfCode[code] ?? 'no-output', `the job failed: code ${code}`);
}

/** Without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

const castPrompt = 'A short film with everyone and everything in these pictures.';

const referenceOf = (image: { readonly imageBytes: string; readonly mimeType: string }) => ({
  image,
  referenceType: VideoGenerationReferenceType.ASSET,
});

/** What Veo is asked for; the SDK puts it on the wire. */
function requestOf(job: ProviderJob, storage: string | undefined) {
  const { aspect, duration, resolution, audio } = job.options;
  const images = job.inputs.map(({ bytes, mediaType: mimeType }) => ({
    imageBytes: bytes.toString('base64'),
    mimeType,
  }));
  // One photo is the first frame; several are what the film is to be made of, and want words.
  const isCast = images.length > 1;
  const prompt = promptOf(job) || (isCast ? castPrompt : undefined);
  return {
    model: job.providerModel,
    source: given({ prompt, image: isCast ? undefined : images[0] }),
    config: {
      numberOfVideos: 1,
      ...given({
        aspectRatio: aspect,
        durationSeconds: duration === undefined ? undefined : Number(duration),
        resolution,
        generateAudio: audio === undefined ? undefined : audio === 'on',
        outputGcsUri: storage,
        referenceImages: isCast ? images.map(referenceOf) : undefined,
      }),
    },
  };
}

/** The address of a film in our bucket; refuses any other, for our token goes along. */
function objectUrl(uri: string, settings: Settings): URL {
  const own = /^gs:\/\/([^/]+)\//.exec(`${settings.VEO_STORAGE_URL ?? ''}/`)?.[1];
  const [, bucket, object = ''] = /^gs:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (bucket === undefined || bucket !== own) {
    throw new ProviderError('no-output', 'the output is in a foreign bucket');
  }
  const path = `/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}?alt=media`;
  return new URL(path, settings.GOOGLE_STORAGE_URL);
}

async function bring(
  { video }: GeneratedVideo,
  google: GoogleClient,
  settings: Settings,
): Promise<ProviderOutput> {
  const bytes =
    video?.uri === undefined
      ? Buffer.from(video?.videoBytes ?? '', 'base64')
      : await google.download(objectUrl(video.uri, settings), outputBytesMax);
  if (!isMedia(bytes, mediaType)) throw new ProviderError('transient', 'the output is no film');
  return { mediaType, bytes };
}

/** Why an operation that is over holds no film: its content was refused, or it just did not come. */
function withheld(response: GenerateVideosResponse | undefined): ProviderState {
  if ((response?.raiMediaFilteredCount ?? 0) === 0) {
    return failed('no-output', 'the job ended without a film');
  }
  const topic = refusalTopic(response?.raiMediaFilteredReasons?.join(' ') ?? '');
  return failed('blocked', `the film was withheld: ${topic ?? 'no reason told'}`);
}

async function endOf(
  { error, response }: GenerateVideosOperation,
  google: GoogleClient,
  settings: Settings,
): Promise<ProviderState> {
  if (error !== undefined) return failureOf(error);
  const outputs: ProviderOutput[] = [];
  for (const video of response?.generatedVideos ?? []) {
    outputs.push(await bring(video, google, settings));
  }
  return outputs.length === 0 ? withheld(response) : { status: 'done', outputs };
}

function create(settings: Settings, http: HttpClient): Provider {
  const google = createGoogleClient(
    {
      kind: 'account',
      account: settings.VERTEX_SERVICE_ACCOUNT,
      location: settings.VEO_LOCATION,
      apiUrl: settings.VEO_VERTEX_URL,
      tokenUrl: settings.VERTEX_TOKEN_URL,
    },
    http,
  );
  return {
    async submit(job) {
      const request = requestOf(job, settings.VEO_STORAGE_URL);
      const { name } = await google.call(submitting, (ai) => ai.models.generateVideos(request));
      if (name === undefined) throw new ProviderError('unknown', 'the answer is malformed');
      return { providerJobId: name };
    },
    async collect(providerJobId) {
      if (!/^projects\/.+\/models\/[^/]+\/operations\/[^/]+$/.test(providerJobId)) {
        throw new ProviderError('no-output', 'that is no operation of Veo');
      }
      const asked = new GenerateVideosOperation();
      asked.name = providerJobId;
      const operation = await google.call(asking, (ai) =>
        ai.operations.getVideosOperation({ operation: asked }),
      );
      // Google does not tell how far it is.
      if (operation.done !== true) return { status: 'working', progress: 0, askAgainMs };
      return endOf(operation, google, settings);
    },
  };
}

const options = {
  aspect: ['16:9', '9:16'],
  duration: ['4', '6', '8'],
  resolution: ['720p', '1080p'],
  audio: ['on', 'off'],
} as const;

/** Google's Veo 3.1 on Vertex: films from words or a photo. Its jobs cannot be stopped or found. */
export const veo = defineProvider({
  id: 'veo',
  settings: settingsSchema,
  dedupesSubmit: false,
  callsBack: false,
  concurrencyMax: 10,
  models: [
    {
      slug: 'veo-fast',
      kind: 'video',
      modes: ['text', 'photo'],
      providerModel: 'veo-3.1-fast-generate-001',
      options,
      priceTokens: 2n,
      surcharge: { perSecond: 19n },
      cost: { base: 0n, perSecond: 150_000n },
      name: { en: 'Veo 3.1 Fast', ru: 'Veo 3.1 Fast' },
      description: {
        en: 'A film with sound from your words or a photo, quick and at a fair price.',
        ru: 'Ролик со звуком по словам или по фото, быстро и недорого.',
      },
    },
    {
      slug: 'veo',
      kind: 'video',
      modes: ['text', 'photo'],
      providerModel: 'veo-3.1-generate-001',
      options,
      priceTokens: 10n,
      surcharge: { perSecond: 50n },
      cost: { base: 0n, perSecond: 400_000n },
      name: { en: 'Veo 3.1', ru: 'Veo 3.1' },
      description: {
        en: "Google's best film: lifelike motion and sound, worth the wait.",
        ru: 'Лучшее кино от Google: живое движение и звук, ради которых стоит подождать.',
      },
    },
    {
      slug: 'veo-cast',
      kind: 'video',
      modes: ['photo'],
      providerModel: 'veo-3.1-fast-generate-001',
      // With several photos Veo makes films of this length only.
      options: { ...options, duration: ['8'] },
      priceTokens: 2n,
      surcharge: { perSecond: 19n },
      cost: { base: 0n, perSecond: 150_000n },
      inputsMax: 3,
      name: { en: 'Veo 3.1 Cast', ru: 'Veo 3.1 Актёры' },
      description: {
        en: 'One film with what is in up to three photos: a person, a thing, a place.',
        ru: 'Один ролик с тем, что на фото, до трёх сразу: человек, вещь, место.',
      },
    },
  ],
  create,
});
