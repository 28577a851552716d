import { statusOf, type ProviderStatus } from '../domain/provider-standing';
import type { ProviderStanding } from '../storage/provider-store';
import type { ApiDeps } from './deps';

export interface ProviderOverview {
  readonly id: string;
  readonly status: ProviderStatus;
  /** Null: unlimited. */
  readonly places: { readonly taken: number; readonly most: number } | null;
  readonly standing: ProviderStanding | undefined;
}

/** Every registered provider, the ones without settings too. */
export async function overviewOf({
  providers,
  providerStates,
}: Pick<ApiDeps, 'providers' | 'providerStates'>): Promise<ProviderOverview[]> {
  const standings = await providerStates.standings();
  const standingOf = (id: string) => standings.find(({ provider }) => provider === id);
  const on = [...providers.ready].map(([id, { definition }]) => {
    const standing = standingOf(id);
    const most = standing?.places ?? definition.concurrencyMax;
    const places = most === undefined ? null : { taken: standing?.placesTaken ?? 0, most };
    return { id, status: statusOf(standing), places, standing };
  });
  const off = providers.off.map(({ id }) => {
    return { id, status: 'off' as const, places: null, standing: standingOf(id) };
  });
  return [...on, ...off];
}
