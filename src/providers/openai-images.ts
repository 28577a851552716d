/** Images over OpenAI's wire, which servers on one's own machine speak too. */
import { randomUUID } from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import type { ImagesResponse } from 'openai/resources/images';
import sharp from 'sharp';
import { z } from 'zod';
import { retryAfterMs, type Answer } from '../http/exchange';
import {
  ProviderError,
  type HttpClient,
  type Provider,
  type ProviderFailureClass,
  type ProviderJob,
  type ProviderOutput,
} from './provider';
import { failureOfStatus, isMedia } from './provider-client';
import { callOnce } from './sdk-call';
import { promptOf } from './style-words';

// Large pictures in high quality take two minutes and more.
const submitTimeoutMs = 240_000;
// Four pictures of the largest size as base64.
const answerBytesMax = 128 * 1024 * 1024;

const errorSchema = z.object({
  error: z.object({ code: z.string().nullish(), type: z.string().nullish() }),
});

const failureOfCode: Readonly<Record<string, ProviderFailureClass>> = {
  moderation_blocked: 'blocked',
  content_policy_violation: 'blocked',
  // Both come with the status of another failure: 400 and 429.
  billing_hard_limit_reached: 'quota',
  insufficient_quota: 'quota',
  invalid_api_key: 'auth',
  model_not_found: 'retired',
  rate_limit_exceeded: 'rate-limited',
  // OpenAI's own word that it failed; what stands before it answers without such a body.
  server_error: 'transient',
};

function classOf(status: number, code: string, type: string): ProviderFailureClass {
  const known = failureOfCode[code] ?? failureOfCode[type];
  if (known !== undefined) return known;
  // A submit names nothing that could be missing but the model.
  return status === 404 ? 'retired' : (failureOfStatus[status] ?? 'unknown');
}

/** Reads a refusal: its code or type says more than the HTTP status. */
function openAiFailure(answer: Answer, body: unknown): ProviderError {
  const { code, type } = errorSchema.safeParse(body).data?.error ?? {};
  const failure = classOf(answer.status, code ?? '', type ?? '');
  const waitMs = failure === 'rate-limited' ? retryAfterMs(answer) : undefined;
  return new ProviderError(
    failure,
    `HTTP ${answer.status} ${code ?? type ?? ''}`.slice(0, 100),
    waitMs,
  );
}

function outputsOf(response: ImagesResponse): ProviderOutput[] {
  const outputs = (response.data ?? []).flatMap(({ b64_json: data }): ProviderOutput[] => {
    const bytes = Buffer.from(data ?? '', 'base64');
    const mediaType = ['image/png', 'image/jpeg', 'image/webp'].find((type) =>
      isMedia(bytes, type),
    );
    return mediaType === undefined ? [] : [{ mediaType, bytes }];
  });
  if (outputs.length === 0) throw new ProviderError('no-output', 'the answer has no picture');
  return outputs;
}

const filesOf = ({ inputs }: ProviderJob) =>
  Promise.all(
    inputs.map(({ mediaType, bytes }, index) =>
      toFile(bytes, `${index}.${mediaType.split('/')[1]}`, { type: mediaType }),
    ),
  );

/**
 * Where the first photo may be changed: a PNG of its size with its transparency and nothing else, so
 * that it stays far below OpenAI's 4 MB. Undefined when all of it may.
 */
async function maskOf({ inputs, options }: ProviderJob) {
  const [first] = inputs;
  if (options['mask'] !== 'on' || first === undefined) return undefined;
  const alpha = sharp(first.bytes).ensureAlpha().extractChannel('alpha');
  const { data, info } = await alpha.raw().toBuffer({ resolveWithObject: true });
  if (data.every((opacity) => opacity === 255)) return undefined;
  const { width, height } = info;
  const mask = sharp({ create: { width, height, channels: 3, background: '#000' } })
    .joinChannel(data, { raw: { width, height, channels: 1 } })
    .png();
  return toFile(await mask.toBuffer(), 'mask.png', { type: 'image/png' });
}

/** Only what was chosen is sent: each family of models refuses what it does not know. */
function wishesOf({ options }: ProviderJob) {
  const { size, quality, background, count } = options;
  return {
    n: Number(count ?? '1'),
    ...(size === undefined ? {} : { size: size as '1024x1024' }),
    ...(quality === undefined ? {} : { quality: quality as 'low' }),
    ...(background === undefined ? {} : { background: background as 'auto' }),
  };
}

export interface ImagesAccess {
  readonly apiKey: string;
  readonly baseURL: string | undefined;
  /** Servers other than OpenAI's answer with links unless told. */
  readonly asksForBase64: boolean;
}

export function createImagesProvider(access: ImagesAccess, http: HttpClient): Provider {
  const { apiKey, baseURL, asksForBase64 } = access;
  const call = {
    timeoutMs: submitTimeoutMs,
    bytesMax: answerBytesMax,
    lostMeans: 'unknown',
    failureOf: openAiFailure,
  } as const;
  return {
    async submit(job) {
      const files = await filesOf(job);
      const mask = await maskOf(job);
      const request = {
        model: job.providerModel,
        prompt: promptOf(job),
        ...wishesOf(job),
        ...(asksForBase64 ? { response_format: 'b64_json' as const } : {}),
      };
      const response = await callOnce(http, call, (fetchOnce) => {
        const sdk = new OpenAI({
          apiKey,
          // Given in any case, so that the environment cannot decide.
          baseURL: baseURL ?? 'https://api.openai.com/v1',
          maxRetries: 0,
          timeout: submitTimeoutMs,
          fetch: fetchOnce,
        });
        return files.length === 0
          ? sdk.images.generate(request)
          : sdk.images.edit({ ...request, image: files, ...(mask === undefined ? {} : { mask }) });
      });
      return { providerJobId: randomUUID(), outputs: outputsOf(response) };
    },
    async collect() {
      throw new ProviderError('no-output', 'the result came with the answer to the submit');
    },
  };
}
