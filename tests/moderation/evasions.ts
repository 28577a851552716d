/** Disguises people put words into. Undefined where one does not suit the language or the words. */
const isRussian = (text: string): boolean => /\p{Script=Cyrillic}/u.test(text);

function swap(text: string, table: Readonly<Record<string, string>>): string {
  return Array.from(text, (letter) => table[letter] ?? letter).join('');
}

/** Changes the longest word only, as people do who hide one word. */
function longest(text: string, change: (word: string) => string): string {
  const words = text.split(' ');
  const word = words.reduce((a, b) => (b.length > a.length ? b : a), '');
  return words.map((each) => (each === word ? change(each) : each)).join(' ');
}

const translitTable: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Array.from('абвгдезийклмнопрстуфхцыэ', (ru, at) => [ru, 'abvgdezijklmnoprstufhcye'[at] ?? '']),
  ),
  ё: 'yo',
  ж: 'zh',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ю: 'yu',
  я: 'ya',
  ь: '',
  ъ: '',
};

const between = (sign: string) => (text: string) =>
  longest(text, (word) => Array.from(word).join(sign));

export const evasions: Readonly<Record<string, (text: string) => string | undefined>> = {
  capitals: (text) => text.toUpperCase(),
  accents: (text) => text.replace(/[aeouаеоу]/g, '$&\u0301'),
  'wide letters': (text) =>
    isRussian(text)
      ? undefined
      : text.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'zero-width': (text) => longest(text, (word) => Array.from(word).join('\u200b')),
  'soft hyphens': (text) => longest(text, (word) => Array.from(word).join('\u00ad')),
  dots: between('.'),
  hyphens: between('-'),
  emoji: between('🔥'),
  'letters apart': between(' '),
  'homoglyphs en': (text) =>
    isRussian(text) ? undefined : swap(text, { a: 'а', e: 'е', o: 'о', c: 'с', p: 'р', x: 'х' }),
  'homoglyphs ru': (text) =>
    isRussian(text) ? swap(text, { а: 'a', е: 'e', о: 'o', с: 'c', р: 'p', х: 'x' }) : undefined,
  'leetspeak en': (text) =>
    isRussian(text) || /\d/.test(text) ? undefined : swap(text, { a: '4', e: '3', o: '0', i: '1' }),
  'signs en': (text) => (isRussian(text) ? undefined : swap(text, { a: '@', s: '$' })),
  'leetspeak ru': (text) =>
    isRussian(text) && !/\d/.test(text) ? swap(text, { о: '0', з: '3', ч: '4' }) : undefined,
  'Russian in Latin letters': (text) =>
    isRussian(text) && !/(^| )ню( |$)/.test(text)
      ? swap(text.toLowerCase(), translitTable)
      : undefined,
  'letters drawn out': (text) => longest(text, (word) => word.replace(/[aouаоу]/, '$&$&$&$&')),
  'ё as е': (text) => (text.includes('ё') ? text.replaceAll('ё', 'е') : undefined),
  flags: (text) =>
    isRussian(text)
      ? undefined
      : longest(text, (word) =>
          word.replace(/[a-z]/g, (letter) =>
            String.fromCodePoint(0x1f1e6 + letter.charCodeAt(0) - 97),
          ),
        ),
};
