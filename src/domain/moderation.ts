/**
 * The text rules every request passes before a provider is called. They refuse what Easel never makes:
 * anything sexual of minors, and sexual pictures or undressing of the people in a photo.
 */
import type { GenerationRequest } from './generation';

export type ModerationVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: 'sexual-minors' | 'sexual-photo' | 'undress' };

// Whole words, as they are after folding (no accents, е for ё); a star stands for any ending. Short
// stems have no star: "sex*" would refuse a sextant and "дет*" a detail.
const sexual = wordsOf(
  ['nude*', 'nudi*', 'naked*', 'nsfw*', 'porn*', 'erotic*', 'topless*', 'hentai*'],
  ['sex', 'sexy', 'sexier', 'sexiest', 'sexual*', 'sexting'],
  ['голый', 'голые', 'голых', 'голым', 'голыми', 'голышом', 'в голом виде'],
  ['голая', 'голой', 'голую', 'голое', 'голого', 'голому'],
  ['обнаж*', 'порн*', 'эроти*', 'топлес*', 'ню'],
  ['секс', 'секса', 'сексу', 'сексом', 'сексе', 'секси', 'сексапил*', 'сексуал*'],
);
const minors = wordsOf(
  ['child*', 'kid', 'kids', 'kiddo*', 'kiddie*', 'minor', 'minors', 'underage*'],
  ['teen', 'teens', 'teenage*', 'preteen*', 'schoolgirl*', 'schoolboy*', 'toddler*'],
  ['baby', 'babies', 'infant', 'infants', 'loli', 'lolis', 'lolita*', 'lolicon*', 'shota*'],
  ['little girl*', 'little boy*', 'young girl*', 'young boy*'],
  ['ребен*', 'дети', 'детей', 'детям', 'детях', 'детьми', 'деток', 'детк*', 'детск*', 'детишк*'],
  ['несовершеннолет*', 'подросток', 'подростк*', 'школьни*', 'малыш*', 'младен*'],
  ['лоли', 'лолита', 'лолиты', 'лоликон*', 'девочк*', 'девочек', 'мальчик*', 'мальчиш*'],
  // An age below eighteen.
  [
    '([1-9]|1[0-7]) (years?|yrs?) old',
    '([1-9]|1[0-7]) ?yo',
    '([1-9]|1[0-7]) (лет|года?)(?! назад)',
  ],
);
const undress = wordsOf(
  ['undress*', 'nudify*', 'deepnude*', 'strip (her|him|them)( naked)?'],
  ['(remove|take off) ((her|his|their|the|all|all the) )?cloth(es|ing)'],
  ['(without|no) cloth(es|ing)', 'without (her|his|their) cloth(es|ing)'],
  ['раздень*', 'раздев*', 'раздет*', 'без одежды'],
  ['(сними|убери)( с (нее|него|них))?( всю)? одежд*'],
);

/** Judges a request by its words. Pure: same words, same verdict. */
export function moderate(request: GenerationRequest): ModerationVerdict {
  const text = normalise(request.prompt);
  const isSexual = sexual.test(text);
  if (isSexual && minors.test(text)) return { allowed: false, rule: 'sexual-minors' };
  if (undress.test(text)) return { allowed: false, rule: 'undress' };
  if (isSexual && request.mode === 'photo') return { allowed: false, rule: 'sexual-photo' };
  return { allowed: true };
}

function wordsOf(...lists: readonly (readonly string[])[]): RegExp {
  const endings = lists.flat().map((word) => plain(word).replace(/\*$/, '[\\p{L}\\p{N}]*'));
  return new RegExp(` (?:${endings.join('|')}) `, 'u');
}

/** Folds case, accents, compatibility forms and the tricks that only break up or disguise words. */
function normalise(prompt: string): string {
  const folded = plain(prompt).replace(/[^\p{L}\p{N}]+/gu, ' ');
  const words = joinSpelledOut(` ${folded} `).split(' ').flatMap(readings);
  return ` ${words.join(' ')} `;
}

/** Lower case without accents and invisible characters; "й" loses its breve too, in text and words. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{Cf}\p{M}]/gu, '');
}

/** "n u d e" is one word again. An article or a preposition may stand before it. */
function joinSpelledOut(text: string): string {
  return text.replace(/(?<= )(?:\p{L} ){3,}/gu, (letters) => {
    const word = letters.replaceAll(' ', '');
    return `${word} ${word.slice(1)} `;
  });
}

const latin = 'aceopxykhbmt';
const cyrillic = 'асеорхукнвмт';

/** A word of two alphabets is read as both, because their letters look alike. */
function readings(word: string): readonly string[] {
  if (!/\p{Script=Latin}/u.test(word) || !/\p{Script=Cyrillic}/u.test(word)) return [word];
  return [translate(word, latin, cyrillic), translate(word, cyrillic, latin)];
}

function translate(word: string, from: string, to: string): string {
  return Array.from(word, (letter) => to[from.indexOf(letter)] ?? letter).join('');
}
