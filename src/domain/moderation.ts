/**
 * The text rules every request passes before a provider is called. They refuse what Easel never makes:
 * anything sexual of minors, and sexual pictures or undressing of the people in a photo.
 */
import type { GenerationRequest } from './generation';

export type ModerationVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: 'sexual-minors' | 'sexual-photo' | 'undress' };

/** Words are matched by their beginnings, so that endings and cases do not matter. */
const sexual = [
  'nude',
  'naked',
  'nsfw',
  'porn',
  'sex',
  'erotic',
  'topless',
  'hentai',
  'голы',
  'голая',
  'обнаж',
  'порн',
  'секс',
  'эроти',
  'ню',
  'топлес',
];
const minors = [
  'child',
  'kid',
  'minor',
  'underage',
  'teen',
  'schoolgirl',
  'schoolboy',
  'toddler',
  'baby',
  'loli',
  'shota',
  'little girl',
  'little boy',
  'ребен',
  'ребён',
  'дет',
  'несовершеннолет',
  'подрост',
  'школьни',
  'малыш',
  'лоли',
  'девочк',
  'мальчик',
];
const undress = [
  'undress',
  'strip her',
  'strip him',
  'remove her clothes',
  'remove his clothes',
  'remove clothes',
  'without clothes',
  'no clothes',
  'nudify',
  'deepnude',
  'раздень',
  'раздет',
  'сними с не',
  'без одежды',
  'убери одежду',
];

/** Judges a request by its words. Pure: same words, same verdict. */
export function moderate(request: GenerationRequest): ModerationVerdict {
  const text = normalise(request.prompt);
  const isSexual = hasAny(text, sexual);
  if (isSexual && hasAny(text, minors)) return { allowed: false, rule: 'sexual-minors' };
  if (hasAny(text, undress)) return { allowed: false, rule: 'undress' };
  if (isSexual && request.mode === 'photo') return { allowed: false, rule: 'sexual-photo' };
  return { allowed: true };
}

/** Folds case, compatibility forms and the tricks that only break up words. */
function normalise(prompt: string): string {
  const folded = prompt
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return ` ${folded} `;
}

function hasAny(text: string, beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => text.includes(` ${beginning}`));
}
