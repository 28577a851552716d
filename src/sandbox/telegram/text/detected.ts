import type { TelegramMessageEntity, TelegramMessageEntityType } from '@gramio/types';

/** What the server finds by itself in any text, in the order of precedence. */
const detectors: readonly (readonly [TelegramMessageEntityType, RegExp])[] = [
  [
    'bot_command',
    /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/])/gu,
  ],
  ['url', /(?<![\p{L}\p{N}_@.-])https?:\/\/[^\s<>"]*[^\s<>".,;:!?()'\]]/giu],
  [
    'email',
    /(?<![\p{L}\p{N}_.+-])[A-Za-z0-9_.+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![\p{L}\p{N}_])/gu,
  ],
  ['mention', /(?<![\p{L}\p{N}_])@[A-Za-z][A-Za-z0-9_]{2,31}(?![\p{L}\p{N}_])/gu],
  ['hashtag', /(?<![\p{L}\p{N}_])#(?=[\p{N}_]*\p{L})[\p{L}\p{N}_]{1,256}/gu],
  ['cashtag', /(?<![\p{L}\p{N}_$])\$[A-Z]{3,8}(?![\p{L}\p{N}_$])/gu],
  [
    'url',
    /(?<![\p{L}\p{N}_@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|ru|dev|app|ai)(?:\/[^\s<>"]*[^\s<>".,;:!?()'\]])?(?![\p{L}\p{N}_@-])/giu,
  ],
];

/** Nothing is found inside these. */
const opaque = new Set(['code', 'pre', 'text_link', 'text_mention', 'custom_emoji']);

function overlaps(a: TelegramMessageEntity, b: TelegramMessageEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

export function detectEntities(
  text: string,
  given: readonly TelegramMessageEntity[],
): TelegramMessageEntity[] {
  const found: TelegramMessageEntity[] = [];
  const taken = given.filter(({ type }) => opaque.has(type));
  for (const [type, pattern] of detectors) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if ([...taken, ...found].some((other) => overlaps(entity, other))) continue;
      found.push(entity);
    }
  }
  return found;
}
