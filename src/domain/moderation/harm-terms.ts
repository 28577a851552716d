/** Harm to oneself, and how it is done to others. */
import { family } from './family';

export const selfHarm = family(
  ['(?<!(prevent|stop|against|end) )suicide(?! (squad|prevent|aware|hotline|helpline|door)*)'],
  [
    'pro ana',
    'proana',
    'suicid(es|al)',
    'thinspo*',
    'self ?harm*',
    'self ?mutilat*',
    'ways? to die',
    'painless death',
  ],
  [
    '(kill|hang|killing|hanging|cut|cutting) (my|your|him|her|them)sel(f|ves)',
    '(slit|slits|slitting|cut|cutting) (my |his |her |your |their |the )?wrists?',
  ],
  ['(want|wants|wanna|wish) (to )?die', '(end|ending) (my|his|her) (own )?life'],
  ['самоубийств*', '(?<!профилактик[а-я] )суицид(а|у|ом|ник*|альн*)?', 'самоповрежд*', 'селфхарм*'],
  [
    'повеси(ться|ця|лся|лась)',
    '(убить|убью|убиваю) себя',
    'поконч[а-я]+ (с собой|жизнь)',
    'про ана',
  ],
  ['(вскры|поре|реж|реза)[а-я]* (себе |свои )?вен(ы|у)', 'хо(чу|чет|тел|тела) умереть'],
  ['(поре|реж|реза)[а-я]* (себе|свои) (руки|вены|запястья|ноги)', '(порезать|режу|режет) себя'],
  ['(таблет|снотворн)[а-я]*( [а-я]+){0,2} (умереть|сдохнуть)', 'выпилиться', 'проана'],
  ['(прыг|сброс)[а-я]+( [а-я]+){0,4} (умереть|насмерть|разбиться)'],
);

const made = '(pipe |nail |home ?made |improvised |car |dirty )?';
const weapon = `${made}(bomb|explosives?|explosive (device|vest)|suicide vest|ied|grenade|molotov*|napalm|sarin|ricin|nerve gas)`;
const plan = '(blueprint|recipe|instructions?|plan|plans|schematic|guide|tutorial|diagram|manual)';
const bomb = '(?<!(bath|cherry|photo|seed|cocoa|chocolate|glitter) )bomb';
const part = '(head|heads|limb*|hand|hands|arm|arms|leg|legs|finger*|torso)';
const weaponRu =
  '(бомб(а|у|ы|е|ой)|взрывчат*|взрывн[а-я]+ устроиств*|сву|гранату|пояса? (смертник|шахид)*|коктеил[а-я]* молотова|напалм*|зарин*|тротил*|динамит*)';
const partRu = '(голов(а|ы|у|ои)?|рук(а|и|у|ои)|ног(а|и|у|ои)|конечност*|пал(ец|ьц[а-я]*))';

export const violence = family(
  [
    `(how to|instructions? (to|for|on)|guide to) (make |build |assemble )?(a |an |[0-9] )?${weapon}(?! (disposal|squad|shelter))`,
  ],
  [
    `(make|build|assemble) (a |an )?${weapon}(?! (disposal|squad|shelter))`,
    `${bomb}s? ${plan}`,
    '(nerve gas|napalm) recipe',
  ],
  [`(explosive|explosives|grenade|molotov( cocktail)?) ${plan}`, 'snuff (film|video)*'],
  ['(home ?made|improvised|diy) (bomb*|explosive*|grenade*|gun|firearm)', '3d ?printed gun*'],
  [`(?<!(glue|water|toy|nerf|heat|nail|spray|massage) )gun ${plan}`, 'mass shooting (plan|guide)'],
  ['behead(ed|ing|s)?( video)?', 'decapitat*', 'dismember*', 'disembowel*', 'mutilat*', 'entrails'],
  [
    `severed ${part}`,
    '(guts|intestines|entrails) (out|spill*|hanging)',
    'eyes? gouged',
    '(flayed|skinned) alive',
  ],
  [`как (сделать|собрать|изготовить) ${weaponRu}`, `(рецепт|инструкция)( [а-я]+)? ${weaponRu}`],
  [`(схем|чертеж|инструкц)[а-я]*( [а-я]+){0,3} ${weaponRu}`, 'снафф*', 'ращлен*', 'изувечен*'],
  ['самодельн[а-я]+ (бомб|взрыв|пистолет|оружи|гранат|обрез)*', 'расчлен*', 'обезглав*'],
  [`(отруб|отрез|оторв)[а-я]+ ${partRu}`, 'изуродован[а-я]+ (труп|тел|лиц)*'],
  ['(кишк|внутренност)[а-я]* (наружу|вывал*|выпущен*|торч*)', 'вспорот[а-я]+ (живот|брюх)*'],
  ['(выпущен|вывал)[а-я]+ (кишк|внутренн)*', `конечност[а-я]* кишк*`],
);
