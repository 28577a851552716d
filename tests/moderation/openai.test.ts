import sharp from 'sharp';
import { createClassifier } from '../../src/moderation/choose';
import { startOpenAi, type StandIn } from '../provider/stand-in';

const thresholds = { 'sexual/minors': 15, sexual: 60 };

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startOpenAi('OPENAI_API');
});
afterAll(async () => {
  await standIn.close();
});

const judge = (
  exhibit: { text: string } | { bytes: Buffer },
  { aboutPeople = false, env = standIn.env } = {},
) =>
  createClassifier({ env, thresholds, pictures: 'off', http: fetch })?.judge({
    aboutPeople,
    ...('text' in exhibit ? { kind: 'text', ...exhibit } : { kind: 'image', ...exhibit }),
  });

const pictureOf = (background: string) =>
  sharp({ create: { width: 1200, height: 900, channels: 3, background } })
    .png()
    .toBuffer();

test('without a key pictures are judged here, or by nobody', () => {
  const without = (pictures: 'local' | 'off') =>
    createClassifier({ env: {}, thresholds, pictures, http: fetch });
  expect(without('off')).toBeUndefined();
  expect(without('local')?.canJudge('image')).toBe(true);
  expect(without('local')?.canJudge('text')).toBe(false);
});

test.each([
  ['below its line', 'hills [flag: sexual=0.55]', undefined],
  ['beyond its line', 'hills [flag: sexual=0.65]', { category: 'sexual', isSevere: false }],
  [
    'the gravest',
    '[flag: sexual=0.9] [flag: sexual/minors=0.2]',
    { category: 'sexual/minors', isSevere: true },
  ],
  ['without a line', 'hills [flag: harassment=0.9]', undefined],
])('words %s', async (_what, text, finding) => {
  expect(await judge({ text })).toEqual(finding);
});

test('about people half of the line is enough', async () => {
  const found = await judge({ text: 'hills [flag: sexual=0.35]' }, { aboutPeople: true });
  expect(found).toEqual({ category: 'sexual', isSevere: false });
});

test('a picture is judged by its pixels', async () => {
  expect(await judge({ bytes: await pictureOf('teal') })).toBeUndefined();
  expect(await judge({ bytes: await pictureOf('magenta') })).toMatchObject({ category: 'sexual' });
});

test.each(['fail', 'malformed', 'lose-answer'] as const)(
  'an answer spoilt by %s is no answer, after one request',
  async (kind) => {
    await standIn.fault({ at: 'status', kind });
    await expect(judge({ text: 'hills' })).rejects.toThrow();
    expect(await judge({ text: 'hills' })).toBeUndefined();
  },
);

test('a wrong key is no answer', async () => {
  const env = { ...standIn.env, OPENAI_API_KEY: 'another-key' };
  await expect(judge({ text: 'hills' }, { env })).rejects.toThrow('401');
});
