import type { FilmTerms } from '../domain/film';
import type { Providers } from './registry';

/** Which of the ready providers can be given a person's film here. */
interface FilmTakers {
  readonly films: ReadonlyMap<string, FilmTerms>;
  /** Those that could, were our files to be reached; `reason` names what would change that. */
  readonly withoutFilms: readonly { readonly id: string; readonly reason: string }[];
}

const reason = 'fetches films from an address: set PUBLIC_URL or ASSETS_S3_BUCKET to offer them';

/** `reachable`: whether an address of ours can be opened from outside. */
export function filmTakers(
  { ready }: Pick<Providers, 'ready'>,
  { reachable }: { readonly reachable: boolean },
): FilmTakers {
  const takers = [...ready].flatMap(
    ([
      id,
      {
        definition: { films },
      },
    ]) => (films === undefined ? [] : [{ id, films }]),
  );
  const served = takers.filter(({ films }) => reachable || films.by === 'bytes');
  const rest = takers.filter((taker) => !served.includes(taker));
  return {
    films: new Map(served.map(({ id, films }) => [id, films])),
    withoutFilms: rest.map(({ id }) => ({ id, reason })),
  };
}
