/**
 * One request and its answer: a single attempt, bounded in time and size. What a status or a body
 * means is for the adapter to say; here is only told whether there was an answer, and if not,
 * whether the other side can have seen the request.
 */

/** The HTTP client an adapter gets; the same shape as global fetch so that tests can inject faults. */
export type HttpClient = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** What no answer means: `unknown` for a call that changes something there, else `transient`. */
export type LostMeaning = 'unknown' | 'transient';

export interface ExchangeRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** The very bytes that are sent: what is signed must not be encoded again on the way. */
  readonly body?: string | Buffer<ArrayBuffer>;
  /** For everything, from connecting to the last byte of the body. */
  readonly timeoutMs: number;
  /** The most bytes an answer may have; 1 MiB unless told. */
  readonly bytesMax?: number;
  readonly lostMeans: LostMeaning;
}

export interface Answer {
  readonly status: number;
  /** 200-299. */
  readonly ok: boolean;
  readonly headers: Headers;
  /** Undefined when there was more than `bytesMax`, or a refusal's body did not come. */
  readonly body: Buffer | undefined;
}

/** No answer came. Its message names a system error code at most: no address, no body. */
export class LostAnswerError extends Error {
  /** `transient` also where the request surely never left, whatever the request said. */
  readonly means: LostMeaning;

  constructor(means: LostMeaning, reason: string) {
    super(`no answer: ${reason}`);
    this.name = 'LostAnswerError';
    this.means = means;
  }
}

const answerBytesMax = 1024 * 1024;

// With these the request never reached the other side, so nothing can have been started.
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function lost(error: unknown, lostMeans: LostMeaning): LostAnswerError {
  // What fetch throws is not always an Error of this realm, nor is its cause.
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: { code?: unknown } };
  const code = typeof cause?.code === 'string' ? cause.code : undefined;
  const reached = code === undefined || !neverSent.has(code);
  return new LostAnswerError(reached ? lostMeans : 'transient', code ?? String(name));
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

/** Throws only {@link LostAnswerError}; a refusal is an answer. Redirects are never followed. */
export async function exchange(http: HttpClient, request: ExchangeRequest): Promise<Answer> {
  const { url, method, headers, body, timeoutMs, lostMeans } = request;
  try {
    const response = await http(url, {
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, ok } = response;
    const bytes = readCapped(response, request.bytesMax ?? answerBytesMax);
    // The status of a refusal says enough; of a success the body is the answer.
    const read = await (ok ? bytes : bytes.catch(() => undefined));
    return { status, ok, headers: response.headers, body: read };
  } catch (error) {
    throw lost(error, lostMeans);
  }
}

/** An answer's or a webhook's JSON; undefined when it has none that can be read. */
export function jsonOf({ body }: Pick<Answer, 'body'>): unknown {
  try {
    return body === undefined ? undefined : (JSON.parse(body.toString('utf8')) as unknown);
  } catch {
    // The parser quotes what it read, which may be anything.
    return undefined;
  }
}

/** What a Retry-After header asks for, in milliseconds; undefined without a readable one. */
export function retryAfterMs({ headers }: Answer): number | undefined {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
