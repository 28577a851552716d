import { join } from 'node:path';
import { startTogether, type Played } from '../standalone';
import { startComfyUiStandIn } from './comfyui';
import { startFalStandIn } from './fal';
import type { Served } from './frame/http-server';
import type { StandInOptions } from './frame/stand-in';
import { startGoogleStandIn } from './google';
import { keptKey, newRsaKey, newSigningKey } from './kept-key';
import { startKlingStandIn } from './kling';
import { startOpenAiStandIn } from './openai';

type Settings = Readonly<Record<string, string>>;

/** A stand-in with keys of its own, and the settings by which Easel finds it. */
interface ProviderStandIn {
  readonly id: string;
  /** The providers of Easel that it plays. */
  readonly plays: readonly string[];
  start(options: StandInOptions): Promise<{ served: Served; settings: Settings }>;
}

const googleKey = 'sandbox-google-key';
const openAiKey = 'sandbox-openai-key';
const klingKey = 'sandbox-kling-key';
const falKey = 'sandbox:fal-key';
const comfyUiToken = 'sandbox-comfyui-token';
const localKey = 'sandbox-local-key';

const google: ProviderStandIn = {
  id: 'google',
  plays: ['gemini', 'veo', 'omni'],
  async start(options) {
    const key = keptKey(options.dataDir, newRsaKey);
    const projectId = 'easel-sandbox';
    const email = `easel@${projectId}.iam.gserviceaccount.com`;
    const served = await startGoogleStandIn({
      ...options,
      apiKey: googleKey,
      account: { email, projectId, key },
    });
    const account = {
      type: 'service_account',
      project_id: projectId,
      client_email: email,
      private_key: key,
    };
    const { url } = served;
    return {
      served,
      settings: {
        GEMINI_API_KEY: googleKey,
        GEMINI_API_URL: url,
        VERTEX_SERVICE_ACCOUNT: Buffer.from(JSON.stringify(account)).toString('base64'),
        VERTEX_TOKEN_URL: `${url}/token`,
        VEO_VERTEX_URL: url,
      },
    };
  },
};

const openai: ProviderStandIn = {
  id: 'openai',
  plays: ['openai'],
  async start(options) {
    const models = ['gpt-image-2', 'gpt-image-1-mini'];
    const served = await startOpenAiStandIn({ ...options, models, apiKey: openAiKey });
    return {
      served,
      settings: { OPENAI_API_KEY: openAiKey, OPENAI_API_URL: `${served.url}/v1` },
    };
  },
};

const kling: ProviderStandIn = {
  id: 'kling',
  plays: ['kling'],
  async start(options) {
    const keys = { accessKey: 'sandbox-access', secretKey: 'sandbox-secret', apiKey: klingKey };
    const served = await startKlingStandIn({ ...options, ...keys });
    return { served, settings: { KLING_API_KEY: klingKey, KLING_API_URL: served.url } };
  },
};

const fal: ProviderStandIn = {
  id: 'fal',
  plays: ['fal'],
  async start(options) {
    const signingKey = keptKey(options.dataDir, newSigningKey);
    const served = await startFalStandIn({ ...options, key: falKey, signingKey });
    return {
      served,
      settings: {
        FAL_KEY: falKey,
        FAL_QUEUE_URL: served.url,
        FAL_KEYS_URL: `${served.url}/.well-known/jwks.json`,
      },
    };
  },
};

const comfyui: ProviderStandIn = {
  id: 'comfyui',
  plays: ['comfyui'],
  async start(options) {
    const checkpoints = ['sd_xl_base_1.0.safetensors'];
    const served = await startComfyUiStandIn({ ...options, token: comfyUiToken, checkpoints });
    return { served, settings: { COMFYUI_URL: served.url, COMFYUI_TOKEN: comfyUiToken } };
  },
};

const localOpenAi: ProviderStandIn = {
  id: 'local-openai',
  plays: ['local-openai'],
  async start(options) {
    const served = await startOpenAiStandIn({ ...options, models: ['default'], apiKey: localKey });
    return {
      served,
      settings: { LOCAL_OPENAI_URL: `${served.url}/v1`, LOCAL_OPENAI_KEY: localKey },
    };
  },
};

/** Every stand-in of a provider but the sandbox provider, which `npm start` runs by itself. */
export const providerStandIns: readonly ProviderStandIn[] = [
  google,
  openai,
  kling,
  fal,
  comfyui,
  localOpenAi,
];

export interface ProvidersOptions {
  /** The port of the first one; the others follow in their order. */
  readonly firstPort: number;
  readonly dataDir: string;
  readonly host: string;
  /** See StandInOptions. */
  readonly speed: number;
  /** Providers, by their ids in Easel; all unless told. */
  readonly only?: readonly string[];
}

/** Starts those that play the wanted providers. */
export function startProviders(options: ProvidersOptions): Promise<Played[]> {
  const { firstPort, dataDir, only, ...others } = options;
  const starts = providerStandIns.flatMap(({ id, plays, start }, place) => {
    if (only?.some((wanted) => plays.includes(wanted)) === false) return [];
    const where = { ...others, port: firstPort + place, dataDir: join(dataDir, id) };
    return [
      start(where).then(({ served, settings }) => ({
        id,
        url: served.url,
        settings,
        close: () => served.close(),
      })),
    ];
  });
  return startTogether(starts);
}
