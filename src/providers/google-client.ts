/** Google's SDK for both ways in: the Gemini API by key and Vertex by service account. */
import { GoogleGenAI } from '@google/genai';
import { exchange, jsonOf, type Answer } from '../http/exchange';
import { baseOf, signInWith, tokenOf, type GoogleAccess } from './google-access';
import { googleFailure, type GoogleMeaning } from './google-errors';
import { ProviderError, type HttpClient } from './provider';
import { lost } from './provider-client';
import { callOnce } from './sdk-call';

const downloadTimeoutMs = 60_000;
// Google's file links send the asker on to one of these.
const fileHosts = /(^|\.)(googleapis\.com|googleusercontent\.com)$/;

export interface GoogleCall extends GoogleMeaning {
  readonly timeoutMs: number;
  /** The most bytes an answer may have; results are inline, so it may be many. */
  readonly bytesMax?: number;
}

export interface GoogleClient {
  /** Runs one SDK call. A second HTTP request of it is refused, so that the SDK cannot retry. */
  call<T>(call: GoogleCall, ask: (ai: GoogleGenAI) => Promise<T>): Promise<T>;
  /** Brings a file with our credentials, which go to no other address than `url`'s. */
  download(url: URL, bytesMax: number): Promise<Buffer>;
  /** Where calls go, and where files of the Gemini API live. */
  readonly base: URL;
}

/** One GET of a file; a redirect is an answer, for its address must not get our credentials. */
async function getFile(
  http: HttpClient,
  url: URL,
  { headers, bytesMax }: { headers: Record<string, string>; bytesMax: number },
): Promise<Answer> {
  const stay: HttpClient = (where, init) => http(where, { ...init, redirect: 'manual' });
  const bounds = { timeoutMs: downloadTimeoutMs, bytesMax, lostMeans: 'transient' } as const;
  return exchange(stay, { url, method: 'GET', headers, ...bounds }).catch((error: unknown) => {
    throw lost(error);
  });
}

function redirectOf(answer: Answer, from: URL): URL | undefined {
  const next = answer.headers.get('location');
  if (answer.status < 300 || answer.status > 399 || next === null) return undefined;
  const target = new URL(next, from);
  if (target.protocol === 'https:' && fileHosts.test(target.hostname)) return target;
  throw new ProviderError('no-output', 'the output is at a foreign address');
}

function fileOf(answer: Answer): Buffer {
  if (!answer.ok) {
    throw googleFailure(answer.status, jsonOf(answer), {
      notFound: 'no-output',
      lostMeans: 'transient',
      internalMeans: 'transient',
    });
  }
  if (answer.body === undefined) throw new ProviderError('no-output', 'the output is too large');
  return answer.body;
}

export function createGoogleClient(access: GoogleAccess, http: HttpClient): GoogleClient {
  const jwt = access.kind === 'account' ? signInWith(access, http) : undefined;
  const baseUrl = baseOf(access);

  function connect(fetchImplementation: typeof fetch): GoogleGenAI {
    const httpOptions = { baseUrl, fetch: fetchImplementation };
    // Without the version a later SDK would silently move to another one.
    if (access.kind === 'key') {
      const { apiKey } = access;
      return new GoogleGenAI({ vertexai: false, apiKey, apiVersion: 'v1beta', httpOptions });
    }
    return new GoogleGenAI({
      vertexai: true,
      project: access.account.project_id,
      location: access.location,
      apiVersion: 'v1beta1',
      ...(jwt === undefined ? {} : { googleAuthOptions: { authClient: jwt } }),
      httpOptions,
    });
  }

  async function credentials(): Promise<Record<string, string>> {
    if (jwt !== undefined) return { authorization: `Bearer ${await tokenOf(jwt)}` };
    return access.kind === 'key' ? { 'x-goog-api-key': access.apiKey } : {};
  }

  return {
    base: new URL(baseUrl),
    async call(call, ask) {
      // Signed in first: a failure here is known to have started nothing.
      if (jwt !== undefined) await tokenOf(jwt);
      const failureOf = ({ status }: Answer, body: unknown) => googleFailure(status, body, call);
      return callOnce(http, { ...call, failureOf }, (once) => ask(connect(once)));
    },
    async download(url, bytesMax) {
      const answer = await getFile(http, url, { headers: await credentials(), bytesMax });
      const next = redirectOf(answer, url);
      return fileOf(
        next === undefined ? answer : await getFile(http, next, { headers: {}, bytesMax }),
      );
    },
  };
}
