/** How Google is reached: its addresses, and an API key or the tokens of a service account. */
import { createPrivateKey } from 'node:crypto';
import { gaxios, JWT } from 'google-auth-library';
import { z } from 'zod';
import { ProviderError, type HttpClient } from './provider';

const cloudScope = 'https://www.googleapis.com/auth/cloud-platform';
const tokenTimeoutMs = 15_000;
const apiBase = 'https://generativelanguage.googleapis.com';

const accountSchema = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().refine(isPrivateKey),
});
export type ServiceAccount = z.infer<typeof accountSchema>;

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

/** The JSON key of a service account, as it is or in base64 (one line, easier to keep in a file). */
export const serviceAccountSetting = z.string().transform((text, context): ServiceAccount => {
  const json = text.trimStart().startsWith('{')
    ? text
    : Buffer.from(text, 'base64').toString('utf8');
  try {
    return accountSchema.parse(JSON.parse(json));
  } catch {
    // Neither the parser's nor the schema's words: both quote the key.
    context.addIssue({ code: 'custom', message: 'is no JSON key of a service account' });
    return z.NEVER;
  }
});

export const httpUrl = () => z.url({ protocol: /^https?$/ });

/** Settings that every provider on Vertex shares. */
export const vertexSettings = {
  VERTEX_SERVICE_ACCOUNT: serviceAccountSetting
    .describe('JSON key of a Google Cloud service account, in one line or in base64.')
    .optional(),
  VERTEX_TOKEN_URL: httpUrl().describe("Instead of Google's address for tokens.").optional(),
};

/** Settings of the Gemini API, which every provider shares that is reached by its key. */
export const keySettings = {
  GEMINI_API_KEY: z
    .string()
    .min(8)
    .describe('Key of the Gemini API, from AI Studio. Without it the account of Vertex is used.')
    .optional(),
  GEMINI_API_URL: httpUrl().describe("Instead of the Gemini API's address.").optional(),
};

interface KeyOrAccount {
  readonly GEMINI_API_KEY?: string | undefined;
  readonly GEMINI_API_URL?: string | undefined;
  readonly VERTEX_SERVICE_ACCOUNT?: ServiceAccount | undefined;
  readonly VERTEX_TOKEN_URL?: string | undefined;
}

export function hasKeyOrAccount(given: KeyOrAccount): boolean {
  return (given.GEMINI_API_KEY ?? given.VERTEX_SERVICE_ACCOUNT) !== undefined;
}

export const keyOrAccountIssue = {
  path: ['GEMINI_API_KEY'],
  message: 'is missing, and so is VERTEX_SERVICE_ACCOUNT',
};

/** By the key when there is one, else as the account. */
export function accessOf(
  settings: KeyOrAccount,
  vertex: { readonly url: string | undefined; readonly location: string },
): GoogleAccess {
  const { GEMINI_API_KEY: apiKey, VERTEX_SERVICE_ACCOUNT: account } = settings;
  if (apiKey !== undefined) return { kind: 'key', apiKey, apiUrl: settings.GEMINI_API_URL };
  if (account === undefined) throw new Error(keyOrAccountIssue.message);
  const { VERTEX_TOKEN_URL: tokenUrl } = settings;
  return { kind: 'account', account, location: vertex.location, apiUrl: vertex.url, tokenUrl };
}

/** A region of Vertex, or `global`. */
export const locationSetting = () => z.string().regex(/^[a-z0-9-]+$/);

/** How Google is reached: by API key, or as a service account (Vertex) at a location. */
export type GoogleAccess =
  | { readonly kind: 'key'; readonly apiKey: string; readonly apiUrl: string | undefined }
  | {
      readonly kind: 'account';
      readonly account: ServiceAccount;
      readonly location: string;
      /** Instead of the location's own address. */
      readonly apiUrl: string | undefined;
      /** Instead of Google's, which the library has built in. */
      readonly tokenUrl: string | undefined;
    };

function vertexBase(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu')
    return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** Where calls go. */
export function baseOf(access: GoogleAccess): string {
  return access.apiUrl ?? (access.kind === 'account' ? vertexBase(access.location) : apiBase);
}

export function signInWith(
  access: Extract<GoogleAccess, { kind: 'account' }>,
  http: HttpClient,
): JWT {
  const transporter = new gaxios.Gaxios();
  transporter.interceptors.request.add({
    resolved: async (request) => {
      // The library has the token's address built in and would send a lost request again.
      if (access.tokenUrl !== undefined) request.url = new URL(access.tokenUrl);
      request.retryConfig = { retry: 0, noResponseRetries: 0 };
      request.timeout = tokenTimeoutMs;
      request.fetchImplementation = (input, init) => http(input as string | URL, init);
      return request;
    },
  });
  const { client_email: email, private_key: key } = access.account;
  return new JWT({ email, key, scopes: [cloudScope], transporter });
}

export async function tokenOf(jwt: JWT): Promise<string> {
  try {
    const { token } = await jwt.getAccessToken();
    if (typeof token === 'string') return token;
  } catch (error) {
    const status = (error as { status?: unknown }).status;
    const isRefused = typeof status === 'number' && status >= 400 && status < 500 && status !== 429;
    // Nothing was asked of a model yet, so a lost answer costs nothing.
    throw new ProviderError(isRefused ? 'auth' : 'transient', 'Google gave no token');
  }
  throw new ProviderError('auth', 'Google gave no token');
}
