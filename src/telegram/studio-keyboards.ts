/** Buttons for choosing how something is made: values of an option, more photos, ready wishes. */
import { isOptionKey, type OptionKey } from '../domain/catalogue';
import { templateIds } from '../domain/templates';
import type { Translate } from '../texts/texts';
import { button, cancelDraft, inPairs, menuButton, rows, type InlineKeyboard } from './keyboards';
import { valueWords } from './option-words';

/** A value of an option and what the whole work costs with it. */
export interface PricedValue {
  readonly value: string;
  readonly priceTokens: bigint;
}

export function valuesKeyboard(
  t: Translate,
  { key, chosen, values }: { key: OptionKey; chosen: string; values: readonly PricedValue[] },
): InlineKeyboard {
  const choices = values.map(({ value, priceTokens }) => {
    const price = t.plain('unit.tokens', { count: priceTokens });
    const words = { value: valueWords(t, key, value), price };
    const label = t.plain(value === chosen ? 'studio.choiceMade' : 'studio.choice', words);
    return button(label, { type: 'choose', choice: packChoice(key, value) });
  });
  return rows([...inPairs(choices), [button(t.plain('studio.back'), { type: 'settings' })]]);
}

/** "16:9" would look like another part of the button's data. */
function packChoice(key: OptionKey, value: string): string {
  return `${key}.${value.replaceAll(':', '/')}`;
}

/** Undefined for an option this version does not know. */
export function readChoice(choice: string): { key: OptionKey; value: string } | undefined {
  const dot = choice.indexOf('.');
  const key = choice.slice(0, dot);
  if (!isOptionKey(key)) return undefined;
  return { key, value: choice.slice(dot + 1).replaceAll('/', ':') };
}

/** While the bot waits for one more photo. */
export function morePhotosKeyboard(t: Translate): InlineKeyboard {
  return rows([
    [button(t.plain('studio.done'), { type: 'photo:done' }, 'success')],
    [cancelDraft(t)],
  ]);
}

export function templatesKeyboard(t: Translate): InlineKeyboard {
  const ideas = templateIds.map((template) =>
    button(t.plain(`studio.template.${template}.name`), { type: 'template', template }),
  );
  return rows([...ideas.map((idea) => [idea]), [menuButton(t)]]);
}
