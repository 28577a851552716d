import { escapeHtml } from '../texts/escape-html';

// Controls and lone surrogates break the layout or the request; direction overrides would turn
// around the text after them.
const harmful = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * A person's words on one line, short enough that even escaped they take at most `lengthMax`
 * characters. Cuts between whole graphemes, so no emoji or letter falls apart.
 */
export function excerpt(words: string, lengthMax: number): string {
  // Cut early: segmenting is slow, and nobody's first `lengthMax` graphemes need more than this.
  const start = words.slice(0, lengthMax * 16);
  const line = start.replace(harmful, ' ').replace(/\s+/gu, ' ').trim();
  if (escapeHtml(line).length <= lengthMax && start.length === words.length) return line;
  let kept = '';
  let length = 1;
  for (const { segment } of graphemes.segment(line)) {
    length += escapeHtml(segment).length;
    if (length > lengthMax) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The start of one of our own texts; never ends in half a character. */
export function firstCharacters(text: string, lengthMax: number): string {
  return text.slice(0, lengthMax).replace(/\p{Cs}$/u, '');
}
