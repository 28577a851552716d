/**
 * Every setting Easel reads from the environment, with its purpose, default and rules. `.env.example`
 * and the messages about wrong settings are made from this; nothing else reads the environment.
 */
import { z } from 'zod';
import { otherMethodsRules } from '../domain/mini-app';
import { assetSettings } from './asset-settings';
import { bonusSettings } from './bonus-settings';
import { moderationSettings } from './moderation-settings';
import { httpUrl, port, seconds, setting, wholeNumber } from './setting';

const yearSeconds = 366 * 24 * 3600;

const telegram = 'Telegram';
const telegramSettings = {
  BOT_TOKEN: setting(
    z
      .string()
      .regex(
        /^\d{3,20}:[A-Za-z0-9_-]{5,100}$/,
        'must look like 123456:ABC-DEF, as BotFather gives it',
      ),
    {
      section: telegram,
      purpose:
        'Token of the bot, from @BotFather. With it `npm start` talks to real Telegram; without it ' +
        'the sandbox Telegram is started.',
      secret: true,
      example: '123456:ABC-DEF',
    },
  ),
  TELEGRAM_API_ROOT: setting(httpUrl().prefault('https://api.telegram.org'), {
    section: telegram,
    purpose: 'Root of the Bot API: Telegram itself, a local Bot API server or the sandbox.',
  }),
  PUBLIC_URL: setting(httpUrl().optional(), {
    section: telegram,
    purpose:
      'Address under which the API is reached from outside. With it Telegram sends updates to the ' +
      'webhook; without it they are fetched by long polling.',
    example: 'https://bot.example.org',
  }),
  TELEGRAM_WEBHOOK_SECRET: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{16,256}$/, 'must be 16-256 letters, digits, _ or -')
      .optional(),
    {
      section: telegram,
      purpose:
        'Proves that an update on the webhook comes from Telegram. Needed with PUBLIC_URL. Make one ' +
        'with: openssl rand -hex 32',
      secret: true,
    },
  ),
  TELEGRAM_MESSAGES_PER_SECOND: setting(wholeNumber(1, 1000).prefault('25'), {
    section: telegram,
    purpose: 'Messages a second to all chats together; Telegram allows about 30.',
  }),
};

const people = 'People and limits';
const peopleSettings = {
  ADMIN_IDS: setting(
    z
      .string()
      .regex(/^\s*\d{1,20}(\s*,\s*\d{1,20})*\s*$/, 'must be Telegram ids separated by commas')
      .transform((text) => text.split(',').map((id) => id.trim()))
      .optional(),
    {
      section: people,
      purpose: 'Telegram ids of the admins, who may refund, separated by commas.',
      example: '11111111,22222222',
    },
  ),
  WELCOME_TOKENS: setting(wholeNumber(0, 1_000_000).prefault('10'), {
    section: people,
    purpose: 'Tokens a new person starts with.',
  }),
  REQUESTS_PER_MINUTE: setting(wholeNumber(1, 10_000).prefault('10'), {
    section: people,
    purpose:
      'Messages one person may send the bot in a minute, and six times as many button presses.',
  }),
  ACTIVE_GENERATIONS_MAX: setting(wholeNumber(1, 1000).prefault('3'), {
    section: people,
    purpose: 'Generations one person may have under way at once.',
  }),
  GENERATIONS_PER_HOUR: setting(wholeNumber(1, 100_000).prefault('20'), {
    section: people,
    purpose: 'Generations one person may begin in an hour.',
  }),
  HIGH_COST_THRESHOLD: setting(wholeNumber(1, 1_000_000_000).prefault('4000'), {
    section: people,
    purpose: 'From this price in tokens a generation is confirmed twice.',
  }),
};

const workflows = 'Generations and payments';
const workflowSettings = {
  GENERATION_DEADLINE_SECONDS: setting(seconds(7 * 24 * 3600).prefault('1800'), {
    section: workflows,
    purpose: 'How long a provider may take in all before the tokens go back.',
  }),
  COMPLAINT_WINDOW_SECONDS: setting(seconds(yearSeconds).prefault('604800'), {
    section: workflows,
    purpose: 'How long after delivery an admin may refund a generation by signal.',
  }),
  INVOICE_EXPIRY_SECONDS: setting(seconds(30 * 24 * 3600).prefault('900'), {
    section: workflows,
    purpose: 'How long an invoice waits for its money. A later charge is still credited.',
  }),
  REFUND_WINDOW_SECONDS: setting(seconds(yearSeconds).prefault('1814400'), {
    section: workflows,
    purpose: "How long a paid payment's workflow stays open for refunds. Later refunds reopen it.",
  }),
  PAYMENT_SYSTEMS: setting(
    z
      .string()
      .regex(/^\s*[a-z][a-z0-9]*(\s*,\s*[a-z][a-z0-9]*)*\s*$/, 'must be names separated by commas')
      .transform((text) => text.split(',').map((id) => id.trim()))
      .optional(),
    {
      section: workflows,
      purpose:
        'Payment systems people may pay by besides Telegram Stars, separated by commas. Each needs ' +
        'its own settings, see below.',
      example: 'yookassa,cryptobot',
    },
  ),
  MINI_APP_OTHER_METHODS: setting(
    z
      .enum(otherMethodsRules, { error: `must be one of ${otherMethodsRules.join(', ')}` })
      .prefault('desktop'),
    {
      section: workflows,
      purpose:
        'Where the Mini App shows ways to pay other than Stars: never, desktop, or always. Telegram ' +
        'wants digital goods sold for Stars only, and the shops of phones enforce it.',
    },
  ),
  PROVIDER_SUBMITS_PER_SECOND: setting(wholeNumber(1, 10_000).prefault('5'), {
    section: workflows,
    purpose: 'Jobs a second started at each provider, over all workers.',
  }),
};

