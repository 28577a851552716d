import type { TelegramMessageEntity, TelegramMessageEntityType } from '@gramio/types';
import { badRequest, type ApiError } from '../api-error';
import { linkEntity } from './links';

const tagTypes: Readonly<Record<string, TelegramMessageEntityType>> = {
  a: 'text_link',
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  u: 'underline',
  ins: 'underline',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  'tg-emoji': 'custom_emoji',
  pre: 'pre',
  code: 'code',
  blockquote: 'blockquote',
};

interface OpenTag {
  readonly name: string;
  readonly argument: string;
  readonly offset: number;
}

interface Parsing {
  readonly text: string;
  position: number;
  out: string;
  readonly open: OpenTag[];
  readonly entities: TelegramMessageEntity[];
}

/** The real parser counts bytes of UTF-8, JavaScript counts UTF-16 units. */
export function byteOffset(text: string, position: number): number {
  return Buffer.byteLength(text.slice(0, position), 'utf8');
}

function failure(message: string): ApiError {
  return badRequest(`can't parse entities: ${message}`);
}

const namedReferences: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function take(parsing: Parsing, pattern: RegExp): string {
  pattern.lastIndex = parsing.position;
  const found = pattern.exec(parsing.text)?.[0] ?? '';
  parsing.position += found.length;
  return found;
}

/** `&lt;`, `&#39;`, `&#x27;`; anything else that starts with & stays as it is. */
function decodeReference(parsing: Parsing): string {
  const pattern = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?/y;
  pattern.lastIndex = parsing.position;
  const found = pattern.exec(parsing.text);
  if (!found) {
    parsing.position += 1;
    return '&';
  }
  parsing.position += found[0].length;
  const name = found[3];
  if (name !== undefined) return namedReferences[name] ?? '';
  const code = found[1] === undefined ? parseInt(found[2] ?? '', 16) : Number(found[1]);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : found[0];
}

function quotedValue(parsing: Parsing, quote: string): string {
  parsing.position += 1;
  let value = '';
  while (parsing.position < parsing.text.length && parsing.text[parsing.position] !== quote) {
    if (parsing.text[parsing.position] === '&') value += decodeReference(parsing);
    else value += parsing.text[parsing.position++] ?? '';
  }
  parsing.position += 1;
  return value;
}

function attributeValue(parsing: Parsing): string {
  const quote = parsing.text[parsing.position];
  if (quote === '"' || quote === "'") return quotedValue(parsing, quote);
  const begin = parsing.position;
  const value = take(parsing, /[A-Za-z0-9.-]*/y).toLowerCase();
  const next = parsing.text[parsing.position];
  if (next !== undefined && next !== '>' && !/\s/.test(next)) {
    throw failure(`Unexpected end of name token at byte offset ${byteOffset(parsing.text, begin)}`);
  }
  return value;
}

/** Attributes that matter, as `tag attribute`, with the prefix their value must have. */
const argumentPrefixes: Readonly<Record<string, string>> = {
  'a href': '',
  'code class': 'language-',
  'span class': 'tg-',
  'tg-emoji emoji-id': '',
};

function tagArgument(tag: string, attribute: string, value: string): string | undefined {
  if (tag === 'blockquote' && attribute === 'expandable') return '1';
  const prefix = argumentPrefixes[`${tag} ${attribute}`];
  if (prefix === undefined || !value.startsWith(prefix)) return undefined;
  return value.slice(prefix.length);
}

