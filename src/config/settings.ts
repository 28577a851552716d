/**
 * Reads the environment once, at the start. All problems are listed together, each with what the
 * setting is for; values of secrets are never shown.
 */
import { z } from 'zod';
import type { OtherMethodsRule } from '../domain/mini-app';
import { adapters, type Adapter, type Adapters } from './adapters';
import { assetPlace, assetProblems, type AssetPlace } from './asset-settings';
import { environmentSchema, type Environment } from './schema';
import { settingMeta } from './setting';

export interface Settings {
  readonly telegram: {
    readonly botToken: string;
    readonly apiRoot: string;
    /** With it updates come by webhook, without it they are fetched by long polling. */
    readonly publicUrl: string | undefined;
    readonly webhookSecret: string | undefined;
    readonly messagesPerSecond: number;
  };
  /** Telegram ids of admins, as decimal text. */
  readonly adminIds: readonly string[];
  readonly welcomeTokens: bigint;
  /** Percents of the tokens bought; 0 is off. */
  readonly bonuses: { readonly firstDepositPercent: bigint; readonly referralPercent: bigint };
  /** Tokens by the day of the streak; empty is off. */
  readonly dailyRewards: readonly bigint[];
  readonly limits: {
    readonly requestsPerMinute: number;
    readonly activeGenerations: number;
    readonly generationsPerHour: number;
    readonly highCostTokens: bigint;
  };
  readonly moderation: {
    /** Percent by category of the classifier. */
    readonly thresholds: Readonly<Record<string, number>>;
    /** Who looks at pictures without OpenAI. */
    readonly pictures: 'local' | 'off';
    /** Opens films that people send. */
    readonly decoder: string | undefined;
    readonly strikes: { readonly limit: number; readonly days: number };
  };
  readonly generationDeadlineMs: number;
  readonly complaintWindowMs: number;
  readonly invoiceExpiryMs: number;
  readonly refundWindowMs: number;
  readonly providerSubmitsPerSecond: number;
  readonly api: {
    readonly host: string;
    readonly port: number;
    /** Where a process without the API says how it is; 0 is nowhere. */
    readonly statusPort: number;
    readonly proxyHops: number;
    /** The admin API is off without it. */
    readonly adminKey: string | undefined;
    readonly sandboxPageUrl: string | undefined;
  };
  readonly miniApp: {
    /** Undefined when Telegram cannot reach it: then there is no button for it. */
    readonly url: string | undefined;
    readonly otherMethods: OtherMethodsRule;
  };
  /** Where providers call back; undefined when nobody outside can reach the API. */
  readonly callbackBaseUrl: string | undefined;
  /** Where payment systems send their webhooks; undefined likewise. */
  readonly webhookBaseUrl: string | undefined;
  readonly databaseUrl: string;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly workflowCache: number;
    /** 0 when the SDK's metrics are off. */
    readonly sdkMetricsPort: number;
  };
  readonly assets: AssetPlace;
  readonly logLevel: Environment['LOG_LEVEL'];
  /** What the environment holds for providers; checked, so that createProviders finds no mistake. */
  readonly providerSettings: Readonly<Record<string, string>>;
  /** Ids of the payment systems that are on besides Stars. */
  readonly paymentSystems: readonly string[];
  /** What the environment holds for them; checked likewise. */
  readonly paymentSettings: Readonly<Record<string, string>>;
  /** Values that must never appear in a log line. */
  readonly secrets: readonly string[];
}

/** Thrown by {@link parseSettings}; the message is the whole list, ready to be printed. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const list = problems.map((problem) => `  - ${problem}`).join('\n');
    super(`The settings need attention (environment or .env):\n${list}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** Makes settings of an environment. Pure. Throws {@link SettingsError} with every problem found. */
export function parseSettings(
  env: Readonly<Record<string, string | undefined>>,
  registered: Adapters = adapters,
): Settings {
  const present = withoutEmpty(env);
  const base = environmentSchema.safeParse(present);
  const problems = [
    ...(base.success ? [] : base.error.issues.map(describeIssue)),
    ...crossProblems(present),
    ...assetProblems(present),
    ...registered.providers.flatMap((adapter) => providerProblems(adapter, present)),
    ...paymentProblems(base.data?.PAYMENT_SYSTEMS ?? [], registered.payments, present),
  ];
  if (!base.success || problems.length > 0) throw new SettingsError(problems);
  return arrange(base.data, {
    providerSettings: valuesOf(registered.providers.flatMap(settingNames), present),
    paymentSettings: valuesOf(registered.payments.flatMap(settingNames), present),
    secrets: secretsOf(present, [...registered.providers, ...registered.payments]),
  });
}

