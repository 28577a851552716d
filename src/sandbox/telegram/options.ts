/** How the sandbox behaves where the real Telegram has fixed, unspecified or slow answers. */
export interface SandboxTelegramOptions {
  readonly port: number;
  readonly dataDir: string;
  /** Default 127.0.0.1: the people API lets anybody act for anybody, so it stays on this machine. */
  readonly host?: string;
  /** Built chat page (a folder with index.html). */
  readonly chatPageDir?: string;
  /** Shown name of a bot that is created on first use. */
  readonly newBotName?: string;
  /** How long a bot may think about a pre-checkout query. */
  readonly preCheckoutTimeoutMs?: number;
  /** How long a pressed button may be answered. */
  readonly callbackTimeoutMs?: number;
  /** First wait after a webhook failed twice; doubles up to a minute. */
  readonly webhookRetryMs?: number;
  /** How long a webhook may take to answer. */
  readonly webhookTimeoutMs?: number;
  /** Messages one chat takes at once and per second before 429. */
  readonly chatBurst?: number;
  readonly chatMessagesPerSecond?: number;
}

export type Options = Required<SandboxTelegramOptions>;

export function withDefaults(options: SandboxTelegramOptions, chatPageDir: string): Options {
  return {
    host: '127.0.0.1',
    chatPageDir,
    newBotName: 'Easel',
    preCheckoutTimeoutMs: 10_000,
    callbackTimeoutMs: 60_000,
    webhookRetryMs: 1000,
    webhookTimeoutMs: 60_000,
    chatBurst: 60,
    chatMessagesPerSecond: 20,
    ...options,
  };
}
