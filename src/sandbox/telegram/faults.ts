import { z } from 'zod';

/**
 * One line of the fault script. `method` is a Bot API method, `*` for any of them, `webhook` for
 * deliveries, `update` for updates as they are made.
 *
 * - `drop-after-effect`: the call takes effect, its answer is lost (the socket is destroyed); a
 *   webhook delivery arrives, its answer counts as lost, so it is repeated.
 * - `status`: answered with `status` (500) without effect.
 * - `retry-after`: 429 with `seconds` (1), without effect.
 * - `delay`: waits `seconds` (1) first.
 * - `duplicate`, `reorder`: an update is delivered twice, or after the next one.
 */
export const faultSchema = z.object({
  bot: z.number().int().optional(),
  method: z.string().min(1),
  kind: z.enum(['drop-after-effect', 'status', 'retry-after', 'delay', 'duplicate', 'reorder']),
  status: z.number().int().min(400).max(599).optional(),
  seconds: z.number().min(0).max(3600).optional(),
  times: z.number().int().min(1).max(1_000_000).default(1),
});

export type Fault = z.infer<typeof faultSchema>;

export interface Faults {
  add(faults: readonly Fault[]): void;
  list(): readonly Fault[];
  clear(): void;
  /** The first fault that fits, used up by one; undefined when nothing is to go wrong. */
  take(botId: number, method: string): Fault | undefined;
}

function fits(fault: Fault, botId: number, method: string): boolean {
  if (fault.bot !== undefined && fault.bot !== botId) return false;
  if (fault.method === '*') return method !== 'webhook' && method !== 'update';
  return fault.method.toLowerCase() === method.toLowerCase();
}

export function createFaults(): Faults {
  let script: Fault[] = [];
  return {
    add: (faults) => {
      script = [...script, ...faults];
    },
    list: () => script,
    clear: () => {
      script = [];
    },
    take: (botId, method) => {
      const fault = script.find((candidate) => fits(candidate, botId, method));
      if (!fault) return undefined;
      const left = { ...fault, times: fault.times - 1 };
      script = script.flatMap((one) => (one !== fault ? [one] : left.times > 0 ? [left] : []));
      return fault;
    },
  };
}
