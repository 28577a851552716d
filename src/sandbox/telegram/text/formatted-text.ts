import type { TelegramMessageEntity } from '@gramio/types';
import { badRequest } from '../api-error';
import { asObject, requiredString, type Params } from '../params';
import { detectEntities } from './detected';
import { parseHtml } from './html';
import { parseMarkdownV1 } from './markdown-v1';
import { parseMarkdownV2 } from './markdown-v2';

export interface FormattedText {
  readonly text: string;
  readonly entities: readonly TelegramMessageEntity[];
}

export interface RawText {
  readonly text: string;
  readonly parseMode: string;
  /** The parsed `entities` parameter, used when there is no parse mode. */
  readonly entities: unknown;
}

function givenEntity(value: unknown, text: string): TelegramMessageEntity | undefined {
  let entity: Record<string, unknown>;
  try {
    entity = asObject(value, 'expected an Object');
    requiredString(entity, 'type');
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('Bad Request: ', '') : '';
    throw badRequest(`Can't parse MessageEntity: ${reason}`);
  }
  const offset = Number(entity['offset']);
  const length = Number(entity['length']);
  if (!Number.isInteger(offset) || !Number.isInteger(length)) {
    throw badRequest(`Can't parse MessageEntity: Can't find field "offset"`);
  }
  const isInside = offset >= 0 && length > 0 && offset + length <= text.length;
  return isInside ? (entity as unknown as TelegramMessageEntity) : undefined;
}

function givenEntities(value: unknown, text: string): TelegramMessageEntity[] {
  if (!Array.isArray(value)) return [];
  return value.map((entity) => givenEntity(entity, text)).filter((entity) => entity !== undefined);
}

function parse({ text, parseMode, entities }: RawText): FormattedText {
  switch (parseMode.toLowerCase()) {
    case '':
    case 'none':
      return { text, entities: givenEntities(entities, text) };
    case 'html':
      return parseHtml(text);
    case 'markdownv2':
      return parseMarkdownV2(text);
    case 'markdown':
      return parseMarkdownV1(text);
    default:
      throw badRequest('Unsupported parse_mode');
  }
}

/** Outer white space goes, except before the first entity; entities are cut to what is left. */
function trim({ text, entities }: FormattedText): FormattedText {
  const end = text.trimEnd().length;
  const firstEntity = Math.min(end, ...entities.map(({ offset }) => offset));
  const begin = firstEntity - text.slice(0, firstEntity).trimStart().length;
  const kept = entities
    .map((entity) => ({
      ...entity,
      offset: entity.offset - begin,
      length: Math.min(entity.length, end - entity.offset),
    }))
    .filter(({ length }) => length > 0);
  return { text: text.slice(begin, end), entities: kept };
}

/** Text as it will be stored: parsed, trimmed, with the entities the server finds by itself. */
export function formatText(raw: RawText): FormattedText {
  if (Buffer.byteLength(raw.text) > 1 << 15) throw badRequest('Text is too long');
  const { text, entities } = trim(parse({ ...raw, text: raw.text.replace(/\r/g, '') }));
  const all = [...entities, ...detectEntities(text, entities)];
  all.sort((a, b) => a.offset - b.offset || b.length - a.length);
  return { text, entities: all };
}

/** The text of `text`/`caption` with `parse_mode` and `entities`/`caption_entities`. */
export function readText(params: Params, field: 'text' | 'caption'): FormattedText {
  const entitiesField = field === 'text' ? 'entities' : 'caption_entities';
  return formatText({
    text: params.text(field),
    parseMode: params.text('parse_mode'),
    entities: params.json(entitiesField, `Can't parse ${entitiesField} JSON object`),
  });
}

export const textLengthMax = 4096;
const captionLengthMax = 1024;

/** Telegram counts UTF-16 units after the entities are parsed. */
export function checkCaption(caption: FormattedText): FormattedText {
  if (caption.text.length > captionLengthMax) throw badRequest('message caption is too long');
  return caption;
}
