/**
 * A provider's own SDK, bounded: one HTTP request per call, whatever the SDK would do, through the
 * client the adapter is given; every failure is a ProviderError made of the HTTP answer, not of the
 * SDK's words.
 */
import { exchange, jsonOf, type Answer, type LostMeaning } from '../http/exchange';
import { ProviderError, type HttpClient } from './provider';
import { lost } from './provider-client';

export interface SdkCall {
  readonly timeoutMs: number;
  /** The most bytes an answer may have; results are inline, so it may be many. */
  readonly bytesMax?: number;
  readonly lostMeans: LostMeaning;
  /** What a refusal means; `body` is its JSON, undefined when there is none. */
  failureOf(answer: Answer, body: unknown): ProviderError;
}

interface Outcome {
  isSent: boolean;
  error?: ProviderError;
}

async function send(http: HttpClient, call: SdkCall, request: Request): Promise<Response> {
  const method = request.method === 'GET' ? 'GET' : 'POST';
  // Bytes and not text, because uploads are multipart.
  const body = method === 'GET' ? undefined : Buffer.from(await request.arrayBuffer());
  const answer = await exchange(http, {
    url: new URL(request.url),
    method,
    headers: Object.fromEntries(request.headers),
    ...(body === undefined ? {} : { body }),
    timeoutMs: call.timeoutMs,
    lostMeans: call.lostMeans,
    ...(call.bytesMax === undefined ? {} : { bytesMax: call.bytesMax }),
  });
  const parsed = jsonOf(answer);
  if (!answer.ok) throw call.failureOf(answer, parsed);
  if (parsed === undefined) throw new ProviderError(call.lostMeans, 'the answer is malformed');
  return new Response(new Uint8Array(answer.body ?? []), {
    status: answer.status,
    headers: { 'content-type': 'application/json' },
  });
}

/** A fetch for one request, which remembers how it ended: SDKs word failures in many ways. */
function fetchOnce(http: HttpClient, call: SdkCall, outcome: Outcome): typeof fetch {
  const once: typeof fetch = async (input, init) => {
    if (outcome.isSent) throw outcome.error ?? new Error('only one request is sent');
    outcome.isSent = true;
    try {
      // Either an address with a request, or a Request that holds both.
      return await send(http, call, input instanceof Request ? input : new Request(input, init));
    } catch (error) {
      const known = lost(error);
      if (known instanceof ProviderError) outcome.error = known;
      throw known;
    }
  };
  // An SDK that wants to know what a Response is here would otherwise make a request to find out.
  return Object.assign(once, { Response });
}

/** Runs one SDK call. A second HTTP request of it is refused, so that the SDK cannot retry. */
export async function callOnce<T>(
  http: HttpClient,
  call: SdkCall,
  ask: (fetchImplementation: typeof fetch) => Promise<T>,
): Promise<T> {
  const outcome: Outcome = { isSent: false };
  try {
    return await ask(fetchOnce(http, call, outcome));
  } catch (error) {
    if (outcome.error !== undefined) throw outcome.error;
    if (error instanceof ProviderError) throw error;
    const name = error instanceof Error ? error.name : 'unknown';
    throw new ProviderError(outcome.isSent ? call.lostMeans : 'invalid', `the SDK: ${name}`);
  }
}
