/** What a suspended person reads, and the admins who decide on the appeal. */
import { createTexts, type Language, type Translate } from '../texts/texts';
import type { Card } from './client';
import { button, rows } from './keyboards';

interface SuspensionFacts {
  readonly id: bigint;
  /** Rules and categories, as they are recorded. */
  readonly reasons: readonly string[];
}

const texts = createTexts();

const explained = ['sexual-minors', 'non-consensual', 'undress', 'sexual-person'] as const;

/** Rules in words; what a classifier calls by its own name is one of them too. */
function reasonsText(t: Translate, reasons: readonly string[]): string {
  const names = new Set(reasons.map((reason) => reason.replace('/', '-')));
  const known = explained.filter((rule) => names.has(rule));
  return known.map((rule) => `• ${t(`moderation.reason.${rule}`)}`).join('\n');
}

export function suspendedCard({
  language,
  suspension,
}: {
  readonly language: Language;
  readonly suspension: SuspensionFacts;
}): Card {
  const t = texts(language);
  const strike = suspension.id.toString();
  return {
    text: [
      t('moderation.suspended'),
      reasonsText(t, suspension.reasons),
      t('moderation.mayAppeal'),
    ].join('\n\n'),
    keyboard: rows([[button(t.plain('moderation.button.appeal'), { type: 'appeal', strike })]]),
  };
}

/** For the admins: what was refused by which rule, never what was asked for. */
export function appealCard(
  t: Translate,
  appeal: SuspensionFacts & { readonly telegramId: bigint; readonly generationId: string },
): Card {
  const strike = appeal.id.toString();
  const { telegramId, generationId: generation } = appeal;
  return {
    text: [t('moderation.admin', { telegramId, generation }), reasonsText(t, appeal.reasons)].join(
      '\n',
    ),
    keyboard: rows([
      [button(t.plain('moderation.button.uphold'), { type: 'appeal:uphold', strike })],
      [button(t.plain('moderation.button.lift'), { type: 'appeal:lift', strike })],
    ]),
  };
}
