import type { TelegramMessageEntity, TelegramMessageEntityType } from '@gramio/types';
import { badRequest, type ApiError } from '../api-error';
import { byteOffset } from './html';
import { linkEntity } from './links';

type Kind =
  | 'Bold'
  | 'Italic'
  | 'Underline'
  | 'Strikethrough'
  | 'Spoiler'
  | 'Code'
  | 'Pre'
  | 'PreCode'
  | 'TextUrl'
  | 'CustomEmoji'
  | 'BlockQuote';

interface Open {
  readonly kind: Kind;
  readonly offset: number;
  readonly at: number;
  readonly language?: string;
}

interface Parsing {
  readonly text: string;
  position: number;
  out: string;
  readonly open: Open[];
  readonly entities: TelegramMessageEntity[];
}

const simpleTypes: Partial<Record<Kind, TelegramMessageEntityType>> = {
  Bold: 'bold',
  Italic: 'italic',
  Underline: 'underline',
  Strikethrough: 'strikethrough',
  Spoiler: 'spoiler',
  Code: 'code',
  Pre: 'pre',
  PreCode: 'pre',
};

/** What closes an entity. Italic yields to underline: `__` is never two italics. */
const closings: Readonly<Record<Kind, readonly [mark: string, notBefore: string]>> = {
  Bold: ['*', ''],
  Italic: ['_', '_'],
  Underline: ['__', ''],
  Strikethrough: ['~', ''],
  Spoiler: ['||', ''],
  Code: ['`', ''],
  Pre: ['```', ''],
  PreCode: ['```', ''],
  TextUrl: [']', ''],
  CustomEmoji: [']', ''],
  BlockQuote: ['', ''],
};

const openings: readonly (readonly [mark: string, kind: Kind])[] = [
  ['__', 'Underline'],
  ['_', 'Italic'],
  ['*', 'Bold'],
  ['~', 'Strikethrough'],
  ['||', 'Spoiler'],
  ['![', 'CustomEmoji'],
  ['[', 'TextUrl'],
  ['```', 'Pre'],
  ['`', 'Code'],
];

function failure(message: string): ApiError {
  return badRequest(`can't parse entities: ${message}`);
}

function unclosed(parsing: Parsing, open: Open): ApiError {
  const at = byteOffset(parsing.text, open.at);
  return failure(`Can't find end of ${open.kind} entity at byte offset ${at}`);
}

function closesHere(parsing: Parsing, open: Open): boolean {
  const [mark, notBefore] = closings[open.kind];
  if (mark === '' || !parsing.text.startsWith(mark, parsing.position)) return false;
  return notBefore === '' || parsing.text[parsing.position + mark.length] !== notBefore;
}

function parenthesised(parsing: Parsing, what: string): string {
  parsing.position += 1;
  const begin = parsing.position;
  let address = '';
  while (parsing.position < parsing.text.length && parsing.text[parsing.position] !== ')') {
    if (parsing.text[parsing.position] === '\\') parsing.position += 1;
    address += parsing.text[parsing.position++] ?? '';
  }
  if (parsing.text[parsing.position] !== ')') {
    const at = byteOffset(parsing.text, begin);
    throw failure(`Can't find end of a ${what} at byte offset ${at}`);
  }
  parsing.position += 1;
  return address;
}

function closeLink(parsing: Parsing, open: Open): void {
  const length = parsing.out.length - open.offset;
  if (open.kind === 'CustomEmoji') {
    if (parsing.text[parsing.position] !== '(') {
      throw failure('Custom emoji entity must contain a tg://emoji URL');
    }
    const id = /^tg:\/\/emoji\?id=(\d+)$/.exec(parenthesised(parsing, 'custom emoji URL'))?.[1];
    if (id === undefined) throw failure('Invalid custom emoji identifier specified');
    const entity = { offset: open.offset, length, custom_emoji_id: id };
    if (length > 0) parsing.entities.push({ type: 'custom_emoji', ...entity });
    return;
  }
  const hasAddress = parsing.text[parsing.position] === '(';
  const address = hasAddress ? parenthesised(parsing, 'URL') : parsing.out.slice(open.offset);
  const link = linkEntity(address);
  if (link && length > 0) parsing.entities.push({ ...link, offset: open.offset, length });
}

function close(parsing: Parsing, open: Open): void {
  parsing.open.pop();
  parsing.position += closings[open.kind][0].length;
  const type = simpleTypes[open.kind];
  if (type === undefined) {
    closeLink(parsing, open);
    return;
  }
  const length = parsing.out.length - open.offset;
  const language = open.language === undefined ? {} : { language: open.language };
  if (length > 0) parsing.entities.push({ type, offset: open.offset, length, ...language });
}

