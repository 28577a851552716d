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
  readonly timeoutMs: number;
  /** What no readable answer means. */
  readonly lostMeans: LostMeaning;
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

function lost(error: unknown): unknown {
  return error instanceof LostAnswerError ? new ProviderError(error.means, error.message) : error;
}

export function createProviderClient(options: ProviderClientOptions): ProviderClient {
  const address = (path: string): URL => new URL(path, options.base);

  function refusal(answer: Answer, lostMeans: LostMeaning): ProviderError {
    const failure = options.classify(jsonOf(answer)) ?? failureOfStatus[answer.status] ?? lostMeans;
    return new ProviderError(failure, `HTTP ${answer.status}`, retryAfterMs(answer));
  }

  async function send(request: ProviderRequest & { bytesMax?: number }): Promise<Answer> {
    const { path, body, ...bounds } = request;
    const json =
      body === undefined
        ? undefined
        : { body: JSON.stringify(body), type: { 'content-type': 'application/json' } };
    const answer = await exchange(options.http, {
      ...bounds,
      url: address(path),
      method: json === undefined ? 'GET' : 'POST',
      headers: { ...options.headers, ...json?.type },
      ...(json === undefined ? {} : { body: json.body }),
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
  };
}
