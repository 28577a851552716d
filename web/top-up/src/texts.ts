import { topUp as en } from '../../../src/texts/en/top-up';
import { topUp as ru } from '../../../src/texts/ru/top-up';

export type Language = 'en' | 'ru';

/** The page's own words; amounts and names come worded from the server. */
export type Words = { readonly [Key in keyof typeof en.page]: string };

export const wordsOf = (language: Language): Words => (language === 'ru' ? ru.page : en.page);

/** Until the server says which language the person chose. */
export function guessLanguage(code: string | undefined): Language {
  return /^(ru|be|uk|kk)\b/.test(code ?? '') ? 'ru' : 'en';
}
