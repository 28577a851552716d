/**
 * How messages look. Every card is Telegram HTML with people's words escaped and cut, so that it
 * fits both a message (4096 characters) and, where it goes under a picture, a caption (1024).
 */
import { errorTable, type ErrorCode } from '../domain/errors';
import type { GenerationKind, PhotoStyle } from '../domain/generation';
import type { Money } from '../domain/money';
import { createTexts, type Language, type Translate } from '../texts/texts';
import type { Card } from './client';
import { excerpt } from './excerpt';
import {
  buyKeyboard,
  confirmKeyboard,
  mainMenuKeyboard,
  menuKeyboard,
  resultKeyboard,
  statusKeyboard,
  tryAgainKeyboard,
  type DraftChanges,
} from './keyboards';
import { moneyText } from './money-text';
import { settingsLine, type ShownOption } from './option-words';

const PROMPT_SHOWN_MAX = 300;
const NAME_SHOWN_MAX = 60;
const BAR_LENGTH = 10;

const texts = createTexts();

interface InLanguage {
  readonly language: Language;
}

/** Shown before spending: what will be made and what it costs. */
export function confirmCard(
  draft: InLanguage & {
    readonly draftId: string;
    readonly kind: GenerationKind;
    readonly modelName: string;
    readonly prompt: string;
    readonly style?: PhotoStyle | undefined;
    readonly priceTokens: bigint;
    readonly balance: bigint;
    /** More than one is worth a word. */
    readonly photos?: number | undefined;
    readonly settings?: readonly ShownOption[] | undefined;
    readonly changes?: DraftChanges | undefined;
  },
): Card {
  const t = texts(draft.language);
  const prompt = excerpt(draft.prompt, PROMPT_SHOWN_MAX);
  return {
    text: paragraphs(
      t(`card.confirm.${draft.kind}`),
      prompt === '' ? undefined : t('card.confirm.prompt', { prompt }),
      lines(
        (draft.photos ?? 0) > 1 ? t('studio.photos', { amount: draft.photos ?? 0 }) : undefined,
        draft.style && t('card.confirm.style', { style: t.plain(`style.${draft.style}`) }),
        t('card.confirm.model', { model: excerpt(draft.modelName, NAME_SHOWN_MAX) }),
        settingsLine(t, draft.settings ?? []),
        t('card.confirm.price', { price: tokensOf(t, draft.priceTokens) }),
        t('card.confirm.balance', { balance: tokensOf(t, draft.balance) }),
      ),
    ),
    keyboard: confirmKeyboard(t, draft),
  };
}

/** Lives while the generation works; edited as it goes on. `progress` is 0-100. */
export function statusCard(
  status: InLanguage & {
    readonly generationId: string;
    readonly kind: GenerationKind;
    readonly progress: number | 'queued';
  },
): Card {
  const t = texts(status.language);
  return {
    text: paragraphs(
      t(`card.status.${status.kind}`),
      status.progress === 'queued' ? t('card.status.queued') : progressLine(t, status.progress),
      t('card.status.hint'),
    ),
    keyboard: statusKeyboard(t, status.generationId),
  };
}

/** The status message when another model takes over, at the price that was confirmed. */
export function standInCard(
  change: InLanguage & {
    readonly generationId: string;
    readonly kind: GenerationKind;
    readonly modelName: string;
    readonly standInName: string;
  },
): Card {
  const t = texts(change.language);
  return {
    text: paragraphs(
      t(`card.status.${change.kind}`),
      t('card.status.standIn', {
        model: excerpt(change.modelName, NAME_SHOWN_MAX),
        other: excerpt(change.standInName, NAME_SHOWN_MAX),
      }),
      t('card.status.hint'),
    ),
    keyboard: statusKeyboard(t, change.generationId),
  };
}

/** What the status message becomes once the result is out. */
export function doneStatusCard(done: InLanguage): Card {
  return { text: texts(done.language)('card.done') };
}

/** The caption under a result. */
export function resultCard(
  result: InLanguage & {
    readonly generationId: string;
    readonly kind: GenerationKind;
    readonly modelName: string;
    readonly priceTokens: bigint;
    /** What the person has after this one. */
    readonly balance: bigint;
    readonly prompt?: string | undefined;
    readonly style?: PhotoStyle | undefined;
  },
): Card {
  const t = texts(result.language);
  const prompt = excerpt(result.prompt ?? '', PROMPT_SHOWN_MAX);
  return {
    text: paragraphs(
      t(`card.result.${result.kind}`),
      prompt === '' ? undefined : t('card.result.prompt', { prompt }),
      lines(
        result.style && t('card.confirm.style', { style: t.plain(`style.${result.style}`) }),
        t('card.result.model', { model: excerpt(result.modelName, NAME_SHOWN_MAX) }),
        t('card.result.price', { price: tokensOf(t, result.priceTokens) }),
        t('card.result.balance', { balance: tokensOf(t, result.balance) }),
      ),
    ),
    keyboard: resultKeyboard(t, result.generationId),
  };
}

