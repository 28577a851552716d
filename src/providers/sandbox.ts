import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
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
import { createProviderClient } from './provider-client';

const submitTimeoutMs = 30_000;
const askTimeoutMs = 15_000;
const callbackAgeMaxSeconds = 300;
const askAgainMs = 1_000;

const settingsSchema = z.object({
  SANDBOX_PROVIDER_URL: z.url({ protocol: /^https?$/ }),
  SANDBOX_PROVIDER_KEY: z.string().min(1).default('sandbox'),
  /** Signs callbacks; the key does when it isn't set. */
  SANDBOX_CALLBACK_SECRET: z.string().min(1).optional(),
});

const acceptedSchema = z.object({ id: z.string().min(1) });
const errorSchema = z.object({ code: z.string() });
const jobSchema = z.object({
  id: z.string().min(1),
  status: z.enum(['queued', 'working', 'succeeded', 'failed', 'cancelled']),
  progress: z.number().min(0).max(100),
  outputs: z.array(z.object({ url: z.string(), media_type: z.string() })),
  error: errorSchema.optional(),
});
const foundSchema = z.object({ jobs: z.array(jobSchema) });
const refusalSchema = z.object({ error: errorSchema });
const callbackSchema = z.object({ reference: z.string().min(1) });

const failureOfCode: Readonly<Record<string, ProviderFailureClass>> = {
  content_refused: 'blocked',
  invalid_request: 'invalid',
  account_empty: 'quota',
  model_not_found: 'retired',
};

function classify(body: unknown): ProviderFailureClass | undefined {
  const parsed = refusalSchema.safeParse(body);
  return parsed.success ? failureOfCode[parsed.data.error.code] : undefined;
}

/** The sandbox says `aspectRatio`, and nothing at all where the shape is left to it. */
function optionsOf({ aspect, ...others }: ProviderJob['options']): Record<string, string> {
  return {
    ...others,
    ...(aspect === undefined || aspect === 'auto' ? {} : { aspectRatio: aspect }),
  };
}

function submission(job: ProviderJob): Record<string, unknown> {
  return {
    reference: job.reference,
    model: job.providerModel,
    mode: job.mode,
    prompt: job.prompt,
    style: job.style,
    inputs: job.inputs.map(({ mediaType, bytes }) => ({
      media_type: mediaType,
      data: bytes.toString('base64'),
    })),
    options: optionsOf(job.options),
    callback_url: job.callbackUrl,
  };
}

function readCallback(
  rawBody: Buffer,
  headers: Readonly<Record<string, string>>,
  secret: string,
): string | undefined {
  const timestamp = headers['sandbox-timestamp'] ?? '';
  const ageSeconds = Math.abs(Date.now() / 1_000 - Number(timestamp));
  // Written so that an age that is no number is refused too.
  if (timestamp === '' || !(ageSeconds <= callbackAgeMaxSeconds)) throw unsigned();
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
  const shown = /^v1=([0-9a-f]{64})$/.exec(headers['sandbox-signature'] ?? '')?.[1];
  if (shown === undefined || !timingSafeEqual(expected, Buffer.from(shown, 'hex'))) {
    throw unsigned();
  }
  try {
    return callbackSchema.parse(JSON.parse(rawBody.toString('utf8'))).reference;
  } catch {
    return undefined;
  }
}

function unsigned(): ProviderError {
  return new ProviderError('auth', 'the callback is not signed by the provider, or too old');
}

