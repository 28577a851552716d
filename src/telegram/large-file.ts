import { createTexts, type Language } from '../texts/texts';
import type { Card } from './client';
import { megabytesOf } from './file-limits';

const texts = createTexts();

/**
 * The card of a result that Telegram does not take: where it is instead. `link` is undefined when
 * nobody outside can reach our files.
 */
export function largeFileCard(
  card: Card,
  file: {
    readonly language: Language;
    readonly bytes: number;
    readonly link: string | undefined;
  },
): Card {
  const t = texts(file.language);
  const megabytes = megabytesOf(file.bytes);
  const where =
    file.link === undefined
      ? t('card.large.noLink', { megabytes })
      : t('card.large.link', { megabytes, link: file.link });
  return { ...card, text: `${card.text}\n\n${where}` };
}
