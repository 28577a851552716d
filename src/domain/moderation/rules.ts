/**
 * The text rules every request passes before a provider is called. They refuse what Easel never makes:
 * anything sexual of minors, sexual pictures or undressing of real people, and what no provider makes.
 */
import type { GenerationRequest } from '../generation';
import { phrases } from './family';
import { selfHarm, violence } from './harm-terms';
import { abuse, minors } from './minors-terms';
import { plain, readings } from './normalise';
import { speaksOfPerson } from './people';
import { explicit, sexual, suggestive } from './sexual-terms';
import { nonConsensual, undress } from './undress-terms';

/** In the order in which they are asked; the first that holds is the reason. */
export const textRules = [
  'sexual-minors',
  'non-consensual',
  'undress',
  'sexual-photo',
  'sexual-person',
  'explicit',
  'self-harm',
  'violence',
] as const;
export type TextRule = (typeof textRules)[number];

export type TextVerdict =
  { readonly allowed: true } | { readonly allowed: false; readonly rule: TextRule };

/** Judges a request by its words. Pure: same words, same verdict. */
export function moderate(request: Pick<GenerationRequest, 'mode' | 'prompt'>): TextVerdict {
  const { prompt, mode } = request;
  const texts = readings(prompt);
  const says = (words: RegExp): boolean => texts.some((text) => words.test(text));
  // Upon a photo, and beside a word for a child, any of these words may be about a body.
  const hasPhoto = mode !== 'text';
  const hasMinors = says(minors);
  const about = hasPhoto || hasMinors ? texts : withoutIdioms(prompt, texts);
  const isExplicit = about.some((text) => explicit.test(text));
  const isSexual = isExplicit || about.some((text) => sexual.test(text));
  const isSuggestive = about.some((text) => suggestive.test(text));
  const holds: Readonly<Record<TextRule, () => boolean>> = {
    'sexual-minors': () =>
      says(abuse) || ((isSexual || isSuggestive || says(undress)) && hasMinors),
    'non-consensual': () => says(nonConsensual),
    undress: () => says(undress),
    'sexual-photo': () => hasPhoto && (isSexual || isSuggestive),
    'sexual-person': () => isSexual && speaksOfPerson(prompt, texts),
    explicit: () => isExplicit,
    'self-harm': () => says(selfHarm),
    violence: () => says(violence),
  };
  const rule = textRules.find((each) => holds[each]());
  return rule === undefined ? { allowed: true } : { allowed: false, rule };
}

const idioms = phrases(
  ['naked (mole rats?|eyes?|trees?|branch(es)?|rocks?|cliffs?|walls?|bulbs?|flames?|cakes?)'],
  ['nude (colou?r*|lipsticks?|pumps|heels|shades?|palette|tones?|nails?)', 'food ?porn'],
  ['sex (ratio|chromosomes?)', '(opposite|same) sex', 'bare naked ladies', 'bikini (bottom|atoll)'],
  ['гол(ыи|ого|ые|ых) (землекоп*|провод*|факт*|дерев*|скал*|камн*|ветк*|ветв*|стен*)'],
  ['гол(ая|ои|ую) (земл*|скал*|стен*|степь*|ветк*|правд*)', 'обнаженн[а-я]+ (скал*|дерев*|корн*)'],
);

/** Words about bodies that are about something else are no evidence. */
function withoutIdioms(prompt: string, texts: readonly string[]): readonly string[] {
  const typed = plain(prompt);
  const rest = typed.replace(idioms, ' ');
  return rest === typed ? texts : readings(rest);
}
