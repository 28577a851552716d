/**
 * Who may import whom. Each rule says why and what to do instead.
 * "As types" means `import type`: the instance arrives as an argument, made in src/roles.
 */

/** A folder may import itself and `may` at run time, `asTypes` only with `import type`. */
function folder(name, { may = [], asTypes = [], comment }) {
  const from = { path: `^src/${name}/` };
  const own = [`^src/${name}/`, ...may];
  return [
    {
      name: `${name}-imports`,
      comment,
      severity: 'error',
      from,
      to: { path: '^src/', pathNot: [...own, ...asTypes] },
    },
    ...(asTypes.length === 0
      ? []
      : [
          {
            name: `${name}-imports-as-types`,
            comment: `${comment} This one only with "import type".`,
            severity: 'error',
            from,
            to: { path: asTypes, pathNot: own, dependencyTypesNot: ['type-only'] },
          },
        ]),
  ];
}

const domain = '^src/domain/';
const http = '^src/http/';
const video = '^src/video/';
const texts = '^src/texts/';
const telegram = '^src/telegram/';
const observability = '^src/observability/';
const storage = '^src/storage/';
const engine = '^src/workflows/(contract|engine|inputs)\\.ts$';
const providerPort = '^src/providers/provider\\.ts$';
const paymentErrors = '^src/payments/payment-system\\.ts$';
const paymentPort = '^src/payments/(payment-system|registry)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...folder('domain', {
      comment: 'The domain is pure values and rules; pass in what it needs as an argument.',
    }),
    ...folder('workflows', {
      may: [domain],
      asTypes: ['^src/activities/'],
      comment:
        'Workflows see the domain and the types of activities; call everything else in an activity.',
    }),
    ...folder('activities', {
      may: [domain, texts, telegram, observability, engine, providerPort, paymentErrors],
      asTypes: [
        storage,
        '^src/providers/registry\\.ts$',
        paymentPort,
        '^src/moderation/classifier\\.ts$',
      ],
      comment: 'Activities are thin; take stores, providers and payment systems as arguments.',
    }),
    ...folder('http', {
      may: [domain],
      comment: 'The exchange knows nobody; what an answer means is for the adapter to say.',
    }),
    ...folder('providers', {
      may: [domain, http],
      comment: 'An adapter knows its port, the domain and the HTTP client it is given.',
    }),
    ...folder('moderation', {
      may: [domain, http, video, '^src/providers/(provider|sdk-call)\\.ts$'],
      comment: 'A classifier knows its port and the HTTP client it is given.',
    }),
    ...folder('payments', {
      may: [domain, http],
      asTypes: ['^src/telegram/client\\.ts$'],
      comment: 'A payment system knows its port, the domain and the clients it is given.',
    }),
    ...folder('storage', {
      may: [domain, '^src/generated/'],
      comment: 'Stores know the domain and Postgres; decide elsewhere and store the decision.',
    }),
    ...folder('texts', {
      may: [domain],
      comment: 'Texts know nobody; pass in the values they show.',
    }),
    ...folder('video', {
      may: [domain],
      comment: 'Frames are taken of bytes; what they are for is for the caller to know.',
    }),
    ...folder('telegram', {
      may: [domain, texts, video],
      comment: 'The client and the look of messages know texts and the domain; pass in the rest.',
    }),
    ...folder('bot', {
      may: [domain, texts, telegram, observability, engine],
      asTypes: [storage, '^src/config/settings\\.ts$'],
      comment: 'The bot stores, starts workflows and sends signals; take parts through BotDeps.',
    }),
    ...folder('api', {
      may: [domain, texts, observability, engine, providerPort],
      asTypes: [storage, paymentPort, '^src/config/settings\\.ts$'],
      comment: 'The API checks, stores and sends signals; take parts through ApiDeps.',
    }),
    ...folder('config', {
      may: [domain, '^src/(providers|payments)/registry\\.ts$'],
      comment: 'Settings know only the schemas of adapters; use a setting where it is needed.',
    }),
    ...folder('observability', {
      comment: 'Logs and metrics know nobody; hand them what to record.',
    }),
    ...folder('sandbox', {
      may: [domain],
      comment: 'The sandbox is the outside world; it meets the product only over HTTP.',
    }),
    ...folder('worker', {
      may: [domain, observability, '^src/workflows/'],
      asTypes: ['^src/activities/'],
      comment: 'The worker takes its activities as an argument, made in src/roles.',
    }),
    ...folder('local', {
      may: [],
      comment: '`npm start` starts the product as processes; it shares no code with them.',
    }),
    {
      name: 'only-roles-compose',
      comment:
        'Parts are put together in src/main.ts and src/roles only; take what you need as an argument.',
      severity: 'error',
      from: { pathNot: ['^src/(main\\.ts$|roles/)', '^tests/', '^bench/', '^scripts/'] },
      to: { path: '^src/(main\\.ts$|roles/)' },
    },
    {
      name: 'nothing-imports-the-sandbox',
      comment: 'The sandbox stands for the outside world; reach it over HTTP like the real one.',
      severity: 'error',
      from: { pathNot: ['^src/sandbox/', '^tests/', '^bench/'] },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'only-storage-knows-prisma',
      comment: 'SQL and Prisma stay in src/storage; add a function to the store.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/storage/', '^src/generated/'] },
      to: { path: ['^src/generated/', 'node_modules/@prisma/'] },
    },
    {
      name: 'workflow-code-is-bundled',
      comment:
        'Workflows and domain run in a sandbox without Node, zod or Prisma; only the SDK is there. ' +
        'src/workflows/engine.ts is the exception: it runs in the bot and the API.',
      severity: 'error',
      from: { path: '^src/(workflows|domain)/', pathNot: '^src/workflows/engine\\.ts$' },
      to: {
        pathNot: ['^src/', 'node_modules/@temporalio/(workflow|common)/'],
      },
    },
    {
      name: 'workflows-leave-the-engine-alone',
      comment: 'The engine is for those outside; inside a workflow use the SDK of workflows.',
      severity: 'error',
      from: { path: '^src/workflows/', pathNot: '^src/workflows/engine\\.ts$' },
      to: { path: '^src/workflows/engine\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'temporal-client-behind-the-engine',
      comment: 'The bot and the API see Temporal only through src/workflows/engine.ts; add to it.',
      severity: 'error',
      from: { path: '^src/(api|bot|telegram|texts|payments|providers|storage|config|sandbox)/' },
      to: { path: 'node_modules/@temporalio/' },
    },
    {
      name: 'telegraf-behind-the-client',
      comment: 'Only the bot and src/telegram speak telegraf; use TelegramClient.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(bot|telegram|roles)/' },
      to: { path: 'node_modules/telegraf/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'express-only-in-the-api',
      comment: 'HTTP is served by src/api (and by the sandbox, which plays the outside).',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(api|sandbox)/' },
      to: { path: 'node_modules/(express|helmet|express-rate-limit)/' },
    },
    {
      name: 'no-src-to-tests',
      comment: 'Faults enter the product through ports, never through code of tests.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(tests|bench|scripts)/' },
    },
    {
      name: 'chat-page-stands-alone',
      comment: "The chat page knows only the sandbox's HTTP.",
      severity: 'error',
      from: { path: '^web/', pathNot: '^web/top-up/' },
      to: { path: '^(src|tests|scripts)/' },
    },
    {
      name: 'mini-app-stands-alone',
      comment: "The Mini App knows only the API's HTTP, and takes its words from src/texts.",
      severity: 'error',
      from: { path: '^web/top-up/' },
      to: {
        path: '^(src|tests|scripts|web/chat)/',
        pathNot: '^src/texts/(en|ru)/top-up\\.ts$',
      },
    },
    {
      name: 'no-circular',
      comment:
        'A circle has no beginning to load or read at; move what both need into a third file. ' +
        'Naming the type of the whole in a part is fine.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'Nobody imports this file; use it or remove it.',
      severity: 'error',
      // follow-parent is loaded into child processes by its path.
      from: { orphan: true, path: '^src/', pathNot: '^src/local/follow-parent\\.ts$' },
      to: {},
    },
    {
      name: 'not-to-dev-dep',
      comment: 'This package is not there in production; move it to "dependencies".',
      severity: 'error',
      // src/local runs on a developer's machine, where everything is installed.
      from: { path: '^src/', pathNot: '^src/local/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'This cannot be found; correct the path or install the package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^src/generated'] },
    exclude: { path: ['^src/generated/.+/(internal|models)', '^dist'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // Packages of types only are found under the last one.
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
  },
};
