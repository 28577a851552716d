/**
 * How the words of the text rules are written down: as short terms, whole words as they are after
 * normalising (no accents, "е" for "ё"). A star stands for any ending. Short stems have no star: "sex*"
 * would refuse a sextant and "дет*" a detail.
 */
import { plain } from './normalise';

/** One family of terms as a test of a reading, in which every word stands between spaces. */
export function family(...lists: readonly (readonly string[])[]): RegExp {
  return new RegExp(` (?:${anyOf(lists)})(?= )`, 'u');
}

/** The same terms in a text as it was typed, all of them. */
export function phrases(...lists: readonly (readonly string[])[]): RegExp {
  const terms = anyOf(lists).replaceAll(' ', '[\\s-]+');
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${terms})(?![\\p{L}\\p{N}])`, 'gu');
}

function anyOf(lists: readonly (readonly string[])[]): string {
  const terms = lists.flat().map((term) =>
    plain(term)
      .replaceAll('*', '[\\p{L}\\p{N}]*')
      // Typed in Latin letters a soft sign is left out.
      .replaceAll('ь', 'ь?'),
  );
  return terms.join('|');
}
