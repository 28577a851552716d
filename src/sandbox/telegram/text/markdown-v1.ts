import type { TelegramMessageEntity } from '@gramio/types';
import { badRequest } from '../api-error';
import { byteOffset } from './html';
import { linkEntity } from './links';

const marks = [
  { begin: '```', end: '```', type: 'pre' },
  { begin: '`', end: '`', type: 'code' },
  { begin: '*', end: '*', type: 'bold' },
  { begin: '_', end: '_', type: 'italic' },
  { begin: '[', end: ']', type: 'text_link' },
] as const;

/** The old `parse_mode: Markdown`: no nesting, four characters to escape. */
export function parseMarkdownV1(text: string): {
  text: string;
  entities: TelegramMessageEntity[];
} {
  const entities: TelegramMessageEntity[] = [];
  let out = '';
  let position = 0;
  while (position < text.length) {
    if (/^\\[_*`[]/.test(text.slice(position, position + 2))) {
      out += text[position + 1] ?? '';
      position += 2;
      continue;
    }
    const mark = marks.find(({ begin }) => text.startsWith(begin, position));
    if (!mark) {
      out += text[position++] ?? '';
      continue;
    }
    const end = text.indexOf(mark.end, position + mark.begin.length);
    if (end < 0) {
      const at = byteOffset(text, position);
      throw badRequest(
        `can't parse entities: Can't find end of the entity starting at byte offset ${at}`,
      );
    }
    const inner = text.slice(position + mark.begin.length, end);
    const language = mark.type === 'pre' ? (/^([^\s`]+)\n/.exec(inner)?.[1] ?? '') : '';
    const shown = mark.type === 'pre' ? inner.slice(language.length).replace(/^\r?\n/, '') : inner;
    const place = { offset: out.length, length: shown.length };
    out += shown;
    position = end + mark.end.length;
    if (shown === '') continue;
    if (mark.type !== 'text_link') {
      entities.push({ type: mark.type, ...place, ...(language === '' ? {} : { language }) });
      continue;
    }
    const address = /^\(([^)]*)\)?/.exec(text.slice(position));
    position += address?.[0].length ?? 0;
    const link = linkEntity(address?.[1] ?? shown);
    if (link) entities.push({ ...link, ...place });
  }
  return { text: out, entities };
}
