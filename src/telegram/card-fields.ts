/** A card as the fields Telegram wants. */
import type { TelegramInlineKeyboardMarkup } from '@gramio/types/objects';
import type { Card } from './client';

export function textOf(card: Card) {
  return {
    text: card.text,
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    ...keyboardOf(card),
  };
}

export function captionOf(card: Card | undefined) {
  if (card === undefined) return {};
  return { caption: card.text, parse_mode: 'HTML' as const, ...keyboardOf(card) };
}

function keyboardOf(card: Card): { reply_markup?: TelegramInlineKeyboardMarkup } {
  return card.keyboard === undefined ? {} : { reply_markup: card.keyboard };
}
