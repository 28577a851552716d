import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

export interface LoggerOptions {
  /** Values that must never be written, whatever field or message they hide in. */
  readonly secrets?: readonly string[];
  readonly destination?: DestinationStream;
}

/** Fields that hold secrets or what people wrote, at the top and one level down. */
const hiddenFields = [
  'authorization',
  'cookie',
  'token',
  'botToken',
  'secret',
  'webhookSecret',
  'adminKey',
  'apiKey',
  'password',
  'databaseUrl',
  'headers',
  'prompt',
  'caption',
  'body',
  'rawBody',
];

const botToken = /\d{5,20}:[A-Za-z0-9_-]{20,100}/g;
const userInUrl = /(:\/\/[^:/@\s"]{1,100}):[^@/\s"]{1,200}@/g;

/** JSON lines on standard output, without secrets, headers, bodies or prompts. */
export function createLogger(level: string, options: LoggerOptions = {}): Logger {
  // Short secrets would blank out ordinary words; the settings refuse them anyway.
  const secrets = (options.secrets ?? []).filter((secret) => secret.length >= 8);
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: hiddenFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[hidden]',
    },
    hooks: { streamWrite: (line: string) => scrub(line, secrets) },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/**
 * The second net: libraries put tokens into addresses and error messages, where no field name helps.
 */
function scrub(line: string, secrets: readonly string[]): string {
  let clean = line.replace(botToken, '[hidden]').replace(userInUrl, '$1:[hidden]@');
  for (const secret of secrets) {
    // As JSON writes it, else a secret with a quote or backslash would slip through.
    clean = clean.replaceAll(JSON.stringify(secret).slice(1, -1), '[hidden]');
  }
  return clean;
}
