/**
 * What a prompt says once its disguises are off. No single reading undoes every trick, so a prompt has
 * several; a rule holds when its words are found in any of them.
 */

/** Lower case without accents and invisible characters; "й" loses its breve too, in text and terms. */
export function plain(text: string): string {
  return Array.from(text.normalize('NFKD'), badgeLetter)
    .join('')
    .toLowerCase()
    .replace(/[\p{Cf}\p{M}\u115f\u1160\u2800]/gu, '');
}

/** Letters in squares, circles and flags are no letters to Unicode. */
function badgeLetter(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const start = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6].find((at) => code >= at && code < at + 26);
  return start === undefined ? sign : String.fromCharCode(97 + code - start);
}

/** The text as rules and the evidence see it when nothing is undone: one space between words. */
export function normalise(prompt: string): string {
  return words(plain(prompt)).join(' ');
}

/** Every reading of a prompt, each with a space before and after every word. Pure. */
export function readings(prompt: string): readonly string[] {
  const text = familiar(plain(prompt));
  const bases = spelledOut(spaced(text));
  const bare = [...bases, spaced(glued(text)), spaced(joinSigns(text))].flatMap(bothAlphabets);
  const leet = [...leetReadings(text), ...leetReadings(joinSigns(text))].flatMap(bothAlphabets);
  const unmasked = unmask(text).map(spaced);
  const known = [...bare, ...leet, ...unmasked];
  const calm = known.flatMap((reading) => [reading, shorten(reading, 1), shorten(reading, 2)]);
  const all = [...calm, ...calm.flatMap(fromTranslit), joinPairs(text), apart(text)];
  return [...new Set(all)];
}

