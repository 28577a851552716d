/**
 * Experiments: weighted variants behind one public model. The same person always meets the same
 * variant of an experiment, in every process and without anything being stored.
 */
export interface Variant {
  /** A model of the catalogue. */
  readonly slug: string;
  /** Its share is its weight over the sum of all; a whole number above zero. */
  readonly weight: number;
}

/** What is wrong with the variants of an experiment on a model; all of them must be able to serve it. */
export function variantProblems(
  variants: readonly Variant[],
  canServe: (slug: string) => boolean,
): ('variants' | 'weights')[] {
  const isListSound =
    variants.length >= 2 &&
    variants.length <= 5 &&
    new Set(variants.map(({ slug }) => slug)).size === variants.length &&
    variants.every(({ slug }) => canServe(slug));
  const areWeightsSound = variants.every(
    ({ weight }) => Number.isInteger(weight) && weight >= 1 && weight <= weightMax,
  );
  return [
    ...(isListSound ? [] : ['variants' as const]),
    ...(areWeightsSound ? [] : ['weights' as const]),
  ];
}

const weightMax = 1_000;

/** Undefined only when there are no variants. */
export function variantFor(
  experimentId: string,
  personId: string,
  variants: readonly Variant[],
): Variant | undefined {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  let left = total === 0 ? 0 : hashOf(`${experimentId}:${personId}`) % total;
  for (const variant of variants) {
    if (left < variant.weight) return variant;
    left -= variant.weight;
  }
  return undefined;
}

/** FNV-1a with murmur's last step, which spreads ids that differ in one character over all 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
