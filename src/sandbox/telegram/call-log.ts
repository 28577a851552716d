export interface LoggedCall {
  readonly at: number;
  readonly botId: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly status: number;
  readonly description?: string;
  /** The fault script that hit this call, if one did. */
  readonly fault?: string;
}

/** The last calls of all bots, for tests and curious people. In memory only. */
export interface CallLog {
  add(call: LoggedCall): void;
  list(method?: string): readonly LoggedCall[];
}

const callsMax = 5000;

export function createCallLog(): CallLog {
  const calls: LoggedCall[] = [];
  return {
    add: (call) => {
      calls.push(call);
      if (calls.length > callsMax) calls.splice(0, callsMax / 5);
    },
    list: (method) => {
      if (method === undefined) return calls;
      const wanted = method.toLowerCase();
      return calls.filter((call) => call.method.toLowerCase() === wanted);
    },
  };
}
