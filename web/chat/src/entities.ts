import type { MessageEntity } from './types';

/** A piece of a formatted text: plain characters, or an entity around further pieces. */
export type TextNode =
  | { kind: 'text'; text: string }
  | { kind: 'entity'; entity: MessageEntity; text: string; children: TextNode[] };

interface Span {
  start: number;
  end: number;
}

function clip(entity: MessageEntity, { start, end }: Span): MessageEntity | undefined {
  const from = Math.max(entity.offset, start);
  const to = Math.min(entity.offset + entity.length, end);
  return to > from ? { ...entity, offset: from, length: to - from } : undefined;
}

function plain(text: string): TextNode[] {
  return text ? [{ kind: 'text', text }] : [];
}

function build(text: string, entities: readonly MessageEntity[], span: Span): TextNode[] {
  const nodes: TextNode[] = [];
  let position = span.start;
  let rest = [...entities];
  while (rest.length > 0) {
    const [entity, ...others] = rest;
    if (!entity) break;
    const end = entity.offset + entity.length;
    nodes.push(...plain(text.slice(position, entity.offset)));
    const inside = others.flatMap((other) => clip(other, { start: entity.offset, end }) ?? []);
    nodes.push({
      kind: 'entity',
      entity,
      text: text.slice(entity.offset, end),
      children: build(text, inside, { start: entity.offset, end }),
    });
    position = end;
    // An entity which crosses this one's end goes on after it.
    rest = order(others.flatMap((other) => clip(other, { start: end, end: span.end }) ?? []));
  }
  nodes.push(...plain(text.slice(position, span.end)));
  return nodes;
}

function order(entities: readonly MessageEntity[]): MessageEntity[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

/**
 * Turns a text and its entities into a tree which keeps every character exactly once, whatever the
 * entities are: nested, crossing, out of order or outside the text.
 */
export function textTree(text: string, entities: readonly MessageEntity[] = []): TextNode[] {
  const whole = { start: 0, end: text.length };
  return build(text, order(entities.flatMap((entity) => clip(entity, whole) ?? [])), whole);
}

const openable = new Set(['http:', 'https:', 'tg:', 'mailto:', 'tel:']);

/** The address a link may open, or undefined when its scheme could run code or read files. */
export function safeUrl(address: string): string | undefined {
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  try {
    const url = new URL(absolute);
    return openable.has(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** The payload of a deep link to this bot (empty when it has none), or undefined for other links. */
export function startPayload(address: string, botUsername: string): string | undefined {
  const href = safeUrl(address);
  if (!href) return undefined;
  const url = new URL(href);
  const name =
    url.protocol === 'tg:' && /^\/*resolve/.test(url.host + url.pathname)
      ? url.searchParams.get('domain')
      : ['t.me', 'telegram.me'].includes(url.host)
        ? url.pathname.slice(1)
        : null;
  if (name?.toLowerCase() !== botUsername.toLowerCase()) return undefined;
  return url.searchParams.get('start') ?? '';
}
