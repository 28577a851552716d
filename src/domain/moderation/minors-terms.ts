/** Words for children, and those that name their abuse. */
import { family } from './family';

const numbers = 'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen';
const teens = 'fifteen|sixteen|seventeen';
const ages = `([1-9]|1[0-7]|${numbers}|${teens})`;
const grades =
  '(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|[1-9](st|nd|rd|th)?|1[01](th)?)';
const yearsRu =
  'двух|трех|четырех|пяти|шести|семи|восьми|девяти|десяти|(один|две|три|четыр)надцати';
const teensRu = '(пят|шест|сем)надцати';
const gradesRu =
  '(перво|второ|третье|четверо|пяти|шести|семи|восьми|девяти|десяти|одиннадцати|[1-9]|1[01])';

export const minors = family(
  ['child*', 'kid', 'kids', 'kiddo*', 'kiddie*', 'minor', 'minors', 'underage*', 'under ?aged?'],
  [
    'teen',
    'teens',
    'teenage*',
    'teenie*',
    'preteen*',
    'tween',
    'tweens',
    'adolescen*',
    'juvenile*',
  ],
  ['school ?(girl|boy|kid|child)*', 'toddler*', 'pupil', 'pupils', '(pre)?pubescent*', 'nymphet*'],
  ['baby', 'babies', 'infant', 'infants', 'newborn*', 'loli', 'lolis', 'lolita*', 'daycare'],
  ['lolicon*', 'shota*', 'jailbait', 'barely legal', 'cp', '(little|small|young|tiny) (girl|boy)*'],
  ['under (18|eighteen|sixteen|16)', 'kindergart*', 'preschool*', '(girl|boy|cub) scout*'],
  [
    '(elementary|middle|primary|high) ?school*',
    `${grades} grad(e|er|ers)`,
    'little (sister|brother)',
  ],
  ['ребен*', 'ребят(а|ки|ишки)', 'дети', 'детей', 'детям', 'детях', 'детьми', 'деток', 'детк*'],
  ['детск*', 'децк*', 'детишк*', 'дитя', 'дите', 'детдом*', 'детсад*', 'чайлд*', 'кидс', 'тин'],
  ['несовершеннолет*', 'подросток', 'подростк*', 'тинейджер*', 'тинс', 'тинэйджер*', 'отрок*'],
  ['школьни*', 'школот*', 'школяр*', 'ученик*', 'учениц*', 'воспитанни*', 'внучк*', 'дочур*'],
  ['малыш*', 'младен*', 'малолет*', 'лоли', 'лолита', 'лолиты', 'лолиту', 'лоликон*', 'пионерк*'],
  ['девочк*', 'девочек', 'девчушк*', 'мальчик*', 'мальчиш*', 'дошкольни*', 'дошколят*', 'карапуз*'],
  ['первоклаш*', `${gradesRu}клас+ни*`, `${gradesRu} клас+*`, 'грудничк*', 'пацанен*'],
  // An age below eighteen.
  [`${ages} (years?|yrs?) old`, `${ages} ?yo`, `${ages} y o`, `aged? ${ages}`],
  [`${ages} (лет|года?)(?! назад)`],
  [`${ages} ?летн*`, `(${yearsRu}|${teensRu})летн*`, 'до (18|восемнадцати)', 'нет 18'],
);

/** Terms that name the abuse of children by themselves. */
export const abuse = family(
  ['lolicon*', 'shotacon*', 'childporn*', 'kiddie ?porn*', 'pa?edophil*', 'pedo', 'jailbait'],
  ['child (abuse|erotica|sex*)', 'педофил*', 'цп порно', 'де(тс|ц)к[а-я]+ (порн*|эротик*|еротик*)'],
  ['малолет[а-я]+ проститут*', 'child prostitut*'],
);
