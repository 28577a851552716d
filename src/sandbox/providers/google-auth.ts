/** Google's sign-in: API keys, and tokens given for a JWT that a service account signed. */
import { createPublicKey, randomBytes, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { googleError } from './google-answers';
import { json, type Answer, type Call, type Route } from './frame/http-server';

const cloudScope = 'https://www.googleapis.com/auth/cloud-platform';
// What a JWT is made out to, wherever the stand-in listens.
const audience = 'https://oauth2.googleapis.com/token';
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const tokenSeconds = 3_600;

/** The half of a service account's key that Google keeps. */
export interface KnownAccount {
  readonly email: string;
  readonly projectId: string;
  /** PEM; a private key will do, its public half is taken. */
  readonly key: string;
}

const claimsSchema = z.object({
  iss: z.string(),
  scope: z.string(),
  aud: z.literal(audience),
  iat: z.number(),
  exp: z.number(),
});

const jsonOfPart = (part: string): unknown =>
  JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

function isSigned(jwt: string, key: KeyObject): boolean {
  const [head = '', claims = '', signature = ''] = jwt.split('.');
  const header = z.object({ alg: z.literal('RS256') }).safeParse(jsonOfPart(head));
  const signed = Buffer.from(`${head}.${claims}`);
  return header.success && verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
}

function isFresh({ iat, exp }: z.infer<typeof claimsSchema>): boolean {
  const now = Date.now() / 1_000;
  return iat <= now + 300 && exp > now && exp - iat <= tokenSeconds + 60;
}

function refused(error: string, description: string): Answer {
  return json({ error, error_description: description }, error === 'invalid_client' ? 401 : 400);
}

export interface TokenOffice {
  readonly route: Route;
  /** Whether the call shows a token that was given out and is still good. */
  accepts(call: Pick<Call, 'headers'>): boolean;
}

/** POST /token, as oauth2.googleapis.com answers it. */
export function createTokenOffice({ email, key }: KnownAccount): TokenOffice {
  const publicKey = createPublicKey(key);
  const given = new Map<string, number>();

  function exchangeJwt(assertion: string): Answer {
    const claims = claimsSchema.safeParse(jsonOfPart(assertion.split('.')[1] ?? ''));
    if (!claims.success || claims.data.iss !== email) {
      return refused('invalid_grant', 'Invalid grant: account not found');
    }
    if (!isSigned(assertion, publicKey)) return refused('invalid_grant', 'Invalid JWT Signature.');
    if (!isFresh(claims.data)) {
      return refused('invalid_grant', 'Invalid JWT: Token must be a short-lived token');
    }
    if (!claims.data.scope.split(' ').includes(cloudScope)) {
      return refused('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
    }
    const token = `ya29.${randomBytes(24).toString('base64url')}`;
    given.set(token, Date.now() + tokenSeconds * 1_000);
    return json({ access_token: token, expires_in: tokenSeconds - 1, token_type: 'Bearer' });
  }

  return {
    route: {
      method: 'POST',
      path: /^\/token$/,
      async answer({ body }) {
        const form = new URLSearchParams(body.toString('utf8'));
        if (form.get('grant_type') !== grantType) {
          return refused('unsupported_grant_type', 'Invalid grant_type');
        }
        try {
          return exchangeJwt(form.get('assertion') ?? '');
        } catch {
          return refused('invalid_grant', 'Invalid JWT');
        }
      },
    },
    accepts({ headers }) {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
      return (given.get(token) ?? 0) > Date.now();
    },
  };
}

/** Lets through whoever has a token, to the account's own project and to Cloud Storage. */
export function vertexGuard(
  office: TokenOffice,
  { projectId }: KnownAccount,
): (call: Call) => Answer | undefined {
  return (call) => {
    if (call.path === '/token') return undefined;
    if (!office.accepts(call)) {
      return googleError(401, 'Request had invalid authentication credentials.');
    }
    const project = /^\/v1beta1\/projects\/([^/]+)\//.exec(call.path)?.[1];
    const isOwn = project === undefined || project === projectId;
    return isOwn ? undefined : googleError(403, 'Permission denied on the project.');
  };
}

/** Takes API keys at the Gemini API's addresses and tokens at Vertex's. */
export function keyOrTokenGuard(
  office: TokenOffice,
  known: { readonly account: KnownAccount; readonly apiKey: string },
): (call: Call) => Answer | undefined {
  const onVertex = vertexGuard(office, known.account);
  return (call) => {
    if (!call.path.startsWith('/v1beta/')) return onVertex(call);
    if (call.headers['x-goog-api-key'] === known.apiKey) return undefined;
    return googleError(400, 'API key not valid. Please pass a valid API key.', [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
    ]);
  };
}