function words(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

function spaced(text: string): string {
  return ` ${words(text).join(' ')} `;
}

const strange = 'αβεικνορτυχγηıłøđɑɡɩʟɴʀʏᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢѕіјԁԛԝһєґ';
const usual = 'abeikvoptuxynilodagilnryacdejkmoptuvwzsijdqwhег';

/** Greek, small capitals and rare Cyrillic letters as the ones they look like. */
function familiar(text: string): string {
  return translate(text, strange, usual);
}

/** "n u d e" is one word again. A word of one letter may stand before or after it. */
function spelledOut(text: string): string[] {
  const joined = (before: number, after: number): string =>
    text.replace(/(?<= )(?:\p{L} ){3,}/gu, (letters) => {
      const word = letters.replaceAll(' ', '');
      return `${word.slice(before, word.length - after)} `;
    });
  return [text, joined(0, 0), joined(1, 0), joined(0, 1), joined(1, 1)];
}

const runMax = 24;
const partMin = 3;

/** Words spelled out one after the other, "n u d e k i d", cut at every place where one may end. */
function apart(text: string): string {
  const runs = [...spaced(text).matchAll(/(?<= )(?:\p{L} ){6,}/gu)].map(([letters]) =>
    letters.replaceAll(' ', '').slice(0, runMax),
  );
  return ` ${runs.flatMap(cuts).join(' | ')} `;
}

function cuts(run: string): string[] {
  const isLong = (from: number, to: number): boolean => to - from >= partMin;
  const places = Array.from({ length: run.length }, (_none, at) => at).filter(
    (at) => isLong(0, at) && isLong(at, run.length),
  );
  return places.flatMap((first) => [
    `${run.slice(0, first)} ${run.slice(first)}`,
    ...places
      .filter((second) => isLong(first, second))
      .map((second) => `${run.slice(0, first)} ${run.slice(first, second)} ${run.slice(second)}`),
  ]);
}

/** The same for signs that only stand for letters. */
function joinSigns(text: string): string {
  return text.replace(/(?<!\S)(?:[\p{L}\p{N}@$!|€][ .\-_]){3,}[\p{L}\p{N}@$!|€](?!\S)/gu, (signs) =>
    signs.replace(/[ .\-_]/g, ''),
  );
}

/** Whatever stands between letters inside a word is gone. */
function glued(text: string): string {
  return text.replace(/(?<=[\p{L}\p{N}])[^\p{L}\p{N}\s]+(?=[\p{L}\p{N}])/gu, '');
}

/** A short piece with its neighbour: "na ked". Whole words of the rules only, so sentences pass. */
function joinPairs(text: string): string {
  const list = words(text);
  const pairs = list.flatMap((word, index) => {
    const next = list[index + 1];
    if (next === undefined || Math.min(word.length, next.length) > 3) return [];
    return word.length + next.length < 5 || isNumber(word) || isNumber(next) ? [] : [word + next];
  });
  return ` ${pairs.join(' | ')} `;
}

const isNumber = (word: string): boolean => /^\p{N}+$/u.test(word);

/** Letters drawn out: "nuuude". Double letters are spelling. */
function shorten(text: string, to: 1 | 2): string {
  return text.replace(/(\p{L})\1{2,}/gu, (_run, letter: string) => letter.repeat(to));
}

const latinSigns = '01345789@$!|+€';
const latinLetters = ['oieastbgasiite', 'oleastbgasllte'];
const cyrillicSigns = '013468@€';
const cyrillicLetters = ['оизчбвае', 'олзчбвае', 'оизабвае', 'олеабвае', 'оиечбвае', 'олзабвае'];

/** Digits and signs for letters, in words that have letters too: "1" may be i or l, "3" з or е. */
function leetReadings(text: string): string[] {
  const read = (latinOnes: string, cyrillicOnes: string): string =>
    text.replace(/\S+/gu, (token) => {
      const word = token.replace(/^[("'«]+|[!?.,:;)"'»]+$/gu, '');
      if (!/\p{L}/u.test(word) || !/[\d@$!|+€]/u.test(word)) return word;
      return /\p{Script=Cyrillic}/u.test(word)
        ? translate(word, cyrillicSigns, cyrillicOnes)
        : translate(word, latinSigns, latinOnes);
    });
  const all = cyrillicLetters.map((each, at) => read(latinLetters[at % 2] ?? '', each));
  return [...new Set(all)].map((each) => spaced(glued(each)));
}

/** A letter hidden behind a star is tried as every vowel. */
function unmask(text: string): string[] {
  const mask = /(?<=\p{L})[*#_](?=\p{L})/gu;
  if (!mask.test(text)) return [];
  return Array.from('aeiouyаеиоуыяэю', (vowel) => text.replace(mask, vowel));
}

const latin = 'aceopxykhbmt';
const cyrillic = 'асеорхукнвмт';

/** A word of two alphabets is read as both, because their letters look alike. */
function bothAlphabets(text: string): string[] {
  const isMixed = (word: string): boolean =>
    /\p{Script=Latin}/u.test(word) && /\p{Script=Cyrillic}/u.test(word);
  if (!text.split(' ').some(isMixed)) return [text];
  const read = (from: string, to: string): string =>
    text.replace(/[^ ]+/gu, (word) => {
      const isDisguised = isMixed(word) || Array.from(word).every((each) => from.includes(each));
      return isDisguised ? translate(word, from, to) : word;
    });
  const russian = read(latin, cyrillic);
  // What has no likeness is meant as it sounds: "raзdень".
  const heard = russian.replace(/[^ ]+/gu, (word) =>
    isMixed(word) ? translate(word, single, singleRu) : word,
  );
  return [text, russian, heard, read(cyrillic, latin)];
}

function translate(word: string, from: string, to: string): string {
  const [source, target] = [Array.from(from), Array.from(to)];
  return Array.from(word, (letter) => target[source.indexOf(letter)] ?? letter).join('');
}

const syllables: Readonly<Record<string, string>> = {
  shch: 'щ',
  sch: 'щ',
  zh: 'ж',
  kh: 'х',
  ts: 'ц',
  ch: 'ч',
  sh: 'ш',
  yu: 'ю',
  ju: 'ю',
  iu: 'ю',
  ya: 'я',
  ja: 'я',
  ia: 'я',
  yo: 'е',
  jo: 'е',
  ye: 'е',
  ks: 'кс',
  4: 'ч',
  6: 'ш',
};
const single = 'abvgdezijklmnoprstufhcyxw';
const singleRu = 'абвгдезииклмнопрстуфхцыхш';
const singleRuWithZh = 'абвгдезижклмнопрстуфхцыхш';
const syllable = new RegExp(Object.keys(syllables).join('|'), 'g');

/**
 * Russian in Latin letters, as people type it; "j" may be й or ж. Other languages become nonsense, which
 * no rule knows.
 */
function fromTranslit(text: string): string[] {
  const read = (usual: string): string =>
    text.replace(/[^ ]+/gu, (word) => {
      if (!/^[a-z46]+$/.test(word) || !/[a-z]/.test(word)) return word;
      const known = word.replace(syllable, (part) => syllables[part] ?? part);
      const letters = translate(known, single, usual);
      // The second of two is "й", which has lost its breve.
      const russian = letters.replace(/(?<=[аеиоуыэюя])ы/g, 'и');
      // A university in New York.
      return russian === 'ню' ? word : russian;
    });
  return text.includes('j') ? [read(singleRu), read(singleRuWithZh)] : [read(singleRu)];
}
