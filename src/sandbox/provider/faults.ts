import { z } from 'zod';

/**
 * Faults on demand.
 *
 * submit: fail (500, nothing accepted), refuse (content rules), status, retry-after (429), billing
 *   (our account is empty, said with a 429), retired (the model is gone), slow, lose-answer and
 *   malformed (the job is accepted, the answer is lost or broken).
 * status: fail (500), status, retry-after, slow, lose-answer, malformed.
 * work: slow (works `ms` longer), fail, refuse (the job ends so), malformed (ends without outputs).
 * output: fail (500), refuse (410, expired), status, retry-after, slow, lose-answer (cut off in the
 *   middle), malformed (bytes that are no picture).
 * callback: slow, duplicate (sent twice), disorder (an older state is told after it), malformed (a
 *   wrong signature), lose-answer and fail (this attempt isn't sent).
 */
export const faultSchema = z.object({
  match: z
    .object({
      reference: z.string().optional(),
      model: z.string().optional(),
      /** A part of the prompt, for providers that are told no reference. */
      prompt: z.string().optional(),
    })
    .default({}),
  at: z.enum(['submit', 'status', 'work', 'output', 'callback']),
  kind: z.enum([
    'slow',
    'fail',
    'refuse',
    'lose-answer',
    'status',
    'retry-after',
    'malformed',
    'duplicate',
    'disorder',
    'billing',
    'retired',
  ]),
  /** How often it strikes. */
  times: z.number().int().positive().default(1),
  /** How long `slow` lasts or what `retry-after` asks for. */
  ms: z.number().int().nonnegative().optional(),
  status: z.number().int().min(400).max(599).optional(),
});
export type Fault = z.infer<typeof faultSchema>;
export type FaultPlace = Fault['at'];

/** What a fault is matched against. */
export interface FaultSubject {
  readonly reference: string;
  readonly model: string;
  readonly prompt: string;
}

export interface Faults {
  add(faults: readonly Fault[]): void;
  list(): readonly Fault[];
  clear(): void;
  /** The fault that strikes here and now, if any; it counts as used. */
  take(at: FaultPlace, subject: FaultSubject): Fault | undefined;
}

// A person in the chat can see each ending by writing one of these words into the prompt.
const magicWords: Readonly<Record<string, Pick<Fault, 'at' | 'kind' | 'ms'>>> = {
  'sandbox:fail': { at: 'work', kind: 'fail' },
  'sandbox:refuse': { at: 'submit', kind: 'refuse' },
  'sandbox:slow': { at: 'work', kind: 'slow', ms: 20_000 },
  'sandbox:lose': { at: 'submit', kind: 'lose-answer' },
};

/** The prompt without the magic words, as the art sees it. */
export function withoutMagicWords(prompt: string): string {
  return prompt.replace(/sandbox:(fail|refuse|slow|lose)\b/giu, '').trim();
}

function faultOfPrompt(at: FaultPlace, prompt: string): Fault | undefined {
  const words = prompt.toLowerCase();
  const found = Object.entries(magicWords).find(
    ([word, fault]) => fault.at === at && words.includes(word),
  );
  return found === undefined ? undefined : { match: {}, times: 1, ...found[1] };
}

function matches({ match }: Fault, subject: FaultSubject): boolean {
  return (
    (match.reference === undefined || match.reference === subject.reference) &&
    (match.model === undefined || match.model === subject.model) &&
    (match.prompt === undefined || subject.prompt.includes(match.prompt))
  );
}

export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add(faults) {
      waiting = [...waiting, ...faults];
    },
    list: () => waiting,
    clear() {
      waiting = [];
    },
    take(at, subject) {
      const fault = waiting.find((each) => each.at === at && matches(each, subject));
      if (fault === undefined) return faultOfPrompt(at, subject.prompt);
      waiting = waiting.flatMap((each) => {
        if (each !== fault) return [each];
        return each.times > 1 ? [{ ...each, times: each.times - 1 }] : [];
      });
      return fault;
    },
  };
}