/** A language on the first line of a block, and the one line break after the opening. */
function blockLanguage(parsing: Parsing): string | undefined {
  const pattern = /([^\s`]*)/y;
  pattern.lastIndex = parsing.position;
  const language = pattern.exec(parsing.text)?.[1] ?? '';
  const after = parsing.text[parsing.position + language.length];
  const isLanguage = language !== '' && after !== undefined && after !== '`';
  if (isLanguage) parsing.position += language.length;
  if (parsing.text[parsing.position] === '\r') parsing.position += 1;
  if (parsing.text[parsing.position] === '\n') parsing.position += 1;
  return isLanguage ? language : undefined;
}

function open(parsing: Parsing): void {
  const at = parsing.position;
  const found = openings.find(([mark]) => parsing.text.startsWith(mark, at));
  if (!found) {
    throw failure(
      `Character '${parsing.text[at] ?? ''}' is reserved and must be escaped with the preceding '\\'`,
    );
  }
  parsing.position += found[0].length;
  const offset = parsing.out.length;
  if (found[1] !== 'Pre') {
    parsing.open.push({ kind: found[1], offset, at });
    return;
  }
  const language = blockLanguage(parsing);
  parsing.open.push(
    language === undefined
      ? { kind: 'Pre', offset, at }
      : { kind: 'PreCode', offset, at, language },
  );
}

function closeQuote(parsing: Parsing): void {
  const quote = parsing.open.at(-1);
  if (!quote) return;
  if (quote.kind !== 'BlockQuote') throw unclosed(parsing, quote);
  parsing.open.pop();
  const isExpandable = parsing.out.endsWith('||');
  if (isExpandable) parsing.out = parsing.out.slice(0, -2);
  const length = parsing.out.length - quote.offset;
  const type = isExpandable ? 'expandable_blockquote' : 'blockquote';
  if (length > 0) parsing.entities.push({ type, offset: quote.offset, length });
}

const isQuoted = (parsing: Parsing): boolean =>
  parsing.open.some(({ kind }) => kind === 'BlockQuote');

/** Line breaks and `>` at the start of a line begin, continue and end a quotation. */
function lineBreak(parsing: Parsing): void {
  const nextIsQuote = parsing.text[parsing.position + 1] === '>';
  const quoted = isQuoted(parsing);
  if (quoted && !nextIsQuote) closeQuote(parsing);
  parsing.out += '\n';
  const at = parsing.position;
  parsing.position += nextIsQuote ? 2 : 1;
  if (nextIsQuote && !quoted) {
    parsing.open.push({ kind: 'BlockQuote', offset: parsing.out.length, at });
  }
}

const codeKinds = new Set<Kind>(['Code', 'Pre', 'PreCode']);

function isPlain(character: string, inCode: boolean): boolean {
  return !(inCode ? '`' : '_*[]()~`>#+-=|{}.!').includes(character);
}

function isEscape(text: string, position: number): boolean {
  const next = text.charCodeAt(position + 1);
  return text[position] === '\\' && next > 0 && next <= 126;
}

function copy(parsing: Parsing, length: number): void {
  parsing.out += parsing.text[parsing.position + length - 1] ?? '';
  parsing.position += length;
}

/** Line breaks and a `>` at the very beginning; false when there is neither. */
function quotation(parsing: Parsing): boolean {
  const character = parsing.text[parsing.position];
  if (character === '\n') {
    lineBreak(parsing);
    return true;
  }
  if (character !== '>' || parsing.position > 0) return false;
  parsing.position = 1;
  parsing.open.push({ kind: 'BlockQuote', offset: 0, at: 0 });
  return true;
}

function step(parsing: Parsing): void {
  const { text, position } = parsing;
  const current = parsing.open.at(-1);
  const inCode = current !== undefined && codeKinds.has(current.kind);
  if (isEscape(text, position)) copy(parsing, 2);
  else if (!inCode && quotation(parsing)) return;
  else if (current && closesHere(parsing, current)) close(parsing, current);
  else if (isPlain(text[position] ?? '', inCode)) copy(parsing, 1);
  else open(parsing);
}

/** `parse_mode: MarkdownV2`. Throws 400 "can't parse entities: …" as the real server. */
export function parseMarkdownV2(text: string): {
  text: string;
  entities: TelegramMessageEntity[];
} {
  const parsing: Parsing = { text, position: 0, out: '', open: [], entities: [] };
  while (parsing.position < text.length) step(parsing);
  if (isQuoted(parsing)) closeQuote(parsing);
  const left = parsing.open.at(-1);
  if (left) throw unclosed(parsing, left);
  return { text: parsing.out, entities: parsing.entities };
}
