/** The buttons of admins who decide about money. */
import { decisions } from '../domain/decision';
import type { Translate } from '../texts/texts';
import { button, menuButton, rows, type InlineKeyboard } from './keyboards';

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
