/**
 * What stands between a request and a provider, and between a result and the person: the text rules
 * always, a classifier where one is configured. Every decision is recorded by a digest of what was
 * judged.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors';
import { normalise } from '../domain/moderation/normalise';
import { moderate, type TextRule } from '../domain/moderation/rules';
import type { Classifier, Exhibit } from '../moderation/classifier';
import type { Logger } from '../observability/logger';
import type { ProviderJob, ProviderOutput } from '../providers/provider';
import type { Generation } from '../storage/generation-store';
import type { ModerationDecision, ModerationStore } from '../storage/moderation-store';

export interface ModerationGateDeps {
  readonly moderation: ModerationStore;
  /** Undefined when none is configured: then only the rules decide. */
  readonly classifier: Classifier | undefined;
  readonly logger: Logger;
}

export type ModerationGate = ReturnType<typeof createModerationGate>;

/** Refusals nobody comes upon by accident; each is a strike. */
const severeRules: ReadonlySet<TextRule> = new Set<TextRule>([
  'sexual-minors',
  'non-consensual',
  'undress',
  'sexual-person',
]);

export function createModerationGate(deps: ModerationGateDeps) {
  const { moderation, classifier } = deps;
  return {
    /** The rules alone: quick enough for any step. Throws CONTENT_REFUSED. */
    async words(generation: Generation): Promise<void> {
      const verdict = moderate(generation.request);
      if (verdict.allowed) return;
      const { rule } = verdict;
      await moderation.record({
        ...about(generation, 'text', wordsOf(generation)),
        source: 'rules',
        outcome: 'refused',
        reason: rule,
        isSevere: severeRules.has(rule),
      });
      throw new AppError('CONTENT_REFUSED', `rule ${rule}`);
    },

    /**
     * Asks the classifier about the words, photos and films, before anything is paid for. Throws
     * CONTENT_REFUSED; MODERATION_UNAVAILABLE when it does not answer about a photo.
     */
    async request(generation: Generation, job: ProviderJob): Promise<void> {
      if (classifier === undefined) return;
      const aboutPeople = job.inputs.length > 0;
      if (job.prompt.trim() !== '') {
        const text = { kind: 'text', text: job.prompt, aboutPeople } as const;
        await ask(deps, about(generation, 'text', wordsOf(generation)), text);
      }
      for (const input of job.inputs) {
        await ask(
          deps,
          about(generation, 'input', input.bytes),
          exhibitOf(input, 'sent-film', aboutPeople),
        );
      }
    },

    /** The same of results, before they are stored. */
    async results(generation: Generation, outputs: readonly ProviderOutput[]): Promise<void> {
      if (classifier === undefined) return;
      const aboutPeople = generation.request.inputAssetIds.length > 0;
      for (const output of outputs) {
        await ask(
          deps,
          about(generation, 'output', output.bytes),
          exhibitOf(output, 'film', aboutPeople),
        );
      }
    },

    /** A provider refused it under rules of its own, which it does not explain. */
    async refusedByProvider(generation: Generation): Promise<void> {
      await moderation.record({
        ...about(generation, 'text', wordsOf(generation)),
        source: 'provider',
        outcome: 'refused',
        reason: generation.provider,
        isSevere: false,
      });
    },
  };
}

type Subject = Pick<ModerationDecision, 'generationId' | 'personId' | 'subject' | 'evidence'>;

/** What is neither is taken for a picture, and if it is none, there is no answer on it. */
function exhibitOf(
  { mediaType, bytes }: ProviderOutput,
  film: 'film' | 'sent-film',
  aboutPeople: boolean,
): Exhibit {
  return { kind: mediaType.startsWith('video/') ? film : 'image', bytes, aboutPeople };
}

const wordsOf = ({ request }: Generation): string => normalise(request.prompt);

function about(
  { id, personId }: Generation,
  subject: Subject['subject'],
  evidence: string | Buffer,
): Subject {
  const digest = createHash('sha256').update(evidence).digest('hex');
  return { generationId: id, personId, subject, evidence: digest };
}

async function ask(
  { moderation, classifier, logger }: ModerationGateDeps,
  subject: Subject,
  exhibit: Exhibit,
): Promise<void> {
  if (classifier?.canJudge(exhibit.kind) !== true) return;
  const known = await moderation.judged(subject);
  if (known?.outcome === 'refused') throw refusal(known.reason);
  if (known !== undefined) return;
  const base = { ...subject, source: 'classifier' } as const;
  const finding = await classifier.judge(exhibit).catch(async (error: unknown) => {
    const { generationId } = subject;
    logger.warn({ err: error, generationId }, 'The moderation classifier does not answer');
    await moderation.record({ ...base, outcome: 'unanswered', reason: 'none', isSevere: false });
    return 'unanswered' as const;
  });
  if (finding === 'unanswered') {
    // Words have been judged by the rules; what a photo of people shows, nobody has judged.
    if (exhibit.aboutPeople) throw new AppError('MODERATION_UNAVAILABLE', 'No answer on a photo');
    return;
  }
  if (finding === undefined) {
    await moderation.record({ ...base, outcome: 'allowed', reason: 'none', isSevere: false });
    return;
  }
  const { category, isSevere } = finding;
  await moderation.record({ ...base, outcome: 'refused', reason: category, isSevere });
  throw refusal(category);
}

function refusal(category: string): AppError {
  return new AppError('CONTENT_REFUSED', `classifier ${category}`);
}
