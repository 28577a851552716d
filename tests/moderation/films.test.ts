import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { createClassifier } from '../../src/moderation/choose';
import type { Classifier, Finding, StillExhibit } from '../../src/moderation/classifier';
import { seeingFilms } from '../../src/moderation/films';
import { film } from '../../src/sandbox/provider/art/film';
import { blankPicture, type Picture } from '../../src/sandbox/provider/art/picture';
import { startOpenAi } from '../provider/stand-in';

const size = { width: 320, height: 240 };

/** Grey, and magenta between two moments given as parts of its length. */
function filmed(from: number, to: number): Promise<Buffer> {
  const frame = (time: number): Promise<Picture> => {
    const picture = blankPicture(size.width, size.height);
    const isMagenta = time >= from && time < to;
    picture.r.fill(isMagenta ? 1 : 0.5);
    picture.g.fill(isMagenta ? 0 : 0.5);
    picture.b.fill(isMagenta ? 1 : 0.5);
    return Promise.resolve(picture);
  };
  return film({ frame }, { size, seconds: 3, signal: new AbortController().signal });
}

/** Finds something in the picture of that number, and counts what it is shown. */
function finding(at: number, decoder?: string) {
  const shown: StillExhibit[] = [];
  const stills: Classifier<StillExhibit> = {
    canJudge: (kind) => kind === 'image',
    judge: (exhibit) => {
      shown.push(exhibit);
      return Promise.resolve(shown.length === at ? found : undefined);
    },
  };
  return { shown, films: seeingFilms(stills, decoder) };
}
const found: Finding = { category: 'sexual', isSevere: false };

test('a film is judged by frames of its beginning, middle and end', async () => {
  const standIn = await startOpenAi('OPENAI_API');
  const { env } = standIn;
  const thresholds = { 'sexual/minors': 15, sexual: 60 };
  const films = createClassifier({ env, thresholds, pictures: 'off', http: fetch });
  const verdicts: unknown[] = [];
  for (const [from, to] of [
    [0, 0.12],
    [0.42, 0.58],
    [0.85, 1.1],
    [2, 3],
  ] as const) {
    const bytes = await filmed(from, to);
    verdicts.push(await films?.judge({ kind: 'film', bytes, aboutPeople: false }));
  }
  await standIn.close();
  expect(verdicts).toEqual([found, found, found, undefined]);
});

test('the first frame with a finding ends the look, and strictness reaches each frame', async () => {
  const bytes = await filmed(2, 3);
  const { shown, films } = finding(2);
  expect(await films.judge({ kind: 'film', bytes, aboutPeople: true })).toEqual(found);
  expect(shown).toMatchObject([{ aboutPeople: true }, { aboutPeople: true }]);
});

test.each([
  ['no film', Buffer.from('words, not frames')],
  ['a broken film', Buffer.concat([Buffer.from('\0\0\0\x10ftypisom'), Buffer.alloc(400)])],
])('there is no answer on %s', async (_what, bytes) => {
  const { shown, films } = finding(1);
  await expect(films.judge({ kind: 'film', bytes, aboutPeople: false })).rejects.toThrow();
  expect(shown).toEqual([]);
});

test('what a person filmed is opened by a maintained decoder only, and else by nothing', async () => {
  const exhibit = { kind: 'sent-film', bytes: await filmed(2, 3), aboutPeople: true } as const;
  const without = finding(1);
  expect(without.films.canJudge('sent-film')).toBe(false);
  await expect(without.films.judge(exhibit)).rejects.toThrow();
  const own = finding(1, ffmpeg.path);
  expect(own.films.canJudge('sent-film')).toBe(true);
  expect(await own.films.judge(exhibit)).toEqual(found);
  const gone = finding(1, '/no/such/ffmpeg');
  await expect(gone.films.judge(exhibit)).rejects.toThrow();
  expect(gone.shown).toEqual([]);
});

test('pictures and words pass by unchanged', async () => {
  const { shown, films } = finding(1);
  const words = { kind: 'text', text: 'a hat', aboutPeople: false } as const;
  expect(await films.judge(words)).toEqual(found);
  expect(shown).toEqual([words]);
  expect((['text', 'image', 'film'] as const).map((kind) => films.canJudge(kind))).toEqual([
    false,
    true,
    true,
  ]);
});
