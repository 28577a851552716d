/** Which model takes over when the one that serves a generation cannot, and the step that hands over. */
import { nextInChain } from '../domain/fallback';
import type { ErrorCode } from '../domain/errors';
import type { FilmTerms } from '../domain/film';
import { mayFallBack } from '../domain/provider-failure';
import { statusOf } from '../domain/provider-standing';
import type { Logger } from '../observability/logger';
import type { Metrics } from '../observability/metrics';
import type { Providers } from '../providers/registry';
import type { CatalogueStore } from '../storage/catalogue-store';
import type { Generation, GenerationStore, Serving } from '../storage/generation-store';
import type { ProviderStore } from '../storage/provider-store';
import { standInCard } from '../telegram/cards';
import type { TelegramClient } from '../telegram/client';

export interface StandInsDeps {
  readonly generations: Pick<GenerationStore, 'get' | 'serveBy'>;
  readonly catalogue: Pick<CatalogueStore, 'get' | 'getEach'>;
  readonly providerStates: Pick<ProviderStore, 'standings'>;
  readonly providers: Providers;
  /** Who can be given a person's film here. */
  readonly films: ReadonlyMap<string, FilmTerms>;
  readonly telegram: Pick<TelegramClient, 'editText'>;
  readonly metrics: Pick<Metrics, 'fellBack'>;
  readonly logger: Logger;
}

export type StandIns = ReturnType<typeof createStandIns>;

export function createStandIns(deps: StandInsDeps) {
  const { generations, catalogue } = deps;

  /** The next model that can serve; undefined when there is none. */
  async function next(generation: Generation, code: ErrorCode): Promise<Serving | undefined> {
    const ordered = await catalogue.get(generation.modelSlug);
    // Behind a variant stands the ordered model itself.
    const slugs = [ordered.slug, ...ordered.fallback];
    if (slugs.every((slug) => isTried(generation, slug))) return undefined;
    const [models, standings] = await Promise.all([
      catalogue.getEach(slugs),
      deps.providerStates.standings(),
    ]);
    const { kind, mode, inputAssetIds, options } = generation.request;
    return nextInChain({
      models,
      tried: [...generation.tried, generation.servedBy],
      demand: { kind, mode, inputs: inputAssetIds.length, options },
      ordered: ordered.options,
      takesJobs: (provider) =>
        (provider !== generation.provider || code === 'MODEL_RETIRED') &&
        deps.providers.ready.has(provider) &&
        (mode !== 'video' || deps.films.has(provider)) &&
        statusOf(standings.find((standing) => standing.provider === provider)) === 'ok',
    });
  }

  /** Hands over; undefined when nobody can take it or a job may exist where it was. */
  async function handOver(
    generation: Generation,
    code: ErrorCode,
  ): Promise<{ readonly provider: string } | undefined> {
    if (!mayFallBack(code) || generation.submission !== 'none') return undefined;
    const by = await next(generation, code);
    if (by === undefined) return undefined;
    const from = generation.servedBy;
    if (!(await generations.serveBy(generation.id, { from, by }))) return undefined;
    deps.metrics.fellBack(generation.provider, by.model.provider);
    deps.logger.warn({ generationId: generation.id, from, by: by.model.slug, code }, 'Fell back');
    await tell(deps, generation, by);
    return { provider: by.model.provider };
  }

  return { next, handOver };
}

function isTried({ tried, servedBy }: Generation, slug: string): boolean {
  return slug === servedBy || tried.includes(slug);
}

/** An ornament on the status message: when it cannot be shown, the work goes on. */
async function tell(deps: StandInsDeps, generation: Generation, by: Serving): Promise<void> {
  if (generation.statusMessageId === null) return;
  try {
    const ordered = await deps.catalogue.get(generation.modelSlug);
    const card = standInCard({
      language: generation.language,
      generationId: generation.id,
      kind: generation.request.kind,
      modelName: ordered.name[generation.language],
      standInName: by.model.name[generation.language],
    });
    await deps.telegram.editText(generation.chatId, generation.statusMessageId, card);
  } catch (error) {
    deps.logger.debug({ err: error, generationId: generation.id }, 'A stand-in was not shown');
  }
}
