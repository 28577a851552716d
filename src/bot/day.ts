import type { Language } from '../texts/texts';

const formats: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  ru: new Intl.DateTimeFormat('ru-RU', { day: 'numeric', month: 'short', timeZone: 'UTC' }),
};

/** A date as people read it, for example "21 Nov". In UTC: Telegram does not tell where people are. */
export function dayOf(date: Date, language: Language): string {
  return formats[language].format(date);
}
