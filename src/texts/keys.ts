/** The keys of all texts and the values each of them needs, read from the English source. */
import type { en } from './en';
import type { EnglishPlural } from './localized';

/** Texts by their dotted path, plural forms folded into one: `unit.tokens`, `error.banned`. */
type Entries<Source, Prefix extends string> = {
  [K in keyof Source & string]: Source[K] extends string
    ? [key: WithoutPlural<`${Prefix}${K}`>, text: Source[K]]
    : Entries<Source[K], `${Prefix}${K}.`>;
}[keyof Source & string];

type WithoutPlural<Key extends string> = Key extends `${infer Base}_${EnglishPlural}` ? Base : Key;

type English = { [Entry in Entries<typeof en, ''> as Entry[0]]: Entry[1] };

/** Every key the texts know. */
export type TextKey = keyof English;

/** Names between double braces: `{{price}}` and, with a format, `{{count, number}}`. */
type NamesIn<Text> = Text extends `${string}{{${infer Inside}}}${infer Rest}`
  ? (Inside extends `${infer Name},${string}` ? Name : Inside) | NamesIn<Rest>
  : never;

export type TextValue = string | number | bigint;

/** The arguments a key needs after itself: none, or one object with all of its values. */
export type ValuesFor<Key extends TextKey> = [NamesIn<English[Key]>] extends [never]
  ? []
  : [
      values: {
        readonly [Name in NamesIn<English[Key]>]: Name extends 'count'
          ? number | bigint
          : TextValue;
      },
    ];