/** `NAME=` in a file means "not set", as people expect. */
function withoutEmpty(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || value.trim() === '' ? [] : [[name, value.trim()]],
    ),
  );
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0]);
  const schema = (environmentSchema.shape as Record<string, z.ZodType>)[name];
  const purpose = schema && settingMeta.get(schema)?.purpose;
  // zod's own wording would repeat the value it got, which may be a secret.
  const what = issue.code === 'invalid_type' ? 'is missing' : issue.message;
  return `${name} ${what}. ${purpose ?? ''}`.trim();
}

function crossProblems(env: Readonly<Record<string, string>>): string[] {
  const problems: string[] = [];
  const publicUrl = env['PUBLIC_URL'];
  if (publicUrl !== undefined && env['TELEGRAM_WEBHOOK_SECRET'] === undefined) {
    problems.push(
      'TELEGRAM_WEBHOOK_SECRET is missing; PUBLIC_URL turns the webhook on, and without the secret ' +
        'anyone could send updates to it. Make one with: openssl rand -hex 32',
    );
  }
  const root = env['TELEGRAM_API_ROOT'] ?? 'https://api.telegram.org';
  const isRealTelegram = root.startsWith('https://api.telegram.org');
  if (isRealTelegram && env['MINI_APP_URL']?.startsWith('http://') === true) {
    problems.push('MINI_APP_URL must start with https://; Telegram opens no other address.');
  }
  if (isRealTelegram && publicUrl?.startsWith('http://') === true) {
    problems.push('PUBLIC_URL must start with https://; Telegram calls no other address.');
  }
  return problems;
}

/** A provider none of whose settings is set is off; half-set is a problem. */
function providerProblems(adapter: Adapter, env: Readonly<Record<string, string>>): string[] {
  const names = settingNames(adapter);
  if (Object.keys(valuesOf(names, env)).length === 0) return [];
  const rule = `Provider ${adapter.id} is on when its settings are there; without ${names.join(', ')} it is off.`;
  return adapterProblems(adapter, env).map((problem) => `${problem} ${rule}`);
}

/** Every payment system that is named must exist and have all it needs; the others are not looked at. */
function paymentProblems(
  named: readonly string[],
  known: readonly Adapter[],
  env: Readonly<Record<string, string>>,
): string[] {
  const ids = ['stars', ...known.map(({ id }) => id)];
  const unknown = named.filter((id) => !ids.includes(id));
  const strangers =
    unknown.length === 0
      ? []
      : [`PAYMENT_SYSTEMS names a system Easel does not know. It knows: ${ids.join(', ')}.`];
  const incomplete = known
    .filter(({ id }) => named.includes(id))
    .flatMap((adapter) =>
      adapterProblems(adapter, env).map(
        (problem) => `${problem} PAYMENT_SYSTEMS names ${adapter.id}, which needs it.`,
      ),
    );
  return [...strangers, ...incomplete];
}

function adapterProblems(adapter: Adapter, env: Readonly<Record<string, string>>): string[] {
  const result = adapter.settings.safeParse(valuesOf(settingNames(adapter), env));
  // One sentence a setting, also where several parts of its value are wrong.
  const names = new Set(result.error?.issues.map(({ path }) => String(path[0])));
  const what = (name: string) => (env[name] ? 'does not have the right form' : 'is missing');
  return [...names].map((name) => `${name} ${what(name)}.`);
}

