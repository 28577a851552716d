import type { z } from 'zod';
import {
  exchange,
  jsonOf,
  LostAnswerError,
  retryAfterMs,
  type Answer,
  type HttpClient,
  type LostMeaning,
} from '../http/exchange';
import { ProviderError, type ProviderFailureClass, type ProviderOutput } from './provider';

const outputBytesMax = 64 * 1024 * 1024;
const downloadTimeoutMs = 60_000;

/** What an HTTP status means where the body has no opinion. */
export const failureOfStatus: Readonly<Record<number, ProviderFailureClass>> = {
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

/** Whether the bytes begin as a file of that type does; false for a type we do not take. */
export function isMedia(bytes: Buffer, mediaType: string): boolean {
  return bytes.length > 12 && signatures[mediaType]?.(bytes) === true;
}

export interface ProviderRequest {
  /** Relative to the provider's base address. */
  readonly path: string;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  /** Sent by POST instead of JSON: files with fields beside them. */
  readonly form?: FormData;
  /** Where neither of the two is meant. */
  readonly method?: 'PUT';
  readonly timeoutMs: number;
  /** What no readable answer means. */
  readonly lostMeans: LostMeaning;
}

export interface ProviderClientOptions {
  readonly base: URL;
  /** Go with every request; credentials belong here. A function is asked each time anew. */
  readonly headers: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  readonly http: HttpClient;
  /** Reads a refusal's JSON body (undefined when it has none); else its HTTP status decides. */
  readonly classify: (body: unknown) => ProviderFailureClass | undefined;
}

/** JSON over HTTP to one provider: one attempt, bounded in time and size, every failure classed. */
export interface ProviderClient {
  json<T>(schema: z.ZodType<T>, request: ProviderRequest): Promise<T>;
  /** Brings an output and checks that it is what it is said to be. */
  download(url: string, mediaType: string): Promise<ProviderOutput>;
  /** Brings an output from the file host an answer linked to: without our credentials. */
  downloadLink(url: string): Promise<ProviderOutput>;
}

/** What a link's status means: a file host knows neither models nor our account. */
function linkFailure(status: number): ProviderError {
  const isGone = [400, 401, 403, 404, 410].includes(status);
  return new ProviderError(isGone ? 'no-output' : 'transient', `the output: HTTP ${status}`);
}

/** A link is followed to public hosts over TLS only, or to the very address the provider has. */
function isPublic(url: URL, base: URL): boolean {
  if (url.origin === base.origin) return true;
  const isName = /^(?!\d+(\.\d+)*$)[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(url.hostname);
  return url.protocol === 'https:' && isName && url.port === '';
}

/** What stands for a call without an answer, as the adapters' callers know it. */
export function lost(error: unknown): unknown {
  return error instanceof LostAnswerError ? new ProviderError(error.means, error.message) : error;
}

async function downloadLink(
  { http, base }: ProviderClientOptions,
  link: string,
): Promise<ProviderOutput> {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url === undefined || !isPublic(url, base)) {
    throw new ProviderError('no-output', 'the output is at a foreign address');
  }
  const answer = await exchange(http, {
    url,
    method: 'GET',
    timeoutMs: downloadTimeoutMs,
    bytesMax: outputBytesMax,
    lostMeans: 'transient',
  }).catch((error: unknown) => {
    throw lost(error);
  });
  if (!answer.ok) throw linkFailure(answer.status);
  const { body: bytes } = answer;
  if (bytes === undefined) throw new ProviderError('no-output', 'the output is too large');
  const mediaType = Object.keys(signatures).find((type) => isMedia(bytes, type));
  if (mediaType === undefined) throw new ProviderError('transient', 'the output is no media');
  return { mediaType, bytes };
}

interface SentParts {
  readonly body: string | Buffer<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

function jsonParts(body: unknown): SentParts | undefined {
  if (body === undefined) return undefined;
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

/** Written out here, so that the very bytes are known before they are sent. */
async function formParts(form: FormData): Promise<SentParts> {
  const written = new Response(form);
  return {
    headers: { 'content-type': written.headers.get('content-type') ?? '' },
    body: Buffer.from(await written.arrayBuffer()),
  };
}

export function createProviderClient(options: ProviderClientOptions): ProviderClient {
  const address = (path: string): URL => new URL(path, options.base);
  const { headers } = options;
  const credentials = typeof headers === 'function' ? headers : () => headers;

  function refusal(answer: Answer, lostMeans: LostMeaning): ProviderError {
    const failure = options.classify(jsonOf(answer)) ?? failureOfStatus[answer.status] ?? lostMeans;
    return new ProviderError(failure, `HTTP ${answer.status}`, retryAfterMs(answer));
  }

  async function send(request: ProviderRequest & { bytesMax?: number }): Promise<Answer> {
    const { path, body, form, method, ...bounds } = request;
    const sent = form === undefined ? jsonParts(body) : await formParts(form);
    const answer = await exchange(options.http, {
      ...bounds,
      url: address(path),
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: { ...credentials(), ...sent?.headers },
      ...(sent === undefined ? {} : { body: sent.body }),
    }).catch((error: unknown) => {
      throw lost(error);
    });
    if (!answer.ok) throw refusal(answer, request.lostMeans);
    return answer;
  }

  return {
    async json(schema, request) {
      const parsed = schema.safeParse(jsonOf(await send(request)));
      if (parsed.success) return parsed.data;
      throw new ProviderError(request.lostMeans, 'the answer is malformed');
    },
    async download(path, mediaType) {
      // The credentials are sent along, so only the provider's own address may be asked.
      if (address(path).origin !== options.base.origin) {
        throw new ProviderError('no-output', 'the output is at a foreign address');
      }
      const { body: bytes } = await send({
        path,
        timeoutMs: downloadTimeoutMs,
        bytesMax: outputBytesMax,
        lostMeans: 'transient',
      });
      if (bytes === undefined) throw new ProviderError('no-output', 'the output is too large');
      if (isMedia(bytes, mediaType)) return { mediaType, bytes };
      throw new ProviderError('transient', `the output is no ${mediaType.slice(0, 50)}`);
    },
    downloadLink: (link) => downloadLink(options, link),
  };
}
