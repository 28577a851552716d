/** Every word a person sees, in their language. */
import { createInstance, type i18n } from 'i18next';
import { en } from './en';
import { escapeHtml } from './escape-html';
import type { TextKey, TextValue, ValuesFor } from './keys';
import { ru } from './ru';

export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];

/**
 * Texts of one language. Called as a function it makes Telegram HTML: values are escaped.
 * `plain` leaves values as they are, for places without markup: buttons, invoices, command lists.
 */
export interface Translate {
  <Key extends TextKey>(key: Key, ...values: ValuesFor<Key>): string;
  plain<Key extends TextKey>(key: Key, ...values: ValuesFor<Key>): string;
  readonly language: Language;
}

export type Texts = (language: Language) => Translate;

export function createTexts(): Texts {
  const engine = createInstance();
  void engine.init({
    resources: { en: { translation: en }, ru: { translation: ru } },
    fallbackLng: false,
    // Texts are compiled in, so nothing has to be awaited.
    initAsync: false,
    interpolation: { escape: escapeHtml, escapeValue: true },
  });
  const byLanguage = { en: translateInto(engine, 'en'), ru: translateInto(engine, 'ru') };
  return (language) => byLanguage[language];
}

function translateInto(engine: i18n, language: Language): Translate {
  const fixed = engine.getFixedT(language);
  const translate = (escapeValue: boolean) => {
    const write = (key: TextKey, values: Readonly<Record<string, TextValue>>): string =>
      fixed(key, {
        ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inJson(value)])),
        interpolation: { escapeValue },
        // People's words may look like a reference to another text; they never are one.
        nest: false,
      });
    // Most texts stand on buttons and have no values; they are the same each time.
    const unvalued = new Map<TextKey, string>();
    return (key: TextKey, values?: Readonly<Record<string, TextValue>>): string => {
      if (values !== undefined) return write(key, values);
      const text = unvalued.get(key) ?? write(key, {});
      unvalued.set(key, text);
      return text;
    };
  };
  return Object.assign(translate(true), { plain: translate(false), language }) as Translate;
}

/** Amounts stay far below 2^53, and plural rules want a number. */
function inJson(value: TextValue): string | number {
  return typeof value === 'bigint' ? Number(value) : value;
}
