/** Taking somebody's clothes off, or doing to them what they did not allow. */
import { family } from './family';

const garments = [
  '(cloth(es|ing)|dress|shirt|tshirt|top|bra|blouse|skirt|pants|trousers|jeans|shorts|panties',
  'underwear|bikini|swimsuit|swimwear|lingerie|outfit|garments?',
  'одежд[а-я]*|плать[а-я]+|лифчик*|бюстгальтер*|трус(ы|ики)|юбк[а-я]+|блуз[а-я]+|рубашк[а-я]+',
  'футболк[а-я]+|кофт[а-я]+|штан[а-я]+|брюки|джинсы|шорты|купальник*|бикини|бель[а-я]|колготки)' +
    // A part of it, or a thing lying about.
    '(?! (of |(text|part|half|left|right|row|line|border|bar|corner|logo|print|label|tag|stain|wrinkle' +
    '|crease|pattern|colou?r|fold|button|collar|pocket|from the (chair|floor|bed)' +
    '|со? (пола|стула|кровати|вешалки|дивана|веревки|фона))*))',
].join('|');
const owner =
  '( (her|his|their|my|the|that|this|all|all the|all (of )?(her|his|their)|every (piece|item) of))?';
const verbs =
  '(remove|take off|erase|delete|strip off|pull (off|down|up)|rip off|lose|peel off|get rid of)';
const verbsRu =
  '(сними(те)?|снять|убери(те)?|убрать|удали(те)?|удалить|стяни|стянуть|стащи|сотри|стереть|скинь|сорви|задери)';
const fromWhom =
  '( с (нее|него|них|меня|нас|девушки|женщины|парня|мужчины|(этои|этого|моеи|моего) [а-я]+))?';
const whose = '( всю| все| всё| ее| его| их| эту| эти| это)?';
const gone = '(disappear*|vanish*|transparent|invisible|see through|gone)';
const bare = '(completely |fully |totally |all )?(naked|nude|topless|undressed)';
const bareRu = '(гол(ои|ым|ую|ого|ыми)|обнаж*|наг(ои|им|ую|ишом)|раздет*)';
const whomRu =
  '(ее|его|их|девушку|женщину|парня|мужчину|(эту|этого|мою|моего|твою) [а-я]+)( [а-я]+)?';
const whom =
  '(her|him|them|(this|that|the|a|my) (woman|girl|lady|man|guy|person|model|friend|classmate|neighbou?r|colleague))';

export const undress = family(
  ['undress(?!ed (stone|wall|wood|timber|leather|salad))*', 'nudif*', 'deep ?nude*', 'unclothe*'],
  [`strip (me|${whom})( naked)?`, `strip (down )?${whom}`, 'disrobe*', 'x ray vision'],
  [
    `${verbs}${owner} ${garments}`,
    `take${owner} ${garments} off`,
    'take (it all|everything|all) off',
    'take off (it all|everything)',
  ],
  [`pull${owner} ${garments} (off|down|up)`, `get (her|him|them) out of${owner} ${garments}`],
  [
    'without (a )?(bra|shirt on)',
    '(without|no) cloth(es|ing)',
    'clothes off',
    'without anything on',
  ],
  ['without (her|his|their|any) cloth(es|ing)', 'wear(s|ing)? nothing', 'with nothing on(?! the)'],
  [`(make|makes|making)${owner} ${garments} ${gone}`, 'cloth(es|ing) (remov*|eras*|delet*)'],
  [`(make|turn|render|show|see|imagine|put) ${whom} ${bare}`, `look(s|ed)? like ${bare}`],
  [
    `(show|see|what|reveal|body)( [a-z]+){0,4} (under|beneath|underneath)${owner} ${garments}`,
    `see through (her|his|their) ${garments}`,
    `replace( [a-z]+){0,2} ${garments} with( bare)? skin`,
  ],
  ['раздень*', 'раздева(ть|ться|ет|ют|ется|ются|и|ися|ем|я|ющ*)', 'раздет*', 'без одежды'],
  ['без (лифчика|трусов|трусиков|белья|бюстгальтера)', 'оголи*', 'дип+ ?нюд*', 'нюдиф*'],
  [`${verbsRu}${fromWhom}${whose} ${garments}`, `${garments} (убери|сними|удали)`],
  [`${verbsRu} с (нее|него|них|девушки|женщины) вс(е|ю)`, 'обнажи(ть)?(?! (меч|клин|саб|шпаг))'],
  [`${verbsRu} ${garments} с (нее|него|них|девушки|женщины)`, `${verbs}${owner} с (нее|него)`],
  [
    '(ее|его|их|девушку) без всего',
    'на (ней|нем|них) ничего(?!( [а-я]+){0,3} (написан|нарисован|изображен|напечатан)*)',
    'ничего на (ней|нем|них)',
  ],
  [`(сделай|сделать|сделайте|покажи|увидеть|пусть будет) ${whomRu} ${bareRu}`],
  [`(избав|освобод)[а-я]+( [а-я]+){0,2} от ${garments}`, `${garments} (прозрачн*|невидим*)`],
  [`(покаж*|что|увид*|тело|загляну*)( [а-я]+){0,3} под( [а-я]+)? ${garments}`],
  ['(сделай|сделать) (her|him|them) (naked|nude)', `(make|turn) (ее|его) (naked|nude|${bareRu})`],
);

const places = '(changing|locker|dressing|fitting|shower*|bath*|toilet*|restroom*|bedroom*)';
const placesRu = '(раздевалк|душ|туалет|ванн|примерочн|спальн)';
const asleep = '(drugged|sleeping|unconscious|drunk|passed out)';
const asleepRu = '(спящ|пьян|одурманен|бессознат)';

export const nonConsensual = family(
  ['rape', 'rapes', 'raped', 'raping', 'rapist*', 'gang ?rape*', 'non ?consensual*', 'noncon'],
  [
    'revenge porn*',
    'upskirt*',
    'up skirt*',
    'molest*',
    'voyeur*',
    'spy ?cam*',
    'grop(e|es|ed|ing)',
  ],
  ['(?<!(stop|against|end|prevent) )sexual(ly)? (assault|abuse|harass|violen)*'],
  ['(forced|coerced|unwanted|force|forcing) (sex|intercourse|nudity)', 'peeping (tom|at|into|on)'],
  [
    `(sex with|touching|undressing)( an?| the)? ${asleep}`,
    'camera(s)? under (her|a|the|their) skirt*',
  ],
  [
    `hidden cam*( [a-z]+){0,4} ${places}`,
    `secretly (film|record|photograph)*( [a-z]+){0,4} ${places}`,
  ],
  [
    'изнасил*',
    'снасил*',
    'насилу(ет|ют|ющ*)',
    'насильник*',
    'домогательств*',
    'растлен*',
    'вуайери*',
  ],
  ['под юбк(у|ой)', 'лапа(ть|ет|ют|ющ*)', `секс*( [а-я]+)? (со?|над) ${asleepRu}*`, 'опоил*'],
  ['сексуальн[а-я]+ насили*', '(принужд|застав|вынужд)[а-я]+( [а-я]+){0,2} секс*'],
  ['секс*( [а-я]+)? (против (ее |его )?воли|без согласия|силой)', 'групповух* сил*'],
  [`(скрыт|тайн)[а-я]+ (камер|съемк)*( [а-я]+){0,3} ${placesRu}*`],
  [`подгляд[а-я]+( [а-я]+){0,3} (${placesRu}|гол)*`],
);
