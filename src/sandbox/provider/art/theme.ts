import { fromHsl } from './hsl';
import { createRandom, pick, seedOf, type Random } from './noise';
import { colour, mix, type Colour } from './picture';

export type Hour = 'day' | 'dawn' | 'sunset' | 'night' | 'storm' | 'fire';
export type Land =
  'sea' | 'mountains' | 'forest' | 'hills' | 'desert' | 'city' | 'field' | 'winter' | 'space';
export type Subject =
  | 'cat'
  | 'dog'
  | 'house'
  | 'boat'
  | 'tree'
  | 'balloon'
  | 'rocket'
  | 'lighthouse'
  | 'castle'
  | 'robot'
  | 'person'
  | 'heart';
/** Subjects that hang in the air rather than stand on the ground. */
export const airborne: ReadonlySet<Subject> = new Set(['balloon', 'rocket', 'heart']);

export type Weather = 'snow' | 'rain' | 'embers' | 'birds' | 'aurora' | 'rainbow' | 'clear';

/** What the words of a prompt ask for, as far as a painter without a model understands them. */
export interface Theme {
  readonly seed: number;
  /** Whether any word said what to paint; if not, the picture is an abstract one. */
  readonly isScene: boolean;
  readonly hour: Hour;
  readonly land: Land;
  readonly subjects: readonly Subject[];
  readonly weather: ReadonlySet<Weather>;
  /** 0-1, when a colour was named. */
  readonly hue: number | undefined;
}

type Words<Name extends string> = readonly (readonly [Name, string])[];

// Beginnings of words, English and Russian; a trailing dot means the whole word.
const hours: Words<Hour> = [
  [
    'fire',
    'fire. fires. flame lava volcano inferno dragon огонь огнен огня пожар пламя лав вулкан дракон',
  ],
  ['sunset', 'sunset dusk evening golden закат вечер сумер золот'],
  [
    'night',
    'night moon star midnight dark ноч лун звезд звёзд полночь тьма тёмн темн сияни aurora northern',
  ],
  ['dawn', 'dawn sunrise morning spring pastel рассвет утр восход весн нежн'],
  ['storm', 'storm rain thunder gloom grey gray fog mist шторм дожд гроз бур туман пасмурн серы'],
  ['day', 'day. sunny noon summer bright ден. днём солн полд лет. летн ярк'],
];
const lands: Words<Land> = [
  [
    'space',
    'space galaxy planet cosmos cosmic nebula universe космос космич галакти планет вселен туманност астронавт astronaut',
  ],
  [
    'city',
    'city town street skyline tokyo york cyberpunk neon urban город улиц мегаполис небоскр киберпанк неон москв',
  ],
  [
    'sea',
    'sea. seas ocean beach lake water wave river island ship boat sail lighthouse море моря морск океан пляж озер вод. вода воды волн рек остров корабл лодк парус маяк',
  ],
  [
    'mountains',
    'mountain alps peak rock everest гор. гора горы горн вершин скал альп эверест кавказ',
  ],
  [
    'winter',
    'winter snow ice. icy frost arctic north зим снег снеж лед. лёд ледян мороз аркти север новогод christmas',
  ],
  ['forest', 'forest wood jungle pine taiga tree лес. леса лесу лесн тайг джунгл сосн дерев бор.'],
  ['desert', 'desert dune sand sahara egypt mars пустын дюн песок песч барха марс египет'],
  [
    'field',
    'field flower meadow garden rose lavender poppy wheat поле полян луг цвет роз. розы сад. саду лаванд мак. маки подсолн',
  ],
  ['hills', 'hill valley village country farm холм долин деревн сельск ферм'],
];
const subjects: Words<Subject> = [
  ['cat', 'cat. cats kitten kitty кот. кота коты котик котён котен кошк кошеч'],
  ['dog', 'dog. dogs puppy corgi fox wolf собак пёс пес. щен корги лис. лиса волк'],
  ['house', 'house home cottage cabin hut дом. дома домик изб хижин'],
  ['boat', 'boat ship sail yacht лодк кораб парус яхт'],
  ['balloon', 'balloon воздушн шар. шары аэростат'],
  ['rocket', 'rocket spaceship shuttle ракет звездол шаттл'],
  ['lighthouse', 'lighthouse маяк'],
  ['castle', 'castle palace fortress kingdom замок замк дворец крепост'],
  ['robot', 'robot android mech робот андроид'],
  [
    'person',
    'man. woman girl boy person people human astronaut samurai knight человек люд девуш девоч мальчик мужчин женщин астронавт самура рыцар',
  ],
  ['heart', 'heart love valentine сердц любов любл валентин'],
  ['tree', 'tree oak sakura дерев. дерево дуб сакур'],
];
const weathers: Words<Weather> = [
  ['snow', 'snow winter blizzard снег снеж метел зим новогод christmas'],
  ['rain', 'rain дожд ливен ливн'],
  [
    'embers',
    'fire. flame lava volcano spark dragon огонь огнен огня пожар пламя лав вулкан искр дракон',
  ],
  ['birds', 'bird gull crane swan птиц чайк журавл лебед ласточ'],
  ['aurora', 'aurora northern polar сияни полярн'],
  ['rainbow', 'rainbow радуг'],
];
const hueWords: readonly (readonly [number, string])[] = [
  [0.98, 'red. crimson scarlet красн алый алая алые багров'],
  [0.07, 'orange amber оранж янтар рыж'],
  [0.14, 'yellow gold lemon жёлт желт лимон'],
  [0.36, 'green emerald зелён зелен изумруд'],
  [0.5, 'turquoise teal cyan aqua бирюз голуб'],
  [0.62, 'blue. azure sapphire синий синяя синее синие лазур'],
  [0.77, 'purple violet lavender фиолет пурпур лилов сирен'],
  [0.92, 'pink rose magenta розов'],
];

