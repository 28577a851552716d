import { setTimeout as wait } from 'node:timers/promises';
import type { Fault, FaultPlace, Faults, FaultSubject } from '../../provider/faults';
import { json, type Answer } from './http-server';

/**
 * How a provider words the faults that are a plain no: fail, refuse, status, retry-after, billing and
 * retired. Undefined for a kind it cannot say at that place; the step then goes on.
 */
export type Refusal = (fault: Fault) => Answer | undefined;

/** One step of a job, with the fault that was ordered for it. */
export type Step = (
  at: Extract<FaultPlace, 'submit' | 'status' | 'output'>,
  subject: FaultSubject,
  act: () => Promise<Answer> | Answer,
) => Promise<Answer>;

/** What a fault does to an answer whose effect has happened. */
function spoil(fault: Fault | undefined, answer: Answer): Answer {
  if (fault?.kind !== 'lose-answer' && fault?.kind !== 'malformed') return answer;
  if (answer.kind === 'bytes') {
    return fault.kind === 'malformed'
      ? { ...answer, bytes: Buffer.from('no picture') }
      : { ...answer, cutAt: Math.floor(answer.bytes.length / 2) };
  }
  return fault.kind === 'malformed' ? json('{"id": "') : { kind: 'none' };
}

/** The seconds a `retry-after` fault asks for; at least one, as the header has no fractions. */
export function secondsOf(fault: Fault): number {
  return Math.max(1, Math.ceil((fault.ms ?? 1_000) / 1_000));
}

/** slow waits first; a refusal comes before anything is done; the rest spoils the answer after it. */
export function createStep(faults: Faults, refusal: Refusal): Step {
  return async (at, subject, act) => {
    const fault = faults.take(at, subject);
    if (fault?.kind === 'slow') await wait(fault.ms ?? 5_000);
    const refused = fault === undefined ? undefined : refusal(fault);
    return refused ?? spoil(fault, await act());
  };
}
