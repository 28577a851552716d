/** The buttons of admins who decide about money. */
import { createHash } from 'node:crypto';
import { decisions } from '../domain/decision';
import type { Translate } from '../texts/texts';
import { button, menuButton, rows, type InlineKeyboard } from './keyboards';

/** What can be done about a bank transfer; each asks for the words it needs. */
export const cardVerbs = ['confirm', 'reject', 'say'] as const;
export type CardVerb = (typeof cardVerbs)[number];

export function cardKeyboard(t: Translate, reference: string): InlineKeyboard {
  return rows(
    cardVerbs.map((verb) => [
      button(t.plain(`desk.card.button.${verb}`), { type: `card:${verb}`, reference }),
    ]),
  );
}

export function cardsKeyboard(
  t: Translate,
  entries: readonly { readonly reference: string; readonly label: string }[],
): InlineKeyboard {
  return rows([
    ...entries.map(({ reference, label }) => [button(label, { type: 'card', reference })]),
    [menuButton(t)],
  ]);
}

/** Under a question whose answer decides: the way out. */
export function calledOffKeyboard(t: Translate): InlineKeyboard {
  return rows([[button(t.plain('desk.callOff'), { type: 'desk:cancel' })]]);
}

/** How buttons name a charge, whose own id may be far longer than a button can carry. */
export function heldKey(charge: { readonly system: string; readonly chargeId: string }): string {
  const name = `${charge.system}:${charge.chargeId}`;
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/** Under the news of a charge that is held. */
export function decideKeyboard(t: Translate, held: string): InlineKeyboard {
  return rows([[button(t.plain('desk.held.decide'), { type: 'held', held })]]);
}

/** `held` names the charge. */
export function heldKeyboard(
  t: Translate,
  entries: readonly { readonly held: string; readonly label: string }[],
): InlineKeyboard {
  return rows([
    ...entries.map(({ held, label }) => [button(label, { type: 'held', held })]),
    [menuButton(t)],
  ]);
}

export function decisionKeyboard(t: Translate, held: string): InlineKeyboard {
  return rows(
    decisions.map((decision) => [
      button(t.plain(`desk.held.button.${decision}`), { type: `held:${decision}`, held }),
    ]),
  );
}
