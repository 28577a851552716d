/** One call to the Bot API: typed by its newest version, timed, repeated when that is harmless. */
import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIMethodParams, APIMethodReturn, APIMethods } from '@gramio/types';
import { Telegram } from 'telegraf';
import { toAppError, troubleOf, type Trouble } from './errors';

export interface BotApiOptions {
  readonly token: string;
  /** For example https://api.telegram.org, without a path. */
  readonly apiRoot: string;
}

/** How telegraf is handed a file from memory. */
export interface FilePart {
  readonly source: Buffer;
  readonly filename: string;
}

export type Method = keyof APIMethods;
export type Params<M extends Method> = {
  readonly [K in keyof APIMethodParams<M>]: APIMethodParams<M>[K] | FilePart;
};

export interface CallOptions {
  /** A call with an effect that must not happen twice: a lost answer is OUTCOME_UNKNOWN. */
  readonly once?: boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface BotApi {
  /** Throws AppError only; see TelegramClient for the codes. */
  call<M extends Method>(
    method: M,
    params: Params<M>,
    options?: CallOptions,
  ): Promise<APIMethodReturn<M>>;
}

const TIMEOUT_MS = 10_000;
const REPEATS_MAX = 2;
const FIRST_PAUSE_MS = 200;
/** A longer wait is the caller's to arrange; Temporal does it without holding a slot. */
const RETRY_AFTER_WAITED_MS = 2000;
/** Idle connections are closed before a server or a proxy does it in the middle of a request. */
const IDLE_CONNECTION_MS = 10_000;

export function createBotApi({ token, apiRoot }: BotApiOptions): BotApi {
  const telegram = new Telegram(token, {
    apiRoot,
    // A reply in the webhook's own answer would never tell us whether it worked.
    webhookReply: false,
    agent: new Agent({ keepAlive: true, timeout: IDLE_CONNECTION_MS }),
  });
  // telegraf knows methods up to Bot API 7.1; the wire needs only a name and a payload.
  const send = telegram.callApi.bind(telegram) as unknown as (
    method: string,
    payload: object,
    options: { signal: AbortSignal },
  ) => Promise<unknown>;

  return {
    async call<M extends Method>(method: M, params: Params<M>, options: CallOptions = {}) {
      const { once = false, timeoutMs = TIMEOUT_MS, signal } = options;
      for (let repeat = 0; ; repeat += 1) {
        const withTimeout = { signal: timed(timeoutMs, signal) };
        try {
          return (await send(method, { ...params }, withTimeout)) as APIMethodReturn<M>;
        } catch (error) {
          const trouble = troubleOf(error);
          const isLast = repeat >= REPEATS_MAX || signal?.aborted === true;
          if (isLast || !isHarmlessToRepeat(trouble, once)) {
            throw toAppError(trouble, { method, once, secret: token });
          }
          await sleep(pauseBefore(trouble, repeat));
        }
      }
    },
  };
}

function timed(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

function isHarmlessToRepeat(trouble: Trouble, once: boolean): boolean {
  switch (trouble.kind) {
    case 'not-sent':
      return true;
    case 'lost':
      return !once;
    case 'answered':
      return (trouble.retryAfterMs ?? Infinity) <= RETRY_AFTER_WAITED_MS;
  }
}

function pauseBefore(trouble: Trouble, repeat: number): number {
  const asked = trouble.kind === 'answered' ? trouble.retryAfterMs : undefined;
  return asked ?? FIRST_PAUSE_MS * 3 ** repeat;
}
