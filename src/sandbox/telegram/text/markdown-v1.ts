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

type Mark = (typeof marks)[number];
type EntityFields = Omit<TelegramMessageEntity, 'offset' | 'length'>;

interface Piece {
  readonly shown: string;
  /** Where the text goes on. */
  readonly next: number;
  readonly fields: EntityFields | undefined;
}

function findEnd(text: string, mark: Mark, position: number): number {
  const end = text.indexOf(mark.end, position + mark.begin.length);
  if (end >= 0) return end;
  const at = byteOffset(text, position);
  throw badRequest(
    `can't parse entities: Can't find end of the entity starting at byte offset ${at}`,
  );
}

function link(text: string, shown: string, next: number): Piece {
  const address = /^\(([^)]*)\)?/.exec(text.slice(next));
  const fields = linkEntity(address?.[1] ?? shown);
  return { shown, next: next + (address?.[0].length ?? 0), fields };
}

function block(inner: string, next: number): Piece {
  const language = /^([^\s`]+)\n/.exec(inner)?.[1] ?? '';
  const shown = inner.slice(language.length).replace(/^\r?\n/, '');
  return { shown, next, fields: { type: 'pre', ...(language === '' ? {} : { language }) } };
}

function piece(text: string, mark: Mark, position: number): Piece {
  const end = findEnd(text, mark, position);
  const inner = text.slice(position + mark.begin.length, end);
  const next = end + mark.end.length;
  if (mark.type === 'text_link') return link(text, inner, next);
  return mark.type === 'pre'
    ? block(inner, next)
    : { shown: inner, next, fields: { type: mark.type } };
}

/** The old `parse_mode: Markdown`: no nesting, four characters to escape. */
export function parseMarkdownV1(text: string): {
  text: string;
  entities: TelegramMessageEntity[];
} {
  const entities: TelegramMessageEntity[] = [];
  let out = '';
  let position = 0;
  while (position < text.length) {
    const isEscaped = /^\\[_*`[]/.test(text.slice(position, position + 2));
    const mark = isEscaped
      ? undefined
      : marks.find(({ begin }) => text.startsWith(begin, position));
    if (!mark) {
      if (isEscaped) position += 1;
      out += text[position++] ?? '';
      continue;
    }
    const { shown, next, fields } = piece(text, mark, position);
    if (fields && shown !== '') {
      entities.push({ ...fields, offset: out.length, length: shown.length });
    }
    out += shown;
    position = next;
  }
  return { text: out, entities };
}
