/**
 * The words of the text rules, as short terms. Whole words as they are after normalising (no accents,
 * "е" for "ё"); a star stands for any ending. Short stems have no star: "sex*" would refuse a sextant
 * and "дет*" a detail.
 */
import { plain } from './normalise';

/** One family of terms as a test of a reading, in which every word stands between spaces. */
export function family(...lists: readonly (readonly string[])[]): RegExp {
  return new RegExp(` (?:${anyOf(lists)})(?= )`, 'u');
}

/** The same terms in a text as it was typed, all of them. */
export function phrases(...lists: readonly (readonly string[])[]): RegExp {
  const terms = anyOf(lists).replaceAll(' ', '[\\s-]+');
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${terms})(?![\\p{L}\\p{N}])`, 'gu');
}

function anyOf(lists: readonly (readonly string[])[]): string {
  const terms = lists.flat().map((term) =>
    plain(term)
      .replaceAll('*', '[\\p{L}\\p{N}]*')
      // Typed in Latin letters a soft sign is left out.
      .replaceAll('ь', 'ь?'),
  );
  return terms.join('|');
}

/** Sexual acts and what is made of them; no provider makes it for anybody. */
export const explicit = family(
  ['porn*', 'pron', 'hentai*', 'blowjob*', 'cumshot*', 'masturbat*', 'orgy', 'orgies', 'xxx'],
  [
    'deepthroat*',
    'creampie*',
    'ejaculat*',
    'incest*',
    'bestiality',
    'zoophil*',
    'sex (scene|act)s?',
  ],
  ['(has|have|having) sex', 'sexual intercourse', 'onlyfans leak*', 'sex ?tapes?'],
  ['порн*', 'хентай*', 'минет*', 'куннилингус*', 'мастурб*', 'оргия', 'оргии', 'оргию'],
  ['инцест*', 'зоофил*', 'полов(ой|ого|ом) акт*', 'заним[а-я]+ сексом', 'секс (видео|сцена)'],
  ['трах(ать|ает|ают|аться|ается|аются|нуть)'],
);

/** Nudity and sex in any measure. */
export const sexual = family(
  ['nude*', 'nudi*', 'naked*', 'nekkid', 'nsfw*', 'erotic*', 'topless*', 'bottomless', 'unclothed'],
  ['sex', 'sexy', 'sexier', 'sexiest', 'sexual*', 'sexting', 'seductive*', 'lewd*', 'horny'],
  ['genital*', 'penis*', 'vagina*', 'boobs', 'boobies', 'titties', 'nipple*', 'bdsm', 'orgasm*'],
  ['голый', 'голые', 'голых', 'голым', 'голыми', 'голышом', 'голом', 'голенък*', 'голеньк*'],
  [
    'голая',
    'голой',
    'голую',
    'голое',
    'голого',
    'голому',
    'нагая',
    'нагой',
    'нагую',
    'нагие',
    'нагишом',
  ],
  ['обнаж*', 'эроти*', 'еротик*', 'еротич*', 'топлес*', 'ню', 'нудист*', 'нюдс*', 'интим*'],
  ['секс', 'секса', 'сексу', 'сексом', 'сексе', 'секси', 'сексапил*', 'сексуал*', 'возбужден*'],
  [
    'пенис*',
    'вагин*',
    'гениталии*',
    'сиськ*',
    'соблазнительн*',
    'развратн*',
    'пошл(ая|ую|ой|ый|ые)',
  ],
);

/** Dress that only shows the body: harmless in general, not with children nor upon a photo. */
export const suggestive = family(
  ['lingerie', 'underwear', 'panties', 'thong', 'g string', 'bikini', 'bra'],
  ['see through', '(transparent|sheer|x ray) (cloth*|dress|shirt|top)', 'cleavage', 'bare breast*'],
  ['нижн[а-я]+ бель[а-я]+', 'бикини', 'стринги', 'трусик*', 'лифчик*', 'декольте', 'голи* груд*'],
  ['прозрачн[а-я]+ (одежд*|плать*|рубашк*|бель*)', 'с голой грудью', 'чулках и белье'],
);

const numbers = 'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen';
const teens = 'fifteen|sixteen|seventeen';
const ages = `([1-9]|1[0-7]|${numbers}|${teens})`;
const yearsRu =
  'двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти|(один|две|три|четыр)надцати';
const teensRu = '(пят|шест|сем)надцати';

export const minors = family(
  ['child*', 'kid', 'kids', 'kiddo*', 'kiddie*', 'minor', 'minors', 'underage*', 'under ?aged?'],
  [
    'teen',
    'teens',
    'teenage*',
    'preteen*',
    'schoolgirl*',
    'schoolboy*',
    'toddler*',
    'tween',
    'tweens',
  ],
  [
    'school (girl|boy)s?',
    'baby',
    'babies',
    'infant',
    'infants',
    'newborn*',
    'loli',
    'lolis',
    'lolita*',
  ],
  ['lolicon*', 'shota*', 'jailbait', 'barely legal', 'cp', '(little|small|young|tiny) (girl|boy)*'],
  ['under (18|eighteen|sixteen|16)', 'underaged', 'kindergart*', '(elementary|middle) school*'],
  ['ребен*', 'ребят(а|ки|ишки)', 'дети', 'детей', 'детям', 'детях', 'детьми', 'деток', 'детк*'],
  [
    'детск*',
    'децк*',
    'детишк*',
    'дитя',
    'несовершеннолет*',
    'подросток',
    'подростк*',
    'школьни*',
    'школот*',
  ],
  ['малыш*', 'младен*', 'малолет*', 'лоли', 'лолита', 'лолиты', 'лолиту', 'лоликон*', 'пионерк*'],
  ['девочк*', 'девочек', 'мальчик*', 'мальчиш*', 'первоклас*', '(5|6|7|8|9)классни*', 'дошкольни*'],
  // An age below eighteen.
  [`${ages} (years?|yrs?) old`, `${ages} ?yo`, `aged? ${ages}`, `${ages} (лет|года?)(?! назад)`],
  [`${ages} ?летн*`, `(${yearsRu}|${teensRu})летн*`, 'до (18|восемнадцати)', 'нет 18'],
);

/** Terms that name the abuse of children by themselves. */
export const abuse = family(
  ['lolicon*', 'shotacon*', 'childporn*', 'kiddie ?porn*', 'pa?edophil*', 'pedo', 'jailbait'],
  ['child (abuse|erotica|sex*)', 'педофил*', 'цп порно', 'де(тс|ц)к[а-я]+ (порн*|эротик*|еротик*)'],
);

export const undress = family(
  ['undress*', 'nudify*', 'deepnude*', 'unclothe*', 'strip (her|him|them|me)( naked)?', 'disrobe*'],
  [
    '(remove|take off|erase|delete) ((her|his|their|my|the|all|all the|all her) )?(cloth(es|ing)|dress|shirt|top|bra)',
  ],
  [
    'take ((her|his|their) )?(cloth(es|ing)|dress|shirt|top|bra) off',
    'without (a )?(bra|shirt on)',
  ],
  [
    '(without|no) cloth(es|ing)',
    'without (her|his|their|any) cloth(es|ing)',
    'clothes off',
    'x ray vision',
  ],
  [
    'раздень*',
    'раздева(ть|ться|ет|ют|ется|ются|и|ися|ем|я|ющ*)',
    'раздет*',
    'без одежды',
    'без (лифчика|трусов|трусиков|белья)',
  ],
  [
    '(сними|убери|удали|стяни)( с (нее|него|них|девушки))?( всю| ее| его)? (одежд*|плать*|лифчик*|трус*)',
  ],
  ['одежд[а-я]* (убери|сними|удали)', 'оголи*', 'оголить'],
);

export const nonConsensual = family(
  ['rape', 'rapes', 'raped', 'raping', 'rapist*', 'gang ?rape*', 'non ?consensual*', 'noncon'],
  ['revenge porn*', 'upskirt*', 'up skirt*', 'molest*', 'sexual (assault|abuse)*', 'voyeur*'],
  ['изнасил*', 'насилу(ет|ют|ющ*)', 'насильник*', 'домогательств*', 'растлен*', 'вуайери*'],
  ['под юбк(у|ой)'],
);

export const selfHarm = family(
  ['(commit|commits|committing) suicide', 'suicide (method|note|guide|instruction)s?', 'pro ana'],
  [
    '(kill|hang|killing|hanging|cut|cutting) (my|your|him|her|them)sel(f|ves)',
    'self ?harm*',
    'thinspo*',
  ],
  ['(slit|slits|slitting|cut|cutting) (my |his |her |your |their |the )?wrists?', 'ways to die'],
  [
    'самоубийств*',
    'суицид(а|у|ом|ник*|альн*)?',
    'повеси(ться|ця)',
    'убить себя',
    'самоповрежд*',
    'селфхарм*',
  ],
  ['(вскры|поре|реж)[а-я]* (себе |свои )?вены'],
);

const weapon = '(pipe |nail |home ?made |car )?(bomb|explosives?|ied|nerve gas|molotov)';
export const violence = family(
  [`(how to|instructions? to|guide to) (make|build|assemble) (a |an |[0-9] )?${weapon}`],
  [
    '(pipe|nail|car|fertili[sz]er) bomb (recipe|instructions?|guide|blueprint)',
    'snuff (film|video)*',
  ],
  [
    'behead(ed|ing|s)?( video)?',
    'decapitat*',
    'dismember*',
    'disembowel*',
    'mass shooting (plan|guide)',
  ],
  [
    'как (сделать|собрать|изготовить) (бомбу|взрывчатк*|сву|коктейль молотова)',
    'рецепт (бомбы|взрывчатки)',
  ],
  [
    'инструкция (бомбы|взрывчатки)',
    'расчлен*',
    'ращлен*',
    'обезглав*',
    'отрубленн[а-я]+ голов*',
    'снафф*',
  ],
);
