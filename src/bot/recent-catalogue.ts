import type { CatalogueModel, CatalogueStore } from '../storage/catalogue-store';

/** Short enough that nobody notices, long enough that a crowd asks Postgres once. */
const rememberedMs = 1000;

/**
 * The catalogue, whose offers are remembered for a moment: every draft needs them, and they change
 * only when an admin changes them.
 */
export function rememberOffers<Store extends Pick<CatalogueStore, 'listActive'>>(
  catalogue: Store,
  now: () => Date,
): Store {
  const offers = new Map<string, { until: number; models: Promise<CatalogueModel[]> }>();
  const listActive: CatalogueStore['listActive'] = (filter = {}) => {
    const key = `${filter.kind ?? ''} ${filter.mode ?? ''}`;
    const at = now().getTime();
    const known = offers.get(key);
    if (known !== undefined && at < known.until) return known.models;
    const models = catalogue.listActive(filter);
    offers.set(key, { until: at + rememberedMs, models });
    // A failure is for those who waited for it; the next one asks anew.
    models.catch(() => offers.delete(key));
    return models;
  };
  return { ...catalogue, listActive };
}
