/** How messages about payments outside the chat look. Telegram HTML, other people's words escaped. */
import { cardReference } from '../domain/card-request';
import type { HoldReason } from '../domain/charge';
import { errorTable, type ErrorCode } from '../domain/errors';
import type { Money } from '../domain/money';
import { escapeHtml } from '../texts/escape-html';
import { createTexts, type Language } from '../texts/texts';
import type { Card } from './client';
import { decideKeyboard, heldKey } from './desk-keyboards';
import { excerpt } from './excerpt';
import { buyKeyboard, mainMenuKeyboard, menuKeyboard, payKeyboard } from './keyboards';
import { moneyText } from './money-text';

const texts = createTexts();
const ID_SHOWN_MAX = 100;
// Together they leave room for the rest of the message.
const LINES_MAX = 20;
const LINE_SHOWN_MAX = 150;

interface InLanguage {
  readonly language: Language;
}

/** The invoice of a system that is paid on a page, or by following words. */
export function payCard(
  invoice: InLanguage & {
    readonly paymentId: string;
    readonly system: string;
    readonly tokens: bigint;
    readonly price: Money;
    readonly payUrl: string | null;
    readonly payWords: string | null;
  },
): Card {
  const t = texts(invoice.language);
  const price = moneyText(t, invoice.price);
  const tokens = t.plain('unit.tokens', { count: invoice.tokens });
  const { paymentId, payUrl, payWords } = invoice;
  const reference = cardReference(paymentId);
  return {
    text: [
      t('pay.invoice', { price, tokens }),
      ...(payWords === null ? [] : [wordsOf(payWords)]),
      ...(payUrl === null ? [] : [t('pay.page')]),
      ...(invoice.system === 'card' ? [t('desk.card.transfer', { reference })] : []),
    ].join('\n\n'),
    keyboard: payKeyboard(t, { paymentId, price, payUrl }),
  };
}

/** Line by line: account numbers are copied from it. */
function wordsOf(payWords: string): string {
  const lines = payWords.split('\n').slice(0, LINES_MAX);
  return lines.map((line) => escapeHtml(excerpt(line, LINE_SHOWN_MAX))).join('\n');
}

/** The tokens are there. */
export function paidCard(
  paid: InLanguage & {
    readonly tokens: bigint;
    /** Given on top. */
    readonly bonus?: bigint;
    readonly balance: bigint;
  },
): Card {
  const t = texts(paid.language);
  const { bonus = 0n } = paid;
  const inTokens = (count: bigint) => t.plain('unit.tokens', { count });
  const amounts = [
    t('card.paid.added', { tokens: inTokens(paid.tokens) }),
    ...(bonus === 0n ? [] : [t('card.paid.bonus', { tokens: inTokens(bonus) })]),
    t('card.paid.balance', { balance: inTokens(paid.balance) }),
  ];
  return {
    text: `${t('card.paid.title')}\n\n${amounts.join('\n')}`,
    keyboard: mainMenuKeyboard(t),
  };
}

/** For who referred a buyer. */
export function referralPaidCard(
  paid: InLanguage & { readonly tokens: bigint; readonly balance: bigint },
): Card {
  const t = texts(paid.language);
  return {
    text: t('bonus.referral.earnedNow', {
      tokens: t.plain('unit.tokens', { count: paid.tokens }),
      balance: t.plain('unit.tokens', { count: paid.balance }),
    }),
    keyboard: menuKeyboard(t),
  };
}

export function payFailedCard(failed: InLanguage & { readonly code: ErrorCode }): Card {
  const t = texts(failed.language);
  return {
    text: `${t('pay.failed')}\n\n${t(errorTable[failed.code].text)}`,
    keyboard: buyKeyboard(t),
  };
}

/** For who paid money that differs from what was agreed. */
export function inReviewCard({ language }: InLanguage): Card {
  const t = texts(language);
  return { text: t('pay.inReview'), keyboard: menuKeyboard(t) };
}

/** For admins, of the same. */
export function heldChargeCard(
  held: InLanguage & {
    readonly system: string;
    readonly paymentId: string;
    readonly chargeId: string;
    readonly heldFor: HoldReason;
    readonly paid: Money;
    readonly price: Money;
  },
): Card {
  const t = texts(held.language);
  const paid = moneyText(t, held.paid);
  const price = moneyText(t, held.price);
  return {
    text: [
      `${t('pay.adminHeld')}\n${t(`pay.reason.${held.heldFor}`)}`,
      [
        t('card.subject', { subject: excerpt(`payment:${held.paymentId}`, ID_SHOWN_MAX) }),
        t('pay.charge', { charge: excerpt(held.chargeId, ID_SHOWN_MAX) }),
        t('pay.adminPaid', { paid, price }),
      ].join('\n'),
      t('pay.adminDecide'),
    ].join('\n\n'),
    keyboard: decideKeyboard(t, heldKey(held)),
  };
}

export type RefundNews =
  'cabinet' | 'came_back' | 'dispute' | 'dispute_over' | 'missing' | 'missing_over' | 'by_hand';

const frozenTexts = {
  came_back: 'pay.cameBack.person',
  dispute: 'pay.dispute.person',
  dispute_over: 'pay.dispute.personOver',
  missing: 'pay.missing.person',
  missing_over: 'pay.missing.personOver',
} as const;

/** Tokens of a payment in doubt are frozen, or are free again; a refund that came back frees them too. */
export function frozenCard(frozen: InLanguage & { readonly news: keyof typeof frozenTexts }): Card {
  const t = texts(frozen.language);
  return { text: t(frozenTexts[frozen.news]), keyboard: menuKeyboard(t) };
}

const refundNewsTexts = {
  cabinet: 'pay.cabinetRefund',
  came_back: 'pay.cameBack.admin',
  dispute: 'pay.dispute.admin',
  dispute_over: 'pay.dispute.adminOver',
  missing: 'pay.missing.admin',
  missing_over: 'pay.missing.adminOver',
  by_hand: 'pay.byHand',
} as const satisfies Record<RefundNews, string>;

/** For admins: a refund they did not ask for, or have to make themselves. */
export function refundNewsCard(
  refund: InLanguage & {
    readonly news: RefundNews;
    readonly paymentId: string;
    readonly refundId: string;
    readonly chargeId: string;
    readonly amount: Money;
  },
): Card {
  const t = texts(refund.language);
  return {
    text: [
      t(refundNewsTexts[refund.news]),
      [
        t('card.subject', { subject: excerpt(`payment:${refund.paymentId}`, ID_SHOWN_MAX) }),
        t('pay.charge', { charge: excerpt(refund.chargeId, ID_SHOWN_MAX) }),
        t('pay.refundId', { id: excerpt(refund.refundId, ID_SHOWN_MAX) }),
        t('pay.amount', { amount: moneyText(t, refund.amount) }),
      ].join('\n'),
    ].join('\n\n'),
  };
}
