/** Whether words speak of a real person: by a relation, a fame, an account or a name. */
import { family } from './terms';

const relation = '(neighbou?r|classmate|coworker|colleague|boss|teacher|girlfriend|boyfriend|wife';
const relationRu =
  '(сосед*|одноклассни*|однокурсни*|коллег*|начальни*|учительниц*|бывш*|подруг*|жен(а|у|ы|ой)';
const firstNames = [
  ['emma', 'anna', 'maria', 'mary', 'olivia', 'sophia', 'sofia', 'jennifer', 'jessica', 'sarah'],
  [
    'kate',
    'katie',
    'emily',
    'laura',
    'linda',
    'lisa',
    'julia',
    'olga',
    'elena',
    'natasha',
    'natalia',
  ],
  ['ivan', 'john', 'james', 'michael', 'david', 'robert', 'william', 'tom', 'peter', 'alex', 'max'],
  ['kim', 'taylor', 'scarlett', 'selena', 'ariana', 'rihanna', 'beyonce', 'angelina', 'margot'],
  [
    'tatiana',
    'svetlana',
    'irina',
    'ekaterina',
    'anastasia',
    'ksenia',
    'polina',
    'darya',
    'dasha',
    'masha',
  ],
  ['анна', 'анну', 'анны', 'аня', 'аню', 'мария', 'марию', 'маша', 'машу', 'ольга', 'ольгу', 'оля'],
  ['олю', 'елена', 'елену', 'лена', 'лену', 'наташа', 'наташу', 'юлия', 'юлию', 'юля', 'юлю'],
  ['света', 'свету', 'ирина', 'ирину', 'ира', 'иру', 'катя', 'катю', 'екатерина', 'екатерину'],
  [
    'настя',
    'настю',
    'анастасия',
    'анастасию',
    'ксения',
    'ксению',
    'полина',
    'полину',
    'даша',
    'дашу',
  ],
  ['иван', 'ивана', 'петр', 'петра', 'алексея', 'сергей', 'сергея', 'дмитрий', 'дмитрия', 'максим'],
];

const known = family(
  [
    `(my|our|his|her) (ex( ${relation}))?|ex|${relation.slice(1)}|sister|mother|daughter|son|friend)`,
  ],
  [
    'celebrit*',
    'famous (actress|actor|singer|person|woman|man|model)',
    'real (person|woman|man|girl)',
  ],
  [
    'actress',
    'actor',
    'singer',
    'influencer',
    'politician',
    'president',
    'prime minister',
    'tiktoker',
  ],
  ['(this|that) (person|woman|man|lady|girl|guy)', 'on (this|the) photo'],
  [
    `(моя|мою|моей|наша|нашу|наш|мой|моего|свою) ${relationRu}|сестр*|мам(а|у)|дочь|дочк*|сын*|друг*)`,
  ],
  ['знаменитост*', 'актрис*', 'певиц*', 'певец', 'певца', 'блогер*', 'блоггер*', 'тиктокер*'],
  [
    'президент*',
    'политик(а|у|ов)?',
    'депутат*',
    'известн[а-я]+ (актер*|женщин*|мужчин*|модел*|человек*)',
  ],
  [
    'реальн[а-я]+ (человек*|женщин*|мужчин*|девушк*)',
    '(эту|эта|этого|этот) (девушк*|женщин*|мужчин*|человек*|парня)',
  ],
);
const named = family(firstNames.flat().map((name) => `(?<!(by|of|style|от|стиле) )${name}`));

const credit = /(?:\b(?:by|after|style of|painting of)|в стиле|работы|кисти|картин[аы])\s+$/iu;
const fullName = /(?<![\p{L}.])\p{Lu}\p{Ll}{2,}[ -]\p{Lu}\p{Ll}{2,}(?:'s)?(?!\p{L})/gu;

/** `prompt` as typed, because capitals tell names; `texts` are its readings. */
export function speaksOfPerson(prompt: string, texts: readonly string[]): boolean {
  if (texts.some((text) => known.test(text) || named.test(text))) return true;
  if (/(?<![\p{L}\p{N}.])@\w{4,}/u.test(prompt)) return true;
  return [...prompt.matchAll(fullName)].some(({ index }) => {
    // The painter of a picture is nobody in it.
    return !credit.test(prompt.slice(Math.max(0, index - 30), index));
  });
}
