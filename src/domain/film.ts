/** A person's film as an input: what it measures, and which models can take such a one. */
import type { ModelOptions } from './catalogue';

export interface Film {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly milliseconds: number;
}

/** How a provider takes films, and which. */
export interface FilmTerms {
  /** Some fetch a film from an address, so ours must be reachable for them; others get the bytes. */
  readonly by: 'bytes' | 'address';
  /** Pixels of the shorter side at least and of the longer side at most. */
  readonly sideMin: number;
  readonly sideMax: number;
  readonly secondsMin: number;
}

/** What is kept at all, whatever the models take. */
export const filmLimits = { bytes: 20 * 1024 * 1024, side: 4096, seconds: 60 } as const;

/** A tenth over the second is the container's, not the film's. */
const sparedMs = 100;

/** Whole seconds that are paid for: a second begun counts. */
export function filmSeconds({ milliseconds }: Pick<Film, 'milliseconds'>): number {
  return Math.max(1, Math.ceil((milliseconds - sparedMs) / 1000));
}

/**
 * The options a model changes a film with: its duration is the film's own and never chosen, because
 * the price follows from it. Undefined when the film is longer than the model takes.
 */
export function optionsForFilm(
  offered: ModelOptions,
  film: Film,
  chosen: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const { duration: lengths } = offered;
  if (lengths === undefined) return chosen;
  const seconds = filmSeconds(film);
  const enough = lengths.map(Number).filter((length) => length >= seconds);
  return enough.length === 0 ? undefined : { ...chosen, duration: String(Math.min(...enough)) };
}

/** Whether a model of a provider with these terms can change the film. */
export function takesFilm(offered: ModelOptions, terms: FilmTerms, film: Film): boolean {
  const sides = [film.width, film.height];
  return (
    Math.min(...sides) >= terms.sideMin &&
    Math.max(...sides) <= terms.sideMax &&
    film.milliseconds + sparedMs >= terms.secondsMin * 1000 &&
    optionsForFilm(offered, film, {}) !== undefined
  );
}
