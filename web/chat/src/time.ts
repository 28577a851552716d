import type { Texts } from './texts';
import type { Language } from './types';

export function clock(unixSeconds: number, language: Language): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(unixSeconds * 1000);
}

export function fullTime(unixSeconds: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'medium' }).format(
    unixSeconds * 1000,
  );
}

/** A key which is equal for two moments of one local day. */
export function dayKey(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toDateString();
}

export function dayName(unixSeconds: number, language: Language, texts: Texts): string {
  const now = Date.now() / 1000;
  if (dayKey(unixSeconds) === dayKey(now)) return texts.today;
  if (dayKey(unixSeconds) === dayKey(now - 86_400)) return texts.yesterday;
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long' }).format(
    unixSeconds * 1000,
  );
}

export function fileSize(bytes: number, language: Language): string {
  const units = ['byte', 'kilobyte', 'megabyte'] as const;
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), 2);
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 ? 0 : 1,
  }).format(bytes / 1000 ** power);
}
