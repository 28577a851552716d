import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault as WholeFault } from '../../src/sandbox/provider/faults';
import { makeOutput, type Made, type Making } from '../../src/sandbox/provider/make';
import { kindOf } from '../../src/sandbox/provider/job';
import { startSandboxProvider } from '../../src/sandbox/provider/server';
import { startComfyUiStandIn } from '../../src/sandbox/providers/comfyui';
import { startFalStandIn } from '../../src/sandbox/providers/fal';
import { startGeminiStandIn } from '../../src/sandbox/providers/gemini';
import { startKlingStandIn } from '../../src/sandbox/providers/kling';
import { startOmniStandIn } from '../../src/sandbox/providers/omni';
import { startOpenAiStandIn } from '../../src/sandbox/providers/openai';
import { startVeoStandIn } from '../../src/sandbox/providers/veo';
import type { Served } from '../../src/sandbox/providers/frame/http-server';
import type { StandInOptions } from '../../src/sandbox/providers/frame/stand-in';

export type Fault = Pick<WholeFault, 'at' | 'kind'> & Partial<WholeFault>;

/** What plays a provider in the tests; each registered provider has one. */
export interface StandIn {
  readonly url: string;
  /** The settings an adapter finds it with. */
  readonly env: Readonly<Record<string, string>>;
  fault(fault: Fault): Promise<void>;
  /** Forgets the faults that did not strike. */
  clearFaults(): Promise<void>;
  /**
   * How many jobs there are whose reference or prompt has this text, and how many paid requests
   * asked for one.
   */
  stats(about: string): Promise<{ jobs: number; submits: number }>;
  /** Every call to the provider's own addresses so far, as "GET /path". */
  calls(): Promise<readonly string[]>;
  /** Ends it as a crash would and starts it again at the same address with what it had kept. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What a provider can do, which decides the promises it is held to. */
export interface Abilities {
  /** The result comes with the answer to the submit; there is nothing to ask or to cancel. */
  readonly answersAtOnce?: boolean;
  /** A job can be found by our reference. */
  readonly finds?: boolean;
  readonly cancels?: boolean;
  /** Results are links that can fail or expire by themselves. */
  readonly linksOutputs?: boolean;
  /** How callbacks are signed; unsigned ones are only a wake-up. */
  readonly signsCallbacks?: 'with our secret' | 'with its own key';
}

export interface StandInPlan {
  readonly can: Abilities;
  /** Settings that the provider must not accept. */
  readonly wrongCredentials: () => Readonly<Record<string, string>>;
  start(): Promise<StandIn>;
}

const drawn = new Map<string, Promise<Made>>();

/** The art, drawn once for all jobs of one shape, and films of a second: drawing takes longest. */
function quickArt(making: Making): Promise<Made> {
  const { options, mode } = making.request;
  const { aspectRatio } = options;
  const sizes = making.inputs.map((input) => input.length);
  const key = JSON.stringify([kindOf(making.request), aspectRatio, mode, sizes]);
  const plain = {
    ...making.request,
    prompt: mode === 'text' ? 'hills' : '',
    style: undefined,
    options: { aspectRatio, duration: 1 },
  };
  const made = drawn.get(key) ?? makeOutput({ ...making, request: plain });
  drawn.set(key, made);
  made.catch(() => drawn.delete(key));
  return made;
}

type Start = (options: StandInOptions) => Promise<Served>;

/** Any stand-in of src/sandbox/providers as the contract steers it. */
async function frameStandIn(
  start: Start,
  envOf: (url: string) => Record<string, string>,
): Promise<StandIn> {
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-provider-'));
  const options = { dataDir, speed: 20, callbackRetryMs: 20, make: quickArt };
  let server = await start({ ...options, port: 0 });
  const { url, port } = server;
  return {
    url,
    env: envOf(url),
    async fault(fault) {
      const response = await fetch(`${url}/faults`, {
        method: 'POST',
        body: JSON.stringify([fault]),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    async clearFaults() {
      await fetch(`${url}/faults`, { method: 'DELETE' });
    },
    async stats(about) {
      const response = await fetch(`${url}/jobs?about=${encodeURIComponent(about)}`);
      const { jobs, submits } = (await response.json()) as { jobs: unknown[]; submits: number };
      return { jobs: jobs.length, submits };
    },
    async calls() {
      const response = await fetch(`${url}/calls`);
      return ((await response.json()) as { calls: string[] }).calls;
    },
    async restart() {
      await server.close();
      server = await start({ ...options, port });
    },
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A service account as Google's console hands it out: the JSON, and the half that Google keeps. */
export function makeServiceAccount(projectId = 'easel-tests') {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const email = `bot@${projectId}.iam.gserviceaccount.com`;
  const json = JSON.stringify({
    type: 'service_account',
    project_id: projectId,
    private_key: key,
    client_email: email,
  });
  return { json, known: { email, projectId, key } };
}

const wrongKey = () => randomBytes(16).toString('hex');
const contractKey = 'contract-key';

/** Google's image models; `account` is whom Vertex knows. */
export function startGemini(account = makeServiceAccount()): Promise<StandIn> {
  return frameStandIn(
    (options) => startGeminiStandIn({ ...options, apiKey: contractKey, account: account.known }),
    (url) => ({ GEMINI_API_URL: url, GEMINI_API_KEY: contractKey }),
  );
}

/** Veo, which only a service account may ask; with a bucket films are links into it. */
export function startVeo(bucket?: string): Promise<StandIn> {
  const account = makeServiceAccount();
  return frameStandIn(
    (options) => startVeoStandIn({ ...options, account: account.known }),
    (url) => ({
      VERTEX_SERVICE_ACCOUNT: account.json,
      VERTEX_TOKEN_URL: `${url}/token`,
      VEO_VERTEX_URL: url,
      GOOGLE_STORAGE_URL: url,
      ...(bucket === undefined ? {} : { VEO_STORAGE_URL: bucket }),
    }),
  );
}

/** Omni, by key and, at the same address, for a service account. */
export function startOmni(account = makeServiceAccount()): Promise<StandIn> {
  return frameStandIn(
    (options) => startOmniStandIn({ ...options, apiKey: contractKey, account: account.known }),
    (url) => ({ GEMINI_API_URL: url, GEMINI_API_KEY: contractKey }),
  );
}

/** Kling, for an account with the older pair of keys. */
export function startKling(): Promise<StandIn> {
  const account = { accessKey: 'contract-access', secretKey: contractKey, apiKey: 'contract-api' };
  return frameStandIn(
    (options) => startKlingStandIn({ ...options, ...account }),
    (url) => ({
      KLING_API_URL: url,
      KLING_ACCESS_KEY: account.accessKey,
      KLING_SECRET_KEY: account.secretKey,
    }),
  );
}

/** fal, with one key for all its restarts. */
export function startFal(): Promise<StandIn> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return frameStandIn(
    (options) => startFalStandIn({ ...options, key: contractKey, signingKey }),
    (url) => ({
      FAL_KEY: contractKey,
      FAL_QUEUE_URL: url,
      FAL_KEYS_URL: `${url}/.well-known/jwks.json`,
    }),
  );
}

/** ComfyUI behind a proxy that asks for a token. */
export function startComfyUi(): Promise<StandIn> {
  const checkpoints = ['sd_xl_base_1.0.safetensors'];
  return frameStandIn(
    (options) => startComfyUiStandIn({ ...options, token: contractKey, checkpoints }),
    (url) => ({ COMFYUI_URL: url, COMFYUI_TOKEN: contractKey }),
  );
}

/** OpenAI, and servers that speak as it does; `make` paints instead of the quick art. */
export function startOpenAi(
  prefix: 'OPENAI_API' | 'LOCAL_OPENAI',
  make: typeof makeOutput = quickArt,
): Promise<StandIn> {
  const isOpenAi = prefix === 'OPENAI_API';
  const models = isOpenAi ? ['gpt-image-2', 'gpt-image-1-mini'] : ['default'];
  const keyName = isOpenAi ? 'OPENAI_API_KEY' : 'LOCAL_OPENAI_KEY';
  return frameStandIn(
    (options) => startOpenAiStandIn({ ...options, make, models, apiKey: contractKey }),
    (url) => ({ [`${prefix}_URL`]: `${url}/v1`, [keyName]: contractKey }),
  );
}

/** By provider id. A provider without a stand-in fails the contract. */
export const standIns: Readonly<Record<string, StandInPlan | undefined>> = {
  sandbox: {
    can: { finds: true, cancels: true, linksOutputs: true, signsCallbacks: 'with our secret' },
    wrongCredentials: () => ({ SANDBOX_PROVIDER_KEY: wrongKey() }),
    start: () =>
      frameStandIn(
        (options) => startSandboxProvider({ ...options, key: contractKey }),
        (url) => ({ SANDBOX_PROVIDER_URL: url, SANDBOX_PROVIDER_KEY: contractKey }),
      ),
  },
  gemini: {
    can: { answersAtOnce: true },
    wrongCredentials: () => ({ GEMINI_API_KEY: wrongKey() }),
    start: () => startGemini(),
  },
  veo: {
    can: { linksOutputs: true },
    wrongCredentials: () => ({ VERTEX_SERVICE_ACCOUNT: makeServiceAccount().json }),
    start: () => startVeo('gs://easel-films/made/'),
  },
  omni: {
    can: { cancels: true, linksOutputs: true },
    wrongCredentials: () => ({ GEMINI_API_KEY: wrongKey() }),
    start: () => startOmni(),
  },
  openai: {
    can: { answersAtOnce: true },
    wrongCredentials: () => ({ OPENAI_API_KEY: wrongKey() }),
    start: () => startOpenAi('OPENAI_API'),
  },
  kling: {
    can: { finds: true, linksOutputs: true },
    wrongCredentials: () => ({ KLING_SECRET_KEY: wrongKey() }),
    start: () => startKling(),
  },
  fal: {
    can: { cancels: true, linksOutputs: true, signsCallbacks: 'with its own key' },
    wrongCredentials: () => ({ FAL_KEY: wrongKey() }),
    start: () => startFal(),
  },
  comfyui: {
    can: { finds: true, cancels: true, linksOutputs: true },
    wrongCredentials: () => ({ COMFYUI_TOKEN: wrongKey() }),
    start: () => startComfyUi(),
  },
  'local-openai': {
    can: { answersAtOnce: true },
    wrongCredentials: () => ({ LOCAL_OPENAI_KEY: wrongKey() }),
    start: () => startOpenAi('LOCAL_OPENAI'),
  },
};

export interface ReceivedCallback {
  readonly rawBody: Buffer;
  readonly headers: Record<string, string>;
  readonly query?: Record<string, string>;
}

export interface CallbackReceiver {
  readonly url: string;
  readonly received: readonly ReceivedCallback[];
  /** The HTTP statuses answered to the next callbacks; 200 after that. */
  answerWith(...statuses: number[]): void;
  close(): Promise<void>;
}

/** Listens where a provider calls back and keeps what it gets. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const received: ReceivedCallback[] = [];
  let statuses: number[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      received.push({
        rawBody: Buffer.concat(chunks),
        headers: Object.fromEntries(headers) as Record<string, string>,
        query: Object.fromEntries(new URL(request.url ?? '/', 'http://here').searchParams),
      });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received,
    answerWith(...given) {
      statuses = given;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Patience {
  readonly everyMs: number;
  readonly forMs: number;
}

/** Asks until the answer is there, for as long as a test may take unless told. */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { everyMs, forMs }: Patience = { everyMs: 25, forMs: 85_000 },
): Promise<T> {
  const giveUp = Date.now() + forMs;
  while (Date.now() < giveUp) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error('what was waited for did not come');
}
