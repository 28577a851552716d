import type { PhotoStyle } from '../../domain/generation';
import { createArtwork, type Wish } from './art/artwork';
import { layOut } from './art/collage';
import { createPan, evenSize, film } from './art/film';
import { gradePhoto } from './art/grade';
import { drawLabel, encodeMarked, markFilm } from './art/label';
import { fillHoles } from './art/mask';
import { readPicture, toRgb, type Picture } from './art/picture';
import type { Size } from './art/scene';
import { remakeFilm } from './art/remake';
import { styles } from './art/styles';
import { paletteOf, themeOf, type Theme } from './art/theme';
import { drawWeather } from './art/weather';
import { kindOf, type AspectRatio, type SandboxJob } from './job';

const photoSide = 1024;
const filmSide = 832;
const defaultSeconds = 4;

const imageSizes: Readonly<Record<AspectRatio, Size>> = {
  '1:1': { width: 1024, height: 1024 },
  '16:9': { width: 1280, height: 720 },
  '9:16': { width: 720, height: 1280 },
  '4:3': { width: 1152, height: 864 },
  '3:4': { width: 864, height: 1152 },
};
const filmSizes: Readonly<Record<AspectRatio, Size>> = {
  '1:1': { width: 640, height: 640 },
  '16:9': { width: 832, height: 468 },
  '9:16': { width: 468, height: 832 },
  '4:3': { width: 704, height: 528 },
  '3:4': { width: 528, height: 704 },
};

export interface Making {
  /** The magic words are out of the prompt already. */
  readonly request: SandboxJob['request'];
  readonly inputs: readonly Buffer[];
  readonly signal: AbortSignal;
}

export interface Made {
  readonly mediaType: 'image/jpeg' | 'video/mp4';
  readonly bytes: Buffer;
}

const styleWords: readonly (readonly [PhotoStyle, RegExp])[] = [
  ['anime', /anime|manga|cartoon|ghibli|аниме|манг|мульт/iu],
  ['oil', /\boil\b|van gogh|impressionis|масл[оя]м|маслян|ван гог|импрессион/iu],
  ['watercolour', /watercolou?r|aquarelle|акварел/iu],
  ['pencil', /pencil|sketch|graphite|карандаш|набросок|эскиз|рисунок/iu],
  ['popart', /pop[ -]?art|comic|warhol|lichtenstein|поп[ -]?арт|комикс|уорхол/iu],
];

function styleOf({ style, prompt }: Making['request']): PhotoStyle | undefined {
  return style ?? styleWords.find(([, words]) => words.test(prompt))?.[0];
}

/** On a photo only weather that was asked for falls; the land of the words isn't painted. */
function photoTheme({ prompt, options }: Making['request']): Theme {
  const theme = themeOf(prompt, options.variation);
  return { ...theme, land: theme.weather.has('snow') ? 'winter' : 'hills' };
}

function wishOf({ prompt, options }: Making['request']): Wish {
  return { prompt, variation: options.variation };
}

/** A photo keeps its shape unless another was asked for; several are laid out on one sheet. */
async function sheetOf({ request, inputs }: Making): Promise<Buffer> {
  const [first] = inputs;
  if (first === undefined) throw new Error('a photo job has no input');
  const { aspectRatio } = request.options;
  if (inputs.length === 1 && aspectRatio === undefined) return first;
  return layOut(inputs, imageSizes[aspectRatio ?? (inputs.length === 4 ? '1:1' : '4:3')]);
}

async function repaint(making: Making): Promise<{ picture: Picture; theme: Theme }> {
  const { request } = making;
  const photo = await readPicture(await sheetOf(making), photoSide);
  const theme = photoTheme(request);
  const style = styleOf(request);
  const styled = style === undefined ? photo : await styles[style](photo);
  // A clip of a bare photo keeps its colours; a picture without a style is graded by its words, and
  // a variation by its number.
  const hasWords = request.prompt !== '' && (style === undefined || theme.isScene);
  const graded = hasWords || request.options.variation !== undefined;
  return { picture: graded ? await gradePhoto(styled, theme) : styled, theme };
}

async function makeImage(making: Making): Promise<Made> {
  const { request } = making;
  const [photo] = making.inputs;
  let picture: Picture;
  if (request.options.mask === 'on' && photo !== undefined) {
    picture = await fillHoles(photo, wishOf(request), photoSide);
  } else if (request.mode === 'photo') {
    const repainted = await repaint(making);
    picture = repainted.picture;
    const { theme } = repainted;
    if (theme.isScene) drawWeather(picture, { theme, palette: paletteOf(theme), time: 0.5 });
  } else {
    const size = imageSizes[request.options.aspectRatio ?? '1:1'];
    picture = await (await createArtwork(wishOf(request), size)).frame(0.5);
  }
  drawLabel(picture);
  const bytes = await encodeMarked(toRgb(picture), picture, request.mode === 'photo');
  return { mediaType: 'image/jpeg', bytes };
}

/** The person's own film, redrawn picture by picture in the light and style of the words. */
async function remake({ request, inputs, signal }: Making, seconds: number): Promise<Made> {
  const [original] = inputs;
  if (original === undefined) throw new Error('a film job has no input');
  const look = { theme: photoTheme(request), style: styleOf(request) };
  const bytes = await remakeFilm(original, { look, seconds, signal });
  return { mediaType: 'video/mp4', bytes: markFilm(bytes, true) };
}

async function makeVideo(making: Making): Promise<Made> {
  const { request, signal } = making;
  const seconds = request.options.duration ?? defaultSeconds;
  if (request.mode === 'video') return remake(making, seconds);
  if (request.mode === 'photo') {
    const { picture, theme } = await repaint(making);
    const size = evenSize(picture, filmSide);
    const bytes = await film(createPan(picture, size, theme), { size, seconds, signal });
    return { mediaType: 'video/mp4', bytes: markFilm(bytes, true) };
  }
  const size = filmSizes[request.options.aspectRatio ?? '16:9'];
  const artwork = await createArtwork(wishOf(request), size);
  const bytes = await film(artwork, { size, seconds, signal });
  return { mediaType: 'video/mp4', bytes: markFilm(bytes, false) };
}

/** Does the work of a job. Deterministic, but for the encoder's version. */
export function makeOutput(making: Making): Promise<Made> {
  return kindOf(making.request) === 'video' ? makeVideo(making) : makeImage(making);
}
