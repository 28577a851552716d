import { randomUUID } from 'node:crypto';
import {
  FinishReason,
  type Candidate,
  type GenerateContentConfig,
  type GenerateContentResponse,
  type Part,
} from '@google/genai';
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
import { createGoogleClient } from './google-client';
import { soundsRefusing } from './google-errors';
import {
  defineProvider,
  ProviderError,
  type HttpClient,
  type Provider,
  type ProviderFailureClass,
  type ProviderJob,
  type ProviderOutput,
} from './provider';
import { isMedia } from './provider-client';
import { promptOf } from './style-words';

// 4K by the slower model takes a minute and more when Google is busy.
const submitTimeoutMs = 240_000;
// A 4K picture in base64, with the drafts the model may send along.
const answerBytesMax = 96 * 1024 * 1024;

const settingsSchema = z
  .object({
    ...keySettings,
    ...vertexSettings,
    GEMINI_VERTEX_URL: httpUrl().describe("Instead of the location's address.").optional(),
    GEMINI_VERTEX_LOCATION: locationSetting()
      .describe('Region of Vertex; the image models are served from global.')
      .default('global'),
  })
  .refine(hasKeyOrAccount, keyOrAccountIssue);
type Settings = z.infer<typeof settingsSchema>;

const finishes: Readonly<Partial<Record<FinishReason, ProviderFailureClass>>> = {
  [FinishReason.SAFETY]: 'blocked',
  [FinishReason.RECITATION]: 'blocked',
  [FinishReason.BLOCKLIST]: 'blocked',
  [FinishReason.PROHIBITED_CONTENT]: 'blocked',
  [FinishReason.SPII]: 'blocked',
  [FinishReason.IMAGE_SAFETY]: 'blocked',
  [FinishReason.IMAGE_PROHIBITED_CONTENT]: 'blocked',
  [FinishReason.IMAGE_RECITATION]: 'blocked',
  [FinishReason.LANGUAGE]: 'invalid',
};

function imageOf(parts: readonly Part[]): ProviderOutput | undefined {
  // Thoughts hold drafts of the picture; the last of the others is the result.
  const last = parts.filter((part) => part.thought !== true && part.inlineData?.data).at(-1);
  const { mimeType = '', data = '' } = last?.inlineData ?? {};
  const bytes = Buffer.from(data, 'base64');
  return isMedia(bytes, mimeType) ? { mediaType: mimeType, bytes } : undefined;
}

/** Why a candidate holds no picture. */
function refusalOf(candidate: Candidate | undefined): ProviderError {
  const { finishReason: reason, content } = candidate ?? {};
  const detail = `no image: ${reason ?? 'no candidate'}`;
  const known = reason === undefined ? undefined : finishes[reason];
  if (known !== undefined) return new ProviderError(known, detail);
  const said = (content?.parts ?? []).filter((part) => part.thought !== true);
  const isRefused = said.some((part) => soundsRefusing(part.text ?? ''));
  return new ProviderError(isRefused ? 'blocked' : 'no-output', detail);
}

/** The picture of an answer; refusals and empty answers come with HTTP 200 as well. */
function outputOf({ promptFeedback, candidates }: GenerateContentResponse): ProviderOutput {
  if (promptFeedback?.blockReason !== undefined) {
    throw new ProviderError('blocked', `the prompt was blocked: ${promptFeedback.blockReason}`);
  }
  const image = imageOf(candidates?.[0]?.content?.parts ?? []);
  if (image === undefined) throw refusalOf(candidates?.[0]);
  return image;
}

function configOf({ options }: ProviderJob): GenerateContentConfig {
  const { aspect, size } = options;
  return {
    responseModalities: ['TEXT', 'IMAGE'],
    imageConfig: {
      // Without a ratio a photo keeps its own.
      ...(aspect === undefined || aspect === 'auto' ? {} : { aspectRatio: aspect }),
      ...(size === undefined ? {} : { imageSize: size }),
    },
  };
}

function create(settings: Settings, http: HttpClient): Provider {
  const google = createGoogleClient(
    accessOf(settings, {
      url: settings.GEMINI_VERTEX_URL,
      location: settings.GEMINI_VERTEX_LOCATION,
    }),
    http,
  );
  const bounds = { timeoutMs: submitTimeoutMs, bytesMax: answerBytesMax };
  return {
    async submit(job) {
      const photos = job.inputs.map(({ mediaType, bytes }) => ({
        inlineData: { mimeType: mediaType, data: bytes.toString('base64') },
      }));
      const request = {
        model: job.providerModel,
        contents: [{ role: 'user', parts: [{ text: promptOf(job) }, ...photos] }],
        config: configOf(job),
      };
      const response = await google.call(
        // Google does not charge for a call that it answers with an error of its own.
        { ...bounds, notFound: 'retired', lostMeans: 'unknown', internalMeans: 'transient' },
        (ai) => ai.models.generateContent(request),
      );
      const output = outputOf(response);
      return { providerJobId: response.responseId ?? randomUUID(), outputs: [output] };
    },
    async collect() {
      throw new ProviderError('no-output', 'the result came with the answer to the submit');
    },
  };
}

const aspects = ['auto', '1:1', '3:2', '2:3', '4:3', '3:4', '5:4', '4:5', '16:9', '9:16', '21:9'];

/** Google's image models ("Nano Banana"): words, a photo to change, or several photos to join. */
export const gemini = defineProvider({
  id: 'gemini',
  settings: settingsSchema,
  dedupesSubmit: false,
  callsBack: false,
  models: [
    {
      slug: 'nano-banana',
      kind: 'image',
      modes: ['text', 'photo'],
      providerModel: 'gemini-nano-banana-2.1',
      options: { aspect: aspects, size: ['1K', '2K', '4K'] },
      priceTokens: 4n,
      surcharge: { percent: { size: { '2K': 150, '4K': 225 } } },
      cost: { base: 33_600n, percent: { size: { '2K': 150, '4K': 227 } } },
      inputsMax: 4,
      name: { en: 'Nano Banana', ru: 'Nano Banana' },
      description: {
        en: 'Draws, edits and joins up to four photos in about ten seconds. A fine first choice.',
        ru: 'Рисует, правит и соединяет до четырёх фото секунд за десять. Хороший первый выбор.',
      },
    },
    {
      slug: 'nano-banana-pro',
      kind: 'image',
      modes: ['text', 'photo'],
      providerModel: 'gemini-3-pro-image',
      options: { aspect: aspects, size: ['1K', '2K', '4K'] },
      priceTokens: 18n,
      surcharge: { percent: { size: { '4K': 170 } } },
      cost: { base: 134_000n, percent: { size: { '4K': 180 } } },
      inputsMax: 4,
      name: { en: 'Nano Banana Pro', ru: 'Nano Banana Pro' },
      description: {
        en: 'For demanding pictures: exact details, readable lettering, up to 4K.',
        ru: 'Для взыскательных картинок: точные детали, читаемые надписи, до 4K.',
      },
    },
  ],
  create,
});
