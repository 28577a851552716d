/** Reads Telegram's HTML as strictly as Telegram does; throws on what it would refuse. */
const pieces = /<(\/?)([a-z]+)>|&(amp|lt|gt|quot);|([<>&])|([^<>&]+)/g;
const tags = new Set(['b', 'code', 'blockquote']);
const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The text a person sees. */
export function plainTextOf(html: string): string {
  const open: string[] = [];
  let text = '';
  for (const [, slash, tag, entity, stray, words] of html.matchAll(pieces)) {
    if (stray !== undefined) throw new Error(`A bare ${stray} in: ${html}`);
    if (tag !== undefined) {
      if (!tags.has(tag)) throw new Error(`Unknown tag ${tag} in: ${html}`);
      if (slash !== '/') open.push(tag);
      else if (open.pop() !== tag) throw new Error(`Unbalanced ${tag} in: ${html}`);
    }
    text += entity === undefined ? (words ?? '') : (characters[entity] ?? '');
  }
  if (open.length > 0) throw new Error(`${open.join(', ')} left open in: ${html}`);
  return text;
}