function create(settings: z.infer<typeof settingsSchema>, http: HttpClient): Provider {
  const base = new URL(settings.SANDBOX_PROVIDER_URL);
  const secret = settings.SANDBOX_CALLBACK_SECRET ?? settings.SANDBOX_PROVIDER_KEY;
  const headers = { authorization: `Bearer ${settings.SANDBOX_PROVIDER_KEY}` };
  const client = createProviderClient({ base, headers, http, classify });
  const ask = { timeoutMs: askTimeoutMs, lostMeans: 'transient' } as const;
  const pathOf = (id: string): string => `/v1/jobs/${encodeURIComponent(id)}`;

  async function collect(providerJobId: string): Promise<ProviderState> {
    const job = await client.json(jobSchema, { ...ask, path: pathOf(providerJobId) });
    switch (job.status) {
      case 'queued':
      case 'working':
        return { status: 'working', progress: job.progress, askAgainMs };
      case 'failed': {
        const code = job.error?.code ?? 'none';
        const failure = failureOfCode[code] ?? 'no-output';
        return { status: 'failed', failure, detail: `the job failed: ${code.slice(0, 50)}` };
      }
      case 'cancelled':
        return { status: 'failed', failure: 'no-output', detail: 'the job was cancelled' };
      case 'succeeded': {
        if (job.outputs.length === 0) {
          return { status: 'failed', failure: 'no-output', detail: 'the job has no outputs' };
        }
        const outputs: ProviderOutput[] = [];
        for (const { url, media_type: mediaType } of job.outputs) {
          outputs.push(await client.download(url, mediaType));
        }
        return { status: 'done', outputs };
      }
    }
  }

  return {
    async submit(job) {
      const { id } = await client.json(acceptedSchema, {
        path: '/v1/jobs',
        body: submission(job),
        timeoutMs: submitTimeoutMs,
        lostMeans: 'unknown',
      });
      return { providerJobId: id };
    },
    collect,
    async findByReference(reference) {
      const path = `/v1/jobs?reference=${encodeURIComponent(reference)}`;
      const { jobs } = await client.json(foundSchema, { ...ask, path });
      return jobs[0] === undefined ? undefined : { providerJobId: jobs[0].id };
    },
    async cancel(providerJobId) {
      await client.json(jobSchema, { ...ask, path: `${pathOf(providerJobId)}/cancel`, body: {} });
    },
    readCallback: (rawBody, headers) => readCallback(rawBody, headers, secret),
  };
}

/** The provider that runs beside Easel: real pictures and video without a key or a GPU. */
export const sandbox = defineProvider({
  id: 'sandbox',
  settings: settingsSchema,
  dedupesSubmit: true,
  callsBack: true,
  models: [
    {
      slug: 'sandbox-image',
      kind: 'image',
      modes: ['text', 'photo'],
      providerModel: 'sandbox-image',
      options: { aspect: ['auto', '1:1', '4:3', '3:4', '16:9', '9:16'], mask: ['off', 'on'] },
      inputsMax: 4,
      priceTokens: 2n,
      name: { en: 'Pocket Painter', ru: 'Карманный художник' },
      description: {
        en: 'Repaints up to four photos on one sheet or paints a scene from your words.',
        ru: 'Перерисует до четырёх фото на одном листе или нарисует картину по словам.',
      },
    },
    {
      slug: 'sandbox-video',
      kind: 'video',
      modes: ['text', 'photo'],
      providerModel: 'sandbox-video',
      options: { aspect: ['auto', '16:9', '9:16', '1:1'], duration: ['4', '6', '8'] },
      // Five tokens for the shortest clip, and one for each second more.
      priceTokens: 1n,
      surcharge: { perSecond: 1n },
      name: { en: 'Pocket Cinema', ru: 'Карманное кино' },
      description: {
        en: 'Brings your photo or your words to life in a short clip.',
        ru: 'Оживит ваше фото или ваши слова в коротком ролике.',
      },
    },
    {
      slug: 'sandbox-remake',
      kind: 'video',
      modes: ['video'],
      providerModel: 'sandbox-remake',
      options: { duration: ['5', '1', '2', '3', '4', '6', '7', '8', '9', '10'] },
      priceTokens: 1n,
      surcharge: { perSecond: 1n },
      name: { en: 'Pocket Remake', ru: 'Карманный ремейк' },
      description: {
        en: 'Redraws your own video in the light and style of your words: up to 10 seconds.',
        ru: 'Перерисует ваше видео в свете и стиле ваших слов: до 10 секунд.',
      },
    },
  ],
  films: { by: 'bytes', sideMin: 64, sideMax: 4096, secondsMin: 1 },
  create,
});