function attributes(parsing: Parsing, tag: string, at: number): string {
  let argument = '';
  for (;;) {
    take(parsing, /\s+/y);
    if (parsing.text[parsing.position] === '>') return argument;
    const name = take(parsing, /[^\s=>/"']*/y);
    if (name === '') {
      throw failure(`Empty attribute name in the tag "${tag}" at byte offset ${at}`);
    }
    take(parsing, /\s+/y);
    let value = '';
    if (parsing.text[parsing.position] === '=') {
      parsing.position += 1;
      take(parsing, /\s+/y);
      value = attributeValue(parsing);
    }
    if (parsing.position >= parsing.text.length) {
      throw failure(`Unclosed start tag "${tag}" at byte offset ${at}`);
    }
    argument = tagArgument(tag, name.toLowerCase(), value) ?? argument;
  }
}

function openTag(parsing: Parsing): void {
  const at = byteOffset(parsing.text, parsing.position);
  parsing.position += 1;
  const name = take(parsing, /[^\s>]*/y).toLowerCase();
  if (parsing.position >= parsing.text.length) {
    throw failure(`Unclosed start tag at byte offset ${at}`);
  }
  if (!Object.hasOwn(tagTypes, name)) {
    throw failure(`Unsupported start tag "${name}" at byte offset ${at}`);
  }
  const argument = attributes(parsing, name, at);
  if (name === 'span' && argument !== 'spoiler') {
    throw failure(`Tag "span" must have class "tg-spoiler" at byte offset ${at}`);
  }
  parsing.position += 1;
  parsing.open.push({ name, argument, offset: parsing.out.length });
}

/** `<pre><code class="language-x">` is one pre entity with a language. */
function mergeCodeIntoPre(parsing: Parsing, offset: number, length: number): string | undefined {
  const last = parsing.entities.at(-1);
  const same = last?.type === 'code' && last.offset === offset && last.length === length;
  if (!same) return undefined;
  parsing.entities.pop();
  return last.language ?? '';
}

type EntityFields = Omit<TelegramMessageEntity, 'offset' | 'length'>;

function languageField(language: string | undefined): { language?: string } {
  return language ? { language } : {};
}

/** Fields of the entity that a closed tag makes; undefined when it makes none. */
function entityFields(parsing: Parsing, tag: OpenTag, length: number): EntityFields | undefined {
  const { argument, offset } = tag;
  const type = tagTypes[tag.name] ?? 'bold';
  switch (type) {
    case 'text_link':
      return linkEntity(argument === '' ? parsing.out.slice(offset) : argument);
    case 'custom_emoji':
      return { type, custom_emoji_id: argument };
    case 'pre':
      return { type, ...languageField(mergeCodeIntoPre(parsing, offset, length)) };
    case 'code':
      // A language counts only inside <pre>.
      return { type, ...(parsing.open.at(-1)?.name === 'pre' ? languageField(argument) : {}) };
    case 'blockquote':
      return { type: argument === '' ? type : 'expandable_blockquote' };
    default:
      return { type };
  }
}

function addEntity(parsing: Parsing, tag: OpenTag): void {
  const length = parsing.out.length - tag.offset;
  if (length === 0) return;
  const fields = entityFields(parsing, tag, length);
  if (fields) parsing.entities.push({ ...fields, offset: tag.offset, length });
}

function closeTag(parsing: Parsing): void {
  const at = byteOffset(parsing.text, parsing.position);
  const tag = parsing.open.pop();
  if (!tag) throw failure(`Unexpected end tag at byte offset ${at}`);
  parsing.position += 2;
  const name = take(parsing, /[^\s>]*/y).toLowerCase();
  take(parsing, /\s+/y);
  if (parsing.text[parsing.position] !== '>') {
    throw failure(`Unclosed end tag at byte offset ${at}`);
  }
  if (name !== '' && name !== tag.name) {
    throw failure(
      `Unmatched end tag at byte offset ${at}, expected "</${tag.name}>", found "</${name}>"`,
    );
  }
  parsing.position += 1;
  addEntity(parsing, tag);
}

/** The dialect of `parse_mode: HTML`. Throws 400 "can't parse entities: …" as the real server. */
export function parseHtml(text: string): { text: string; entities: TelegramMessageEntity[] } {
  const parsing: Parsing = { text, position: 0, out: '', open: [], entities: [] };
  while (parsing.position < text.length) {
    const character = text[parsing.position];
    if (character === '&') parsing.out += decodeReference(parsing);
    else if (character !== '<') {
      parsing.out += character ?? '';
      parsing.position += 1;
    } else if (text[parsing.position + 1] === '/') closeTag(parsing);
    else openTag(parsing);
  }
  const unclosed = parsing.open.at(-1);
  if (unclosed) {
    throw failure(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  }
  return { text: parsing.out, entities: parsing.entities };
}