function valuesOf(
  names: readonly string[],
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

/** The environment names an adapter reads. */
export function settingNames(adapter: Adapter): readonly string[] {
  return Object.keys(settingsShape(adapter));
}

/** The settings of an adapter by name, as JSON Schema knows them: purpose and default. */
export function settingsShape(
  adapter: Adapter,
): Readonly<Record<string, z.core.JSONSchema._JSONSchema>> {
  const json = z.toJSONSchema(adapter.settings, { io: 'input', unrepresentable: 'any' });
  return json.properties ?? {};
}

function secretsOf(
  env: Readonly<Record<string, string>>,
  registered: readonly Adapter[],
): readonly string[] {
  const own = Object.entries(environmentSchema.shape).flatMap(([name, schema]) =>
    settingMeta.get(schema)?.secret === true ? [name] : [],
  );
  // A provider's settings are keys and accounts; only addresses and places may be shown.
  const theirs = registered.flatMap(
    (adapter) =>
      adapter.secrets ?? settingNames(adapter).filter((name) => !/_(URL|LOCATION)$/.test(name)),
  );
  return [...own, ...theirs].flatMap((name) => env[name] ?? []);
}

type Gathered = Pick<Settings, 'providerSettings' | 'paymentSettings' | 'secrets'>;

function arrange(env: Environment, gathered: Gathered): Settings {
  return {
    telegram: {
      botToken: env.BOT_TOKEN,
      apiRoot: env.TELEGRAM_API_ROOT,
      publicUrl: env.PUBLIC_URL,
      webhookSecret: env.TELEGRAM_WEBHOOK_SECRET,
      messagesPerSecond: env.TELEGRAM_MESSAGES_PER_SECOND,
    },
    adminIds: env.ADMIN_IDS ?? [],
    welcomeTokens: BigInt(env.WELCOME_TOKENS),
    bonuses: {
      firstDepositPercent: BigInt(env.FIRST_DEPOSIT_BONUS_PERCENT),
      referralPercent: BigInt(env.REFERRAL_PERCENT),
    },
    dailyRewards: env.DAILY_REWARDS,
    limits: {
      requestsPerMinute: env.REQUESTS_PER_MINUTE,
      activeGenerations: env.ACTIVE_GENERATIONS_MAX,
      generationsPerHour: env.GENERATIONS_PER_HOUR,
      highCostTokens: BigInt(env.HIGH_COST_THRESHOLD),
    },
    moderation: {
      thresholds: env.MODERATION_THRESHOLDS,
      pictures: env.MODERATION_PICTURES,
      decoder: env.MODERATION_FFMPEG,
      strikes: { limit: env.MODERATION_STRIKES, days: env.MODERATION_STRIKE_DAYS },
    },
    generationDeadlineMs: env.GENERATION_DEADLINE_SECONDS,
    complaintWindowMs: env.COMPLAINT_WINDOW_SECONDS,
    invoiceExpiryMs: env.INVOICE_EXPIRY_SECONDS,
    refundWindowMs: env.REFUND_WINDOW_SECONDS,
    providerSubmitsPerSecond: env.PROVIDER_SUBMITS_PER_SECOND,
    api: {
      host: env.API_HOST,
      port: env.API_PORT,
      statusPort: env.STATUS_PORT,
      proxyHops: env.API_PROXY_HOPS,
      adminKey: env.ADMIN_API_KEY,
      sandboxPageUrl: env.SANDBOX_PAGE_URL,
    },
    miniApp: { url: miniAppUrl(env), otherMethods: env.MINI_APP_OTHER_METHODS },
    callbackBaseUrl: env.CALLBACK_BASE_URL ?? env.PUBLIC_URL,
    webhookBaseUrl: env.WEBHOOK_BASE_URL ?? env.PUBLIC_URL,
    databaseUrl: env.DATABASE_URL,
    temporal: {
      address: env.TEMPORAL_ADDRESS,
      namespace: env.TEMPORAL_NAMESPACE,
      workflowCache: env.WORKFLOW_CACHE,
      sdkMetricsPort: env.SDK_METRICS_PORT,
    },
    assets: assetPlace(env),
    logLevel: env.LOG_LEVEL,
    paymentSystems: env.PAYMENT_SYSTEMS ?? [],
    ...gathered,
  };
}

/** With the slash at the end: the page finds its files beside its address. */
function miniAppUrl({ MINI_APP_URL, PUBLIC_URL }: Environment): string | undefined {
  const address = MINI_APP_URL ?? (PUBLIC_URL === undefined ? undefined : `${PUBLIC_URL}/app`);
  return address === undefined ? undefined : `${address}/`;
}
