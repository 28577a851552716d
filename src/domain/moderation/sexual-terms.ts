/** Nudity and sex: what nobody makes, and what is about a body only beside a photo or a child. */
import { family } from './family';

const organs = '(penis*|vagina*|vulva*|pussy|dicks?|cocks?|anus|clit*|labia)';
const acts = '(anal|oral|group|rough|hard|lesbian|gay|tentacle|public|threesome|strap ?on)';
const actsRu = '(анальн|оральн|группов|жестк|лесбийск|гей|публичн)';
const slangRu =
  '(сосет|сосать|стоя[а-я]+|эрегирован[а-я]+|возбужденн[а-я]+|толст[а-я]+|голы[а-я]+)';

/** Sexual acts and what is made of them; no provider makes it for anybody. */
export const explicit = family(
  ['porn*', 'pron', 'hentai*', 'cumshot*', 'masturbat*', 'orgy', 'orgies', 'xxx', 'x rated'],
  ['(blow|hand|foot|rim) ?job*', 'gang ?bang*', 'bukkake*', 'glory ?hole*', 'rule ?34', 'yiff*'],
  ['deepthroat*', 'ejaculat*', 'incest*', 'bestiality', 'zoophil*', 'fisting', 'futa', 'futanari*'],
  [
    '(anal|vaginal|her|his|internal) creampie*',
    'creampied',
    'dildo*',
    'butt ?plug*',
    'doggy ?style',
  ],
  ['sex (scene|act|tape|toy|doll|slave|party|position)s?', 'sextape*', 'sex (with|in|on|at) *'],
  [`${acts} sex`, 'anal(?! (fin|fins|retentive))', 'double penetration', '(three|four)somes?'],
  ['(has|have|having|had|make|making|makes) (sex|love)', '(sexual|having) intercourse', 'fellatio'],
  [
    'cunnilingus',
    'cum(?! laude)',
    'cums',
    'cumming',
    'jizz',
    'semen',
    'penis*',
    'vagina*',
    'vulva*',
  ],
  [`(erect|hard|big|huge|thick|suck|sucks|sucking)( a| his| my)? ${organs}`, 'dick ?pic*'],
  [
    `${organs} (close ?up|shot|photo|picture|pic|pics)`,
    `close ?up of (a |the |her |his )?${organs}`,
  ],
  ['fuck(s|ed|ing)? (her|him|me|them|each|on|in|hard|a (man|woman|girl|guy))', 'onlyfans leak*'],
  ['jerk(s|ing)? off', 'wank(s|ing)', 'prostitut*'],
  ['порн*', 'порево', 'хентай*', 'минет', 'минета', 'минету', 'минетом', 'минеты', 'миньет*'],
  ['куннилингус*', 'мастурб*', 'оргия', 'оргии', 'оргию', 'инцест*', 'зоофил*', 'групповух*'],
  ['полов(ой|ого|ом|ые|ое|ая) (акт*|сношен*|член*|близост*)', 'совокуп*', 'эрекци*', 'эрегирован*'],
  [
    '(заним|занят|заня)[а-я]+ (сексом|любовью)',
    'секс (видео|сцена|втроем|вчетвером|на|в(?! большом городе)|с|со|по) *',
  ],
  [`${actsRu}[а-я]* секс*`, 'секс(а|ом)? втроем', 'анал', 'анала', 'аналом', 'буккаке', 'фистинг*'],
  ['трах(ать|ает|ают|аться|ается|аются|нуть|ают|аю|али|алась|аемся|ни)', 'проститут*', 'камшот*'],
  [
    'сперм(а|ы|у|ой|е)',
    'вагин(а|ы|у|е|ой|альн*)?',
    'влагалищ*',
    'пизд*',
    'ху(й|я|ю|ем|ев)',
    'пенис*',
    'фаллос*',
  ],
  ['(вы|за|у|на|от)?еб(ля|ли|лю|лей|ать|ут|утся|ется|у|ет)', 'отсос', 'отсоса(ть|ла|л)', 'дроч*'],
  ['отсасыва*', 'фаллоимитатор*', 'дилдо*', 'страпон*', 'г[аэе]нгб[аэе]нг*', 'блоу?джоб*'],
  [`${slangRu} член*`, 'член (крупн*|в рот|во рту|стоит)', 'кончает (на|в|ей)', 'раком секс'],
);

