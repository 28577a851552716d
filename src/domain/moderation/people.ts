/** Whether words speak of a real person: by a relation, a fame, an account or a name. */
import { family } from './family';

const relation = [
  '(neighbou?r|classmate|coworker|colleague|boss|teacher|girlfriend|boyfriend|wife|husband',
  'roommate|flatmate|housemate|landlord|landlady|aunt*|uncle|cousin|niece|nephew|crush|bestie',
  '(step|grand)?(mom|mum|mother|dad|father|sister|brother)|(mother|father|sister|daughter) in law',
  'tutor|coach|trainer|professor|doctor|nanny|babysitter|secretary|employee|student',
].join('|');
const relationRu = [
  '(сосед*|одноклассни*|однокурсни*|одногруппни*|коллег*|начальни*|учительниц*|учител*|бывш*',
  'подруг*|подруж*|жен(а|у|ы|ой|е)|муж(а|у|ем)?|тет(я|ю|и|е|ка|ку)|дяд(я|ю|и)|кузин*|брат(а|у)?',
  'племянни*|тренер*|преподавател*|препод*|врач*|нян(я|ю|и)|секретарш*|студентк*|босс*|парн(я|ю|ем)',
].join('|');
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
  ['насти', 'оли', 'юли', 'маши', 'кати', 'даши', 'лены', 'наташи', 'алина', 'алину', 'алины'],
  ['кристина', 'кристину', 'кристины', 'вика', 'вику', 'виктория', 'таня', 'таню', 'татьяна'],
  ['татьяну', 'марина', 'марину', 'марины', 'оксана', 'оксану', 'саша', 'сашу', 'ксюша', 'ксюшу'],
  ['андрей', 'андрея', 'михаил', 'михаила', 'николай', 'николая', 'артем', 'артема', 'антон'],
  ['антона', 'денис', 'дениса', 'кирилл', 'кирилла', 'олег', 'олега', 'дима', 'диму', 'паша'],
  ['amy', 'ashley', 'brittany', 'chloe', 'claire', 'elizabeth', 'hannah', 'isabella', 'jane'],
  ['jenny', 'karen', 'kelly', 'lauren', 'lucy', 'megan', 'melissa', 'monica', 'nancy', 'nicole'],
  ['rachel', 'rebecca', 'samantha', 'sandra', 'stephanie', 'susan', 'vanessa', 'andrew', 'brian'],
  ['charles', 'chris', 'daniel', 'jason', 'joseph', 'kevin', 'matthew', 'mike', 'paul', 'ryan'],
];

const known = family(
  [`(my|our|his|her) ([a-z]+ )?(ex( ${relation}))?|ex|${relation.slice(1)}|daughter|son|friend)`],
  [
    'celebrit*',
    '(famous|well known) (actress|actor|singer|person|woman|man|model|football*|athlete|[a-z]+ star)',
    '(pop|rock|movie|film|porn|football|tv|tiktok|instagram) (star|host|presenter|idol)',
    'deep ?fake*',
    'streamer',
    'youtuber',
    'footballer',
    'news anchor',
    'the (queen|king|pope|princess|first lady)',
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
    `(моя|мою|моей|моего|мои|наша|нашу|нашей|наш|нашего|мой|свою|своей) (девушк*|${relationRu.slice(1)}|сестр*|мам(а|у)|дочь|дочк*|сын*|друг*)`,
    '(жен|сестр|подруг|девушк|мам|доч|дочер)[а-я]* (моего |моей |лучшего )?(друга|подруги|соседа|брата|коллеги|босса|начальника)',
    '(бывш(ая|ую|ей|его|ий)|тещ*|свекров*|тетя|тетю|тетка|мачех*|начальни(к|ца|цу|цей)|дип ?фейк*)',
    'звезд[а-я]* (тиктока|эстрады|кино|инстаграм*|ютуба|сериал*|экрана|спорта)',
  ],
  ['знаменитост*', 'актрис*', 'певиц*', 'певец', 'певца', 'блогер*', 'блоггер*', 'тиктокер*'],
  [
    'президент*',
    'телеведущ*',
    'футболист*',
    'ютубер*',
    'стример*',
    'королев(а|у|ы|ой) (англии|британии|великобритании)',
    'политик(а|у|ов)?',
    'депутат*',
    'известн[а-я]+ (актер*|женщин*|мужчин*|модел*|человек*)',
  ],
  [
    'реальн[а-я]+ (человек*|женщин*|мужчин*|девушк*)',
    '(эту|эта|этого|этот) (девушк*|женщин*|мужчин*|человек*|парня)',
  ],
);
const artists = '(by|style of|statue of|sculpture of|painting of|style|от|стиле)';
const named = family(firstNames.flat().map((name) => `(?<!${artists} )${name}`));

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
