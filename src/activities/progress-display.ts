import type { Logger } from '../observability/logger';
import type { Generation, GenerationStore } from '../storage/generation-store';
import { statusCard } from '../telegram/cards';
import type { TelegramClient } from '../telegram/client';

export interface ProgressDisplayDeps {
  readonly generations: Pick<GenerationStore, 'showProgress'>;
  readonly telegram: Pick<TelegramClient, 'editProgress'>;
  readonly logger: Logger;
}

/**
 * Edits the status message as the provider goes on. An ornament: a failed or skipped edit must not
 * disturb the poll that noticed the progress.
 */
export function createProgressDisplay(deps: ProgressDisplayDeps) {
  return async (generation: Generation, percent: number): Promise<void> => {
    try {
      const changed = await deps.generations.showProgress(generation.id, percent);
      if (!changed || generation.statusMessageId === null) return;
      const card = statusCard({
        language: generation.language,
        generationId: generation.id,
        progress: percent,
        kind: generation.request.kind,
      });
      await deps.telegram.editProgress(generation.chatId, generation.statusMessageId, card);
    } catch (error) {
      deps.logger.debug({ err: error, generationId: generation.id }, 'Progress was not shown');
    }
  };
}
