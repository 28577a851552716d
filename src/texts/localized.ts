/** English has these plural forms, Russian those; i18next marks them by a suffix of the key. */
export type EnglishPlural = 'one' | 'other';
type RussianPlural = 'one' | 'few' | 'many' | 'other';

/**
 * The Russian shape of English texts: the same keys, with all four plural forms. A missing or a
 * needless key is a compile error.
 */
export type Localized<Source> = {
  readonly [
    K in keyof Source as K extends `${string}_${EnglishPlural}` ? never : K
  ]: Source[K] extends string ? string : Localized<Source[K]>;
} & {
  readonly [
    K in keyof Source as K extends `${infer Base}_${EnglishPlural}`
      ? `${Base}_${RussianPlural}`
      : never
  ]: string;
};
