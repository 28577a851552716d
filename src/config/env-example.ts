import { z } from 'zod';
import { adapters, type Adapter, type Adapters } from './adapters';
import { environmentSchema } from './schema';
import { settingMeta } from './setting';
import { settingsShape } from './settings';

const head = `# Settings of Easel. Copy this file to .env and remove the # before what you change.
# \`npm start\` needs none of them. Written by \`npm run env:example\`; do not edit by hand.
`;

/** What only the launcher reads (src/local); shown here so that one file tells of every setting. */
const launcherSettings: readonly (readonly [name: string, value: string, purpose: string])[] = [
  ['EASEL_DATA_DIR', './data', 'Folder of everything `npm start` keeps: databases, files, logs.'],
  ['EASEL_CACHE_DIR', '', "Folder of downloaded servers; the user's cache folder when left out."],
  ['EASEL_POSTGRES_PORT', '5433', 'Port of the Postgres that `npm start` runs.'],
  ['TEMPORAL_PORT', '7233', 'Port of the Temporal server that `npm start` runs.'],
  ['TEMPORAL_UI_PORT', '8233', 'Port of its Web UI.'],
  ['TEMPORAL_UI_URL', '', 'Web UI of the server at TEMPORAL_ADDRESS; only shown.'],
  ['TEMPORAL_CLI_PATH', '', 'A `temporal` command that is not on PATH.'],
  ['SANDBOX_TELEGRAM_PORT', '3001', 'Port of the sandbox Telegram and its chat page.'],
  ['SANDBOX_PROVIDER_PORT', '3002', 'Port of the sandbox provider.'],
  ['SANDBOX_YOOKASSA_PORT', '3011', 'Port of the sandbox YooKassa.'],
  ['SANDBOX_YOOMONEY_PORT', '3012', 'Port of the sandbox YooMoney.'],
  ['SANDBOX_CRYPTOBOT_PORT', '3013', 'Port of the sandbox CryptoBot.'],
  ['SANDBOX_HELEKET_PORT', '3014', 'Port of the sandbox Heleket.'],
  ['SANDBOX_STRIPE_PORT', '3015', 'Port of the sandbox Stripe.'],
  ['SANDBOX_PROVIDER_SPEED', '1', 'Its pace: 10 makes a picture in a tenth of the usual 2 s.'],
];

/** The text of \`.env.example\`: every setting with its purpose and default. */
export function envExample(registered: Adapters = adapters): string {
  const sections = new Map<string, string[]>();
  for (const [name, schema] of Object.entries(environmentSchema.shape)) {
    const meta = settingMeta.get(schema);
    if (meta === undefined) throw new Error(`${name} has no purpose in src/config/schema.ts`);
    const value = defaultOf(schema) ?? meta.example ?? '';
    const entry = `${comment(meta.purpose)}\n# ${name}=${value}`;
    sections.set(meta.section, [...(sections.get(meta.section) ?? []), entry]);
  }
  for (const provider of registered.providers) {
    const entries = adapterEntries(provider, 'On when these are set, off when none is.');
    if (entries.length > 1) sections.set(`Provider ${provider.id}`, entries);
  }
  for (const system of registered.payments) {
    const entries = adapterEntries(system, `Read when PAYMENT_SYSTEMS names ${system.id}.`);
    sections.set(`Payment system ${system.id}`, entries);
  }
  sections.set(
    'Only for npm start',
    launcherSettings.map(([name, value, purpose]) => `${comment(purpose)}\n# ${name}=${value}`),
  );
  const body = [...sections].map(
    ([title, entries]) => `\n# ---- ${title} ----\n\n${entries.join('\n\n')}\n`,
  );
  return head + body.join('');
}

/** What turns it on, then each setting, with its purpose where the adapter tells. */
function adapterEntries(adapter: Adapter, rule: string): string[] {
  const names = Object.entries(settingsShape(adapter)).map(([name, schema]) => {
    const { description, default: value } = typeof schema === 'object' ? schema : {};
    const purpose = description === undefined ? '' : `${comment(description)}\n`;
    return `${purpose}# ${name}=${typeof value === 'string' ? value : ''}`;
  });
  return [comment(rule), ...names];
}

function defaultOf(schema: z.ZodType): string | undefined {
  return schema instanceof z.ZodPrefault ? String(schema.def.defaultValue) : undefined;
}

/** Wraps a purpose into comment lines of at most 100 columns. */
function comment(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > 98) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}
