/** How the options of a model and their values are called. */
import type { OptionKey } from '../domain/catalogue';
import type { Translate } from '../texts/texts';

/** A chosen option as a card shows it. */
export interface ShownOption {
  readonly key: OptionKey;
  readonly value: string;
  /** The model offers other values as well. */
  readonly mayChange: boolean;
}

const named = [
  'auto',
  'on',
  'off',
  'low',
  'medium',
  'std',
  'standard',
  'high',
  'hd',
  'pro',
  'ultra',
  'transparent',
  'opaque',
] as const;
type Named = (typeof named)[number];

/** Plain text; a value only its provider knows stands for itself. */
export function valueWords(t: Translate, key: OptionKey, value: string): string {
  if (key === 'duration') return t.plain('studio.value.seconds', { seconds: value });
  if (key === 'mask') return t.plain(value === 'on' ? 'studio.value.holes' : 'studio.value.whole');
  const isNamed = (named as readonly string[]).includes(value);
  return isNamed ? t.plain(`studio.value.${value as Named}`) : value;
}

/** Plain text for a button. */
export function chosenWords(t: Translate, key: OptionKey, value: string): string {
  return t.plain(`studio.chosen.${key}`, { value: valueWords(t, key, value) });
}

/** All settings on one line of a card; undefined when the model has none. */
export function settingsLine(t: Translate, settings: readonly ShownOption[]): string | undefined {
  if (settings.length === 0) return undefined;
  return settings
    .map(({ key, value }) => t(`studio.chosen.${key}`, { value: valueWords(t, key, value) }))
    .join(' · ');
}
