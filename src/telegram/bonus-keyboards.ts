/** The buttons under messages about bonuses. */
import type { Translate } from '../texts/texts';
import { menuButton, rows, type InlineKeyboard } from './keyboards';

/** Copies the link, or hands it to a friend through Telegram's own chooser. */
export function referralKeyboard(t: Translate, link: string): InlineKeyboard {
  const share = `https://t.me/share/url?url=${encodeURIComponent(link)}`;
  return rows([
    [{ text: t.plain('bonus.referral.copy'), copy_text: { text: link } }],
    [{ text: t.plain('bonus.referral.share'), url: share }],
    [menuButton(t)],
  ]);
}
