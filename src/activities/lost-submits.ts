/**
 * Submits whose answer never came, after their generation has ended: is there a job nobody waits for?
 * It is stopped if it can be, and its cost is counted only if it exists.
 */
import type { Logger } from '../observability/logger';
import type { Providers, ReadyProvider } from '../providers/registry';
import type { GenerationStore } from '../storage/generation-store';
import { withMappedFailures } from './failure';

export interface LostSubmitsDeps {
  readonly generations: Pick<
    GenerationStore,
    'lostSubmissions' | 'submissionFound' | 'giveUpSubmission'
  >;
  readonly providers: Providers;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** A provider may need a while until it lists a job. */
const graceMs = 10 * 60_000;

export type LostSubmitSteps = ReturnType<typeof createLostSubmitSteps>;

export function createLostSubmitSteps(deps: LostSubmitsDeps) {
  const { generations, providers, logger } = deps;
  return withMappedFailures({
    async settleLostSubmits(): Promise<void> {
      const before = new Date(deps.now().getTime() - graceMs);
      for (const { id, provider } of await generations.lostSubmissions(before, 100)) {
        const ready = providers.ready.get(provider);
        // Switched off for now; asked when it is back.
        if (ready === undefined) continue;
        try {
          await settle(deps, id, ready);
        } catch (error) {
          // One that cannot be reached must not keep the others waiting.
          logger.warn({ err: error, generationId: id, provider }, 'A lost submit is still unknown');
        }
      }
    },
  });
}

async function settle(
  { generations, logger }: LostSubmitsDeps,
  id: string,
  { definition, provider }: ReadyProvider,
): Promise<void> {
  if (provider.findByReference === undefined) {
    // Nobody can say; its cost stays counted, because it may have been paid.
    await generations.giveUpSubmission(id, { costs: true });
    return;
  }
  const found = await provider.findByReference(id);
  if (found === undefined) {
    await generations.giveUpSubmission(id, { costs: false });
    return;
  }
  await provider.cancel?.(found.providerJobId);
  await generations.submissionFound(id, found.providerJobId);
  logger.warn({ generationId: id, provider: definition.id }, 'A job nobody waited for was found');
}
