/**
 * Text that Postgres can keep. It takes neither U+0000 nor half of a surrogate pair, and JSON may carry
 * both; a statement with one of them would fail as often as it is repeated.
 */

const zero = '\u0000';
const replacement = '\uFFFD';
const halfPair = /\p{Surrogate}/gu;

/** The same with everything else in it, for who cannot be asked to send it again. */
export function storable<T>(value: T): T {
  return isStorable(value) ? value : (mended(value) as T);
}

/** Whether all texts within are well-formed: of objects and arrays, values and names. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.search(halfPair) === -1 && !value.includes(zero);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorable(name) && isStorable(inner));
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(zero, '').replace(halfPair, replacement);
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [mended(name), mended(inner)]),
  );
}
