import type { z } from 'zod';
import {
  ProviderError,
  type HttpClient,
  type ProviderFailureClass,
  type ProviderOutput,
} from './provider';

const outputBytesMax = 64 * 1024 * 1024;
const answerBytesMax = 1024 * 1024;
const downloadTimeoutMs = 60_000;

// With these the request never reached the other side, so nothing can have been started.
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

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
  // The server itself says it took nothing; any other 5xx may come from something before it.
  503: 'transient',
};

const signatures: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  'image/jpeg': (bytes) => bytes.readUInt16BE(0) === 0xffd8,
  'image/png': (bytes) => bytes.toString('latin1', 1, 4) === 'PNG',
  'image/webp': (bytes) => bytes.toString('latin1', 8, 12) === 'WEBP',
  'video/mp4': (bytes) => bytes.toString('latin1', 4, 8) === 'ftyp',
};

export interface ProviderRequest {
  /** Relative to the provider's base address. */
  readonly path: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly timeoutMs: number;
  /** What no readable answer means: `unknown` for a call that starts something, else `transient`. */
  readonly lostMeans: 'unknown' | 'transient';
}

export interface ProviderClientOptions {
  readonly base: URL;
  /** Go with every request; credentials belong here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly http: HttpClient;
  /** Reads a refusal's JSON body (undefined when it has none); else its HTTP status decides. */
  readonly classify: (body: unknown) => ProviderFailureClass | undefined;
}

/** JSON over HTTP to one provider: one attempt, bounded in time and size, every failure classed. */
export interface ProviderClient {
  json<T>(schema: z.ZodType<T>, request: ProviderRequest): Promise<T>;
  /** Brings an output and checks that it is what it is said to be. */
  download(url: string, mediaType: string): Promise<ProviderOutput>;
}

function lost(error: unknown, lostMeans: ProviderRequest['lostMeans']): ProviderError {
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

/** Reads a body up to a cap, whatever its length header says; undefined when there is more. */
async function readCapped(response: Response, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readJson(response: Response): Promise<unknown> {
  const bytes = await readCapped(response, answerBytesMax);
  try {
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as unknown);
  } catch (error) {
    // The parser quotes what it read, which may be anything.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function createProviderClient(options: ProviderClientOptions): ProviderClient {
  const address = (path: string): URL => new URL(path, options.base);

  async function refusal(
    response: Response,
    lostMeans: ProviderRequest['lostMeans'],
  ): Promise<ProviderError> {
    const body = await readJson(response).catch(() => undefined);
    const failure = options.classify(body) ?? failureOfStatus[response.status] ?? lostMeans;
    const wait = retryAfterMs(response.headers.get('retry-after'));
    return new ProviderError(failure, `HTTP ${response.status}`, wait);
  }

  async function send({ path, body, timeoutMs, lostMeans }: ProviderRequest): Promise<Response> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const response = await options.http(address(path), {
      method: json === undefined ? 'GET' : 'POST',
      headers: {
        ...options.headers,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: json }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw await refusal(response, lostMeans);
    return response;
  }

  return {
    async json(schema, request) {
      try {
        const parsed = schema.safeParse(await readJson(await send(request)));
        if (parsed.success) return parsed.data;
      } catch (error) {
        throw lost(error, request.lostMeans);
      }
      throw new ProviderError(request.lostMeans, 'the answer is malformed');
    },
    async download(path, mediaType) {
      // The credentials are sent along, so only the provider's own address may be asked.
      if (address(path).origin !== options.base.origin) {
        throw new ProviderError('no-output', 'the output is at a foreign address');
      }
      const request = { path, timeoutMs: downloadTimeoutMs, lostMeans: 'transient' } as const;
      try {
        const bytes = await readCapped(await send(request), outputBytesMax);
        if (bytes === undefined) throw new ProviderError('no-output', 'the output is too large');
        const isOne = bytes.length > 12 && signatures[mediaType]?.(bytes) === true;
        if (isOne) return { mediaType, bytes };
      } catch (error) {
        throw lost(error, 'transient');
      }
      throw new ProviderError('transient', `the output is no ${mediaType.slice(0, 50)}`);
    },
  };
}
