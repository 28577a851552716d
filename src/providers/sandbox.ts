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

const submitTimeoutMs = 30_000;
const askTimeoutMs = 15_000;
const downloadTimeoutMs = 60_000;
const outputBytesMax = 64 * 1024 * 1024;
const answerBytesMax = 1024 * 1024;
const callbackAgeMaxSeconds = 300;
const askAgainMs = 1_000;

const settingsSchema = z.object({
  SANDBOX_PROVIDER_URL: z.url({ protocol: /^https?$/ }),
  SANDBOX_PROVIDER_KEY: z.string().min(1).default('sandbox'),
  SANDBOX_CALLBACK_SECRET: z.string().min(1).optional(),
});

const acceptedSchema = z.object({ id: z.string().min(1) });
const jobSchema = z.object({
  id: z.string().min(1),
  status: z.enum(['queued', 'working', 'succeeded', 'failed', 'cancelled']),
  progress: z.number().min(0).max(100),
  outputs: z.array(z.object({ url: z.string(), media_type: z.string() })),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
const foundSchema = z.object({ jobs: z.array(jobSchema) });
const refusalSchema = z.object({ error: z.object({ code: z.string() }) });
const callbackSchema = z.object({ reference: z.string().min(1) });

const failureOfCode: Readonly<Record<string, ProviderFailureClass>> = {
  content_refused: 'blocked',
  invalid_request: 'invalid',
  model_not_found: 'retired',
};
const failureOfStatus: Readonly<Record<number, ProviderFailureClass>> = {
  400: 'invalid',
  401: 'auth',
  402: 'quota',
  403: 'auth',
  404: 'no-output',
  409: 'invalid',
  410: 'no-output',
  413: 'invalid',
  422: 'invalid',
  429: 'rate-limited',
  // The server itself says it took nothing.
  503: 'transient',
};

// With these the request never reached the other side, so nothing can have been started.
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What a call that came to no readable answer means: `unknown` for a submit, else `transient`. */
type LostMeans = 'unknown' | 'transient';

interface Request {
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly lostMeans: LostMeans;
}

function lost(error: unknown, lostMeans: LostMeans): ProviderError {
  if (error instanceof ProviderError) return error;
  const cause =
    error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  const code = typeof cause?.code === 'string' ? cause.code : undefined;
  const name = error instanceof Error ? error.name : 'unknown';
  const reached = code === undefined || !neverSent.has(code);
  return new ProviderError(reached ? lostMeans : 'transient', `no answer: ${code ?? name}`);
}

function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Reads a body up to a cap, whatever its length header says. */
async function readCapped(response: Response, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ProviderError('no-output', `more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function refusal(response: Response, lostMeans: LostMeans): Promise<ProviderError> {
  const text = await readCapped(response, answerBytesMax).catch(() => Buffer.alloc(0));
  let code = '';
  try {
    code = refusalSchema.parse(JSON.parse(text.toString('utf8'))).error.code;
  } catch {
    code = 'unreadable';
  }
  const failure = failureOfCode[code] ?? failureOfStatus[response.status] ?? lostMeans;
  const detail = `HTTP ${response.status} ${code.slice(0, 50)}`;
  return new ProviderError(failure, detail, retryAfterMs(response.headers.get('retry-after')));
}

function looksLike(mediaType: string, bytes: Buffer): boolean {
  switch (mediaType) {
    case 'image/jpeg':
      return bytes.readUInt16BE(0) === 0xffd8;
    case 'image/png':
      return bytes.toString('latin1', 1, 4) === 'PNG';
    case 'video/mp4':
      return bytes.toString('latin1', 4, 8) === 'ftyp';
    default:
      return false;
  }
}

function createClient(base: URL, key: string, http: HttpClient) {
  const address = (path: string): URL => new URL(path, base);

  async function send(request: Request): Promise<Response> {
    const { body } = request;
    try {
      const response = await http(address(request.path), {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(request.timeoutMs),
      });
      if (!response.ok) throw await refusal(response, request.lostMeans);
      return response;
    } catch (error) {
      throw lost(error, request.lostMeans);
    }
  }

  return {
    async json<T>(schema: z.ZodType<T>, request: Request): Promise<T> {
      const response = await send(request);
      try {
        const bytes = await readCapped(response, answerBytesMax);
        return schema.parse(JSON.parse(bytes.toString('utf8')));
      } catch (error) {
        // The parser quotes what it read; the detail stays free of it.
        if (error instanceof SyntaxError || error instanceof z.ZodError) {
          throw new ProviderError(request.lostMeans, 'the answer is malformed');
        }
        throw lost(error, request.lostMeans);
      }
    },
    async download(path: string, mediaType: string): Promise<ProviderOutput> {
      // The key is sent along, so only our own provider's address may be asked.
      if (address(path).origin !== base.origin) {
        throw new ProviderError('no-output', 'the output is at a foreign address');
      }
      const request = { path, timeoutMs: downloadTimeoutMs, lostMeans: 'transient' } as const;
      const response = await send(request);
      try {
        const bytes = await readCapped(response, outputBytesMax);
        if (bytes.length > 12 && looksLike(mediaType, bytes)) return { mediaType, bytes };
        throw new ProviderError('transient', `the output is no ${mediaType.slice(0, 50)}`);
      } catch (error) {
        throw lost(error, 'transient');
      }
    },
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
    options: job.options,
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
  if (timestamp === '' || !(ageSeconds <= callbackAgeMaxSeconds)) return undefined;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest();
  const shown = /^v1=([0-9a-f]{64})$/.exec(headers['sandbox-signature'] ?? '')?.[1];
  if (shown === undefined || !timingSafeEqual(expected, Buffer.from(shown, 'hex'))) {
    return undefined;
  }
  try {
    return callbackSchema.parse(JSON.parse(rawBody.toString('utf8'))).reference;
  } catch {
    return undefined;
  }
}

function create(settings: z.infer<typeof settingsSchema>, http: HttpClient): Provider {
  const base = new URL(settings.SANDBOX_PROVIDER_URL);
  const secret = settings.SANDBOX_CALLBACK_SECRET ?? settings.SANDBOX_PROVIDER_KEY;
  const client = createClient(base, settings.SANDBOX_PROVIDER_KEY, http);
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
      priceTokens: 2n,
      name: { en: 'Pocket Painter', ru: 'Карманный художник' },
      description: {
        en: 'Repaints your photo or paints a scene from your words. Quick and free of fuss.',
        ru: 'Перерисует ваше фото или нарисует картину по словам. Быстро и без хлопот.',
      },
    },
    {
      slug: 'sandbox-video',
      kind: 'video',
      modes: ['text', 'photo'],
      providerModel: 'sandbox-video',
      priceTokens: 5n,
      name: { en: 'Pocket Cinema', ru: 'Карманное кино' },
      description: {
        en: 'Brings your photo or your words to life in a short clip.',
        ru: 'Оживит ваше фото или ваши слова в коротком ролике.',
      },
    },
  ],
  create,
});