/** The words of a text, lower case, ё kept: the lists spell both. */
function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .normalize('NFKC')
      .match(/\p{L}+/gu) ?? []
  );
}

function mentions(words: readonly string[], list: string): boolean {
  return list.split(' ').some((stem) => {
    const whole = stem.endsWith('.');
    const beginning = whole ? stem.slice(0, -1) : stem;
    return words.some((word) => (whole ? word === beginning : word.startsWith(beginning)));
  });
}

function named<Name>(
  words: readonly string[],
  table: readonly (readonly [Name, string])[],
): Name[] {
  return table.flatMap(([name, list]) => (mentions(words, list) ? [name] : []));
}

/** A land where the subjects can be, when no word names one. */
function landFor(said: readonly Subject[], random: Random): Land {
  if (said.includes('boat') || said.includes('lighthouse')) return 'sea';
  const onGround = said.some((subject) => !airborne.has(subject));
  return pick<Land>(
    random,
    onGround ? ['hills', 'mountains', 'field'] : ['hills', 'sea', 'mountains', 'forest', 'field'],
  );
}

/** Reads a prompt: the same words and variation always give the same theme. */
export function themeOf(prompt: string, variation = ''): Theme {
  const seed = seedOf(variation === '' ? prompt : `${prompt}\n${variation}`);
  const random = createRandom(seed);
  const words = wordsOf(prompt);
  const [saidHour] = named(words, hours);
  const [saidLand] = named(words, lands);
  const saidSubjects = named(words, subjects);
  const saidWeather = named(words, weathers);
  const isLight = saidLand === 'field' || saidLand === 'winter' || saidWeather.includes('rainbow');
  const anyHour = pick<Hour>(
    random,
    isLight ? ['day', 'dawn'] : ['day', 'dawn', 'sunset', 'sunset', 'night'],
  );
  const anyLand = landFor(saidSubjects, random);
  return {
    seed,
    isScene: [saidHour, saidLand, ...saidSubjects, ...saidWeather].some(
      (said) => said !== undefined,
    ),
    hour: saidHour ?? anyHour,
    land: saidLand ?? anyLand,
    subjects: saidSubjects.slice(0, 2),
    weather: new Set(saidWeather),
    hue: named(words, hueWords)[0],
  };
}

export interface Palette {
  /** The sky from the top to the horizon. */
  readonly top: Colour;
  readonly middle: Colour;
  readonly horizon: Colour;
  /** Clouds where the light falls. */
  readonly cloud: Colour;
  readonly sun: Colour;
  /** Land far away and near by. */
  readonly far: Colour;
  readonly near: Colour;
  /** Lit windows, flowers, sparks. */
  readonly accent: Colour;
}

const paletteHex: Readonly<Record<Hour, readonly string[]>> = {
  day: ['#2f7fd0', '#7cc0ee', '#e3f3f5', '#ffffff', '#fff7d6', '#8db6c9', '#2f6b3c', '#ffd84d'],
  dawn: ['#5f86c4', '#e5b3b8', '#ffe5bd', '#fff0e6', '#fff1c9', '#a9a3c2', '#41604f', '#ff9eb5'],
  sunset: ['#2a2e72', '#c2527f', '#ffb65c', '#ff9a76', '#fff0b8', '#8a4a78', '#211430', '#ffcf5c'],
  night: ['#050920', '#131c4c', '#3a4a8a', '#2c3a70', '#fdf6dc', '#26356b', '#04060f', '#ffd677'],
  storm: ['#232a36', '#4d5866', '#a3adb0', '#717b87', '#e9edee', '#5f6c75', '#1b2420', '#ffe08a'],
  fire: ['#14060f', '#7c1d1f', '#ff8f2d', '#c23a20', '#fff0a0', '#6e2222', '#0f0508', '#ffb13d'],
};

const landTint: Partial<Record<Land, Colour>> = {
  desert: colour('#c98246'),
  winter: colour('#dfeaf6'),
  city: colour('#2c3350'),
};

function tinted(base: Colour, hue: number, share: number): Colour {
  const light = 0.299 * base[0] + 0.587 * base[1] + 0.114 * base[2];
  const tint = fromHsl(hue, 0.75, light);
  return [mix(base[0], tint[0], share), mix(base[1], tint[1], share), mix(base[2], tint[2], share)];
}

const between = (a: Colour, b: Colour, share: number): Colour => [
  mix(a[0], b[0], share),
  mix(a[1], b[1], share),
  mix(a[2], b[2], share),
];

/** The colours of a theme's hour, leaning to a named hue, else a little to one of the seed's. */
export function paletteOf(theme: Theme): Palette {
  const hue = theme.hue ?? createRandom(theme.seed ^ 0x51ed)();
  const share = theme.hue === undefined ? 0.1 : 0.55;
  const [top, middle, horizon, cloud, sun, far, near, accent] = paletteHex[theme.hour].map((hex) =>
    tinted(colour(hex), hue, share),
  ) as [Colour, Colour, Colour, Colour, Colour, Colour, Colour, Colour];
  const tint = landTint[theme.land];
  const dim = theme.hour === 'day' || theme.hour === 'dawn' ? 0.65 : 0.28;
  return {
    top,
    middle,
    horizon,
    cloud,
    sun: between(sun, colour('#ffffff'), 0.3),
    far: tint === undefined ? far : between(far, tint, dim * 0.7),
    near: tint === undefined ? near : between(near, tint, dim),
    accent,
  };
}