/** Nudity and sex in any measure. */
export const sexual = family(
  ['nude*', 'nudi(st|sts|sm|ty|e|es)', 'naked*', 'nekkid', 'nsfw*', 'erotic*', 'topless*'],
  ['bottomless', 'unclothed', 'sex', 'sexy', 'sexier', 'sexiest', 'sexual*', 'sexting', 'sexi'],
  [
    'seduc*',
    'lewd*',
    'horny',
    'lustful*',
    'kinky',
    'fetish*',
    'sensual*',
    'slut*',
    'whore*',
    'milf*',
  ],
  ['genital*', 'boobs?', 'boobies', 'tits', 'titties', 'nipple*', 'bdsm', 'orgasm*', 'busty'],
  ['strippers?', 'stripping', 'striptease*', 'lap ?danc*', 'pole ?danc*', 'ahegao', 'ecchi'],
  ['playboy', 'onlyfans', 'in the buff', 'birthday suit', 'bare(d)? (ass|butt|bum|bottom|breast*)'],
  ['(exposed|bare|naked|visible) (breast*|chest|nipple*)', 'bare breasted', 'adult (content|only)'],
  ['голый', 'голые', 'голых', 'голым', 'голыми', 'голышом', 'голом', 'голенък*', 'голеньк*'],
  ['голая', 'голой', 'голую', 'голое', 'голого', 'голому', 'голии', 'голяком', 'нагот*'],
  ['нагая', 'нагой', 'нагую', 'нагие', 'нагих', 'нагим', 'нагишом', 'нейкед', 'нэйкед', 'секси'],
  ['обнаж*', 'эроти*', 'еротик*', 'еротич*', 'топлес*', 'ню', 'нюд', 'нюды', 'нудист*', 'нюдс*'],
  ['секс', 'секса', 'сексу', 'сексом', 'сексе', 'сексапил*', 'сексуал*', 'возбужден*', 'интим*'],
  ['гениталии*', 'сис(ьк|ек|ечк)*', 'соблазн*', 'развра*', 'пошл(ая|ую|ой|ый|ые|ое|ого|о|ость)'],
  ['стриптиз*', 'ахегао', 'плейбой*', 'плейбоя', 'онлифанс*', 'бдсм', 'похот*', 'распутн*'],
  ['гол(ая|ой|ую|ым|ый) (поп|зад|жоп|груд)*', 'соски (видны|торчат|просвеч*)', 'видны соски'],
  [
    'просвечивают соски',
    '(версия|версию|контент|фото|видео|картинк*) (18|для взрослых)',
    '18 плюс',
  ],
);

const larger = '(bigger|larger|huge|big|enlarge|enlarged|increase|massive|giant)';
const bust = '(boobs?|breasts?|bust|tits|butt|ass|cleavage)';
const sheer = '(transparent|sheer|x ray|see through)';
const clothRu = '(одежд|плать|рубашк|бель|блуз|футболк|юбк|топ|купальник)';
const bustRu = '(груд(ь|и|ью)|бюст*|сис(ьк|ек|ечк)*|поп(а|у|ой|к[а-я]+)|задниц*|ягодиц*)';

/** Dress that only shows the body: harmless in general, not with children nor upon a photo. */
export const suggestive = family(
  ['lingerie', 'underwear', 'undies', 'pant(y|ies)', 'thong', 'g string', 'bikini*', 'bra', 'bras'],
  ['see through', `${sheer} (cloth*|dress|shirt|top|blouse|skirt)`, 'cleavage', 'fishnet*'],
  [
    'garter belt*',
    'suspender belt*',
    'corset*',
    'negligee*',
    'babydoll',
    'in stockings',
    'boudoir',
  ],
  [
    `${larger}( her| his| my| the| their)? ${bust}`,
    `${bust} (bigger|larger|huge)`,
    'bodystocking*',
  ],
  ['нижн[а-я]+ бель[а-я]+', 'бикини', 'стринг(и|ах|ов|ами)', 'трусик*', 'трус(ы|ах|ов|ами)'],
  [
    '(кружевн|эротич|прозрачн|одн)[а-я]* бель[а-я]+',
    'лифчик*',
    'бюстгальтер*',
    'декольте',
    'корсет*',
  ],
  ['неглиже', 'пеньюар*', '(в|и|на) чулк*', 'чулк(и|ах) и', 'голи* груд*', 'с голой грудью'],
  [`прозрачн[а-я]+ ${clothRu}*`, `${clothRu}[а-я]* (прозрачн*|просвеч*)`, 'фетиш*'],
  [
    `(увелич|больш|огромн|пышн|гол|оголен)[а-я]* ${bustRu}`,
    `${bustRu} (по)?(больше|крупнее|пышнее)`,
  ],
);