/** Instead of a result: why, what came back, what to do. */
export function endedCard(
  ending: InLanguage & {
    readonly code: ErrorCode;
    readonly kind: GenerationKind;
    /** Undefined when nothing had been taken. */
    readonly returnedTokens?: bigint | undefined;
    /** Offers to try the same again. */
    readonly generationId?: string | undefined;
  },
): Card {
  const t = texts(ending.language);
  const returned = ending.returnedTokens ?? 0n;
  const title = ending.code === 'CANCELLED' ? 'cancelled' : ending.kind;
  return {
    text: paragraphs(
      t(`card.ended.${title}`),
      t(errorTable[ending.code].text),
      returned > 0n ? t('card.ended.returned', { tokens: tokensOf(t, returned) }) : undefined,
    ),
    keyboard: endedKeyboard(t, ending),
  };
}

function endedKeyboard(
  t: Translate,
  ending: { readonly code: ErrorCode; readonly generationId?: string | undefined },
) {
  if (ending.code === 'INSUFFICIENT_TOKENS') return buyKeyboard(t);
  if (ending.generationId === undefined) return mainMenuKeyboard(t);
  return tryAgainKeyboard(t, ending.generationId);
}

export function expiredPaymentCard(expired: InLanguage): Card {
  const t = texts(expired.language);
  return {
    text: paragraphs(t('card.expiredPayment'), t('error.paymentExpired')),
    keyboard: buyKeyboard(t),
  };
}

export function refundedPaymentCard(
  refund: InLanguage & {
    readonly money: Money;
    /** All that was paid. */
    readonly charged: Money;
    /** Taken back from the balance. */
    readonly tokens: bigint;
    /** Of what came on top. */
    readonly bonus?: bigint | undefined;
    /** Spent already and now owed. */
    readonly debtTokens?: bigint | undefined;
    readonly balance: bigint;
  },
): Card {
  const t = texts(refund.language);
  const { tokens, bonus = 0n, debtTokens: debt = 0n } = refund;
  const isPart = refund.money.amountMinor < refund.charged.amountMinor;
  const some = (key: 'tokens' | 'bonus' | 'debt', count: bigint) =>
    count > 0n ? t(`card.refundedPayment.${key}`, { tokens: tokensOf(t, count) }) : undefined;
  return {
    text: paragraphs(
      t(isPart ? 'card.refundedPayment.titleOfPart' : 'card.refundedPayment.title'),
      lines(
        t('card.refundedPayment.money', { stars: moneyText(t, refund.money) }),
        some('tokens', tokens),
        some('bonus', bonus),
        some('debt', debt),
        t('card.refundedPayment.balance', { balance: tokensOf(t, refund.balance) }),
      ),
    ),
    keyboard: menuKeyboard(t),
  };
}

export function refundedGenerationCard(
  refund: InLanguage & { readonly tokens: bigint; readonly balance: bigint },
): Card {
  const t = texts(refund.language);
  return {
    text: paragraphs(
      t('card.refundedGeneration.title'),
      lines(
        t('card.refundedGeneration.tokens', { tokens: tokensOf(t, refund.tokens) }),
        t('card.refundedGeneration.balance', { balance: tokensOf(t, refund.balance) }),
      ),
    ),
    keyboard: menuKeyboard(t),
  };
}

/** For the admin who sent a refund: how it ended. `code` is why it was not made. */
export function refundOutcomeCard(
  outcome: InLanguage & {
    readonly refundId: string;
    /** Id of the workflow it was sent to. */
    readonly subject: string;
    readonly code: ErrorCode | undefined;
  },
): Card {
  const t = texts(outcome.language);
  return {
    text: paragraphs(
      t(`card.refundOutcome.${outcome.code === undefined ? 'settled' : 'refused'}`),
      lines(
        t('card.refundOutcome.id', { id: excerpt(outcome.refundId, NAME_SHOWN_MAX) }),
        t('card.subject', { subject: excerpt(outcome.subject, 100) }),
      ),
      outcome.code && t(errorTable[outcome.code].text),
    ),
  };
}

/** For admins: money came that does not match its order. */
export function heldPaymentAdminCard(held: InLanguage & { readonly paymentId: string }): Card {
  const t = texts(held.language);
  return {
    text: paragraphs(
      t('card.heldPayment.title'),
      t('card.subject', { subject: excerpt(`payment:${held.paymentId}`, 100) }),
      t('card.heldPayment.explanation'),
    ),
  };
}

/** Plain texts of an invoice, within Telegram's limits (title 32, description 255). */
export function invoiceTexts(invoice: InLanguage & { readonly tokens: bigint }): {
  readonly title: string;
  readonly description: string;
  readonly priceLabel: string;
} {
  const t = texts(invoice.language);
  const title = t.plain('invoice.title', { count: invoice.tokens });
  const description = t.plain('invoice.description', { count: invoice.tokens });
  return { title, description, priceLabel: title };
}

function progressLine(t: Translate, progress: number): string {
  const percent = Math.round(Math.min(100, Math.max(0, progress)));
  const filled = Math.floor((percent * BAR_LENGTH) / 100);
  const bar = '▓'.repeat(filled) + '░'.repeat(BAR_LENGTH - filled);
  return t('card.status.working', { bar, percent });
}

function tokensOf(t: Translate, count: bigint): string {
  return t.plain('unit.tokens', { count });
}

function lines(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n');
}

function paragraphs(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n\n');
}
