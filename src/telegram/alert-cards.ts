/** How news for the owner looks. */
import type { Finding } from '../domain/finding';
import type { ProviderFailureClass } from '../domain/provider-failure';
import { createTexts, type Language } from '../texts/texts';
import type { Card } from './client';

const texts = createTexts();

interface InLanguage {
  readonly language: Language;
}

export function accountAlertCard(
  alert: InLanguage & { readonly provider: string; readonly failure: ProviderFailureClass },
): Card {
  const { language, provider, failure } = alert;
  return { text: texts(language)('alert.account', { provider, failure }) };
}

export function retiredAlertCard(
  alert: InLanguage & { readonly model: string; readonly provider: string },
): Card {
  const { language, model, provider } = alert;
  return { text: texts(language)('alert.retired', { model, provider }) };
}

export function breakerAlertCard(
  alert: InLanguage & { readonly provider: string; readonly failure: ProviderFailureClass },
): Card {
  const { language, provider, failure } = alert;
  return { text: texts(language)('alert.breaker', { provider, failure }) };
}

/** What is wrong with the books, in the words of whoever found it. */
export function findingAlertCard(alert: InLanguage & { readonly finding: Finding }): Card {
  const { language, finding } = alert;
  const { class: kind, system, subject, detail } = finding;
  const t = texts(language);
  if (kind === 'broken') return { text: t('alert.audit', { detail: `${subject}: ${detail}` }) };
  return { text: t('alert.books', { kind, system, subject, detail }) };
}

/** Amounts are decimal dollars. */
export function budgetAlertCard(
  alert: InLanguage & {
    readonly provider: string;
    readonly period: 'day' | 'month';
    readonly percent: number;
    readonly spent: string;
    readonly budget: string;
  },
): Card {
  const { language, period, percent, ...values } = alert;
  const t = texts(language);
  const text = t(`alert.budget.${period}`, { ...values, percent });
  return { text: percent < 100 ? text : `${text}\n${t('alert.budget.stopped')}` };
}
