import { z } from 'zod';

/**
 * One line of the fault script of a stand-in.
 *
 * `at: "api"`, for the next calls whose "METHOD /path" contains `match`:
 * - `status`: answered with `status` (500) and perhaps `retryAfterSeconds`, without effect;
 * - `latency`: waits `seconds` (1) first;
 * - `close-socket`: the connection breaks, without effect;
 * - `lose-answer`: the call takes effect, then the connection breaks;
 * - `hang-after-commit`: the call takes effect, then no answer ever comes;
 * - `malformed`: the call takes effect, its answer is cut off in the middle of its JSON.
 *
 * `at: "webhook"`, for the next notices whose event contains `match`:
 * - `drop`: it is never sent;
 * - `delay`: it is sent `seconds` (60) later;
 * - `duplicate`: it is sent twice;
 * - `reorder`: it is sent after the next one, or `seconds` (60) later;
 * - `corrupt`: the first attempt has one character of its body changed after it was signed.
 */
export const faultSchema = z.discriminatedUnion('at', [
  z.object({
    at: z.literal('api'),
    kind: z.enum([
      'status',
      'latency',
      'close-socket',
      'lose-answer',
      'hang-after-commit',
      'malformed',
    ]),
    match: z.string().default(''),
    status: z.number().int().min(200).max(599).optional(),
    retryAfterSeconds: z.number().int().nonnegative().optional(),
    seconds: z.number().nonnegative().max(3600).optional(),
    times: z.number().int().min(1).max(1_000_000).default(1),
  }),
  z.object({
    at: z.literal('webhook'),
    kind: z.enum(['drop', 'delay', 'duplicate', 'reorder', 'corrupt']),
    match: z.string().default(''),
    seconds: z.number().nonnegative().max(1_000_000).optional(),
    times: z.number().int().min(1).max(1_000_000).default(1),
  }),
]);

export type Fault = z.infer<typeof faultSchema>;
type FaultAt<Place extends Fault['at']> = Extract<Fault, { at: Place }>;
export type ApiFault = FaultAt<'api'>;

/** In memory only: a restart is a fault of its own. */
export interface Faults {
  add(faults: readonly Fault[]): void;
  list(): readonly Fault[];
  clear(): void;
  /** The first fault that fits, used up by one; undefined when nothing is to go wrong. */
  take<Place extends Fault['at']>(at: Place, subject: string): FaultAt<Place> | undefined;
}

export function createFaults(): Faults {
  let script: readonly Fault[] = [];
  return {
    add: (faults) => {
      script = [...script, ...faults];
    },
    list: () => script,
    clear: () => {
      script = [];
    },
    take: <Place extends Fault['at']>(at: Place, subject: string) => {
      const found = script.find((fault) => fault.at === at && subject.includes(fault.match));
      if (found === undefined) return undefined;
      const left = { ...found, times: found.times - 1 };
      script = script.flatMap((one) => (one !== found ? [one] : left.times > 0 ? [left] : []));
      return found as FaultAt<Place>;
    },
  };
}
