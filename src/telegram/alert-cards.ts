/** How news for the owner looks. */
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
