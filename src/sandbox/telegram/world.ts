import type { ChatActions } from './chat-actions';
import type { CallLog } from './call-log';
import type { EventHub } from './event-hub';
import type { Faults } from './faults';
import type { FileStore } from './file-store';
import type { Flood } from './flood';
import type { Options } from './options';
import type { BotRow, State } from './state';
import type { Params } from './params';
import type { OpenCheckouts } from './checkouts';
import type { Updates } from './updates';
import type { Webhooks } from './webhook';

/** Everything one running sandbox consists of. */
export interface World {
  readonly options: Options;
  readonly state: State;
  readonly files: FileStore;
  readonly hub: EventHub;
  readonly actions: ChatActions;
  readonly updates: Updates;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly flood: Flood;
  readonly openCheckouts: OpenCheckouts;
}

/** One Bot API call, read and authorised. */
export interface Call {
  readonly world: World;
  readonly bot: BotRow;
  readonly params: Params;
  /** Aborted when the client goes away: a long poll must not answer nobody. */
  readonly signal: AbortSignal;
}

export type Method = (call: Call) => unknown;

export type Methods = Readonly<Record<string, Method>>;

export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}