const api = 'API';
const apiSettings = {
  API_HOST: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or address')
      .prefault('127.0.0.1'),
    {
      section: api,
      purpose: 'Address the API listens on; 0.0.0.0 for all.',
    },
  ),
  API_PORT: setting(port().prefault('3000'), {
    section: api,
    purpose: 'Port the API listens on; 0 takes a free one.',
  }),
  STATUS_PORT: setting(port().prefault('9465'), {
    section: api,
    purpose:
      'Port of /health and /metrics on API_HOST in a process that runs without the API, so a worker ' +
      'or a bot apart; 0 switches it off.',
  }),
  API_PROXY_HOPS: setting(wholeNumber(0, 10).prefault('0'), {
    section: api,
    purpose: 'Reverse proxies in front of the API, so that rate limits see the real address.',
  }),
  ADMIN_API_KEY: setting(
    z
      .string()
      .min(16, 'must be at least 16 characters')
      .max(512, 'must be at most 512 characters')
      .optional(),
    {
      section: api,
      purpose:
        'Key of the HTTP admin API, sent as X-Admin-API-Key. Without it the admin API is off. Make ' +
        'one with: openssl rand -hex 32',
      secret: true,
    },
  ),
  CALLBACK_BASE_URL: setting(httpUrl().optional(), {
    section: api,
    purpose: 'Where providers call back; PUBLIC_URL when left out.',
    example: 'https://bot.example.org',
  }),
  WEBHOOK_BASE_URL: setting(httpUrl().optional(), {
    section: api,
    purpose:
      'Where payment systems that are told with each invoice send their webhooks; PUBLIC_URL when ' +
      'left out.',
    example: 'https://bot.example.org',
  }),
  MINI_APP_URL: setting(httpUrl().optional(), {
    section: api,
    purpose:
      'Where Telegram finds the Mini App; PUBLIC_URL/app when left out. Without both the bot shows no ' +
      'button for it.',
    example: 'https://bot.example.org/app',
  }),
  SANDBOX_PAGE_URL: setting(httpUrl().optional(), {
    section: api,
    purpose:
      "Address of the sandbox chat, shown on the API's first page. The Mini App lets itself be opened " +
      'there.',
    example: 'http://127.0.0.1:3001',
  }),
};

const servers = 'Database, Temporal, logs';
const serverSettings = {
  DATABASE_URL: setting(
    z.string().regex(/^postgres(ql)?:\/\/\S+$/, 'must start with postgresql://'),
    {
      section: servers,
      purpose: 'Postgres. `npm start` runs its own when this is left out.',
      secret: true,
      example: 'postgresql://easel:password@127.0.0.1:5432/easel',
    },
  ),
  TEMPORAL_ADDRESS: setting(
    z
      .string()
      .regex(/^[^\s/:]+:\d{1,5}$/, 'must be host:port, without http://')
      .prefault('127.0.0.1:7233'),
    {
      section: servers,
      purpose: 'Temporal frontend, host:port. `npm start` runs its own when this is left out.',
    },
  ),
  TEMPORAL_NAMESPACE: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,255}$/, 'must be letters, digits, . _ or -')
      .prefault('default'),
    { section: servers, purpose: 'Temporal namespace.' },
  ),
  WORKFLOW_CACHE: setting(wholeNumber(0, 100_000).prefault('200'), {
    section: servers,
    purpose: 'Workflows a worker keeps in memory; more is faster and larger.',
  }),
  SDK_METRICS_PORT: setting(port().prefault('9464'), {
    section: servers,
    purpose:
      "Port on 127.0.0.1 for the Temporal SDK's own metrics, merged into /metrics; 0 switches them off.",
  }),
  LOG_LEVEL: setting(
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be one of fatal, error, warn, info, debug, trace, silent',
      })
      .prefault('info'),
    {
      section: servers,
      purpose: 'How much is logged: fatal, error, warn, info, debug, trace, silent.',
    },
  ),
};

/** The settings of Easel itself; providers and payment systems bring their own. */
export const environmentSchema = z.object({
  ...telegramSettings,
  ...peopleSettings,
  ...bonusSettings,
  ...moderationSettings,
  ...workflowSettings,
  ...apiSettings,
  ...serverSettings,
  ...assetSettings,
});

export type Environment = z.output<typeof environmentSchema>;
