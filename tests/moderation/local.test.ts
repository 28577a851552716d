import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Finding } from '../../src/moderation/classifier';
import { seeingFilms } from '../../src/moderation/films';
import { createLocalClassifier } from '../../src/moderation/local';
import { createPictureModel, type PictureModel } from '../../src/moderation/picture-model';
import type { PictureScores } from '../../src/moderation/picture-scores';
import { makeOutput, type Making } from '../../src/sandbox/provider/make';

const clean: PictureScores = { drawing: 0, hentai: 0, neutral: 0, porn: 0, sexy: 0 };
const sexual: Finding = { category: 'sexual', isSevere: false };
const suggestive: Finding = { category: 'sexual/suggestive', isSevere: false };

const seeing = (scores: PictureScores): PictureModel => ({
  scores: () => Promise.resolve(scores),
  close: () => Promise.resolve(),
});

describe('what the model sees', () => {
  test.each<[string, Partial<PictureScores>, Finding | undefined, Finding | undefined]>([
    ['a drawing', { drawing: 1 }, undefined, undefined],
    ['nothing special', { neutral: 1 }, undefined, undefined],
    ['nudity below both lines', { neutral: 0.71, porn: 0.29 }, undefined, undefined],
    ['nudity from half of the line', { neutral: 0.69, porn: 0.31 }, undefined, sexual],
    ['nudity below the line', { neutral: 0.41, porn: 0.59 }, undefined, sexual],
    ['nudity beyond the line', { neutral: 0.39, porn: 0.61 }, sexual, sexual],
    ['drawn nudity beyond the line', { drawing: 0.39, hentai: 0.61 }, sexual, sexual],
    ['a bit of both', { neutral: 0.39, hentai: 0.31, porn: 0.3 }, sexual, sexual],
    ['bathing', { neutral: 0.41, sexy: 0.59 }, undefined, undefined],
    ['a pose', { neutral: 0.39, sexy: 0.61 }, undefined, suggestive],
    ['a pose with some nudity', { neutral: 0.39, sexy: 0.4, porn: 0.21 }, undefined, suggestive],
  ])('%s', async (_what, seen, alone, aboutPeople) => {
    const { judge } = createLocalClassifier(seeing({ ...clean, ...seen }), 60);
    const picture = { kind: 'image', bytes: Buffer.alloc(0) } as const;
    expect(await judge({ ...picture, aboutPeople: false })).toEqual(alone);
    expect(await judge({ ...picture, aboutPeople: true })).toEqual(aboutPeople);
  });

  test('counts only when its mirror image shows it too', async () => {
    const scores: PictureModel['scores'] = (_picture, view) =>
      Promise.resolve({ ...clean, porn: view === 'mirrored' ? 0.2 : 0.9 });
    const { judge } = createLocalClassifier({ ...seeing(clean), scores }, 60);
    const picture = { kind: 'image', bytes: Buffer.alloc(0), aboutPeople: true } as const;
    expect(await judge(picture)).toBeUndefined();
  });

  test('is drawn at another line when the owner says so', async () => {
    const model = seeing({ ...clean, porn: 0.5 });
    const picture = { kind: 'image', bytes: Buffer.alloc(0), aboutPeople: false } as const;
    expect(await createLocalClassifier(model, 60).judge(picture)).toBeUndefined();
    expect(await createLocalClassifier(model, 50).judge(picture)).toEqual(sexual);
  });
});

describe('the model itself', () => {
  const model = createPictureModel();
  const { canJudge, judge } = seeingFilms(createLocalClassifier(model, 60));
  afterAll(() => model.close());

  const plain = (background: string, channels: 3 | 4 = 3) =>
    sharp({ create: { width: 900, height: 600, channels, background } });
  const hill = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">
      <defs><linearGradient id="sky" x2="0" y2="1">
        <stop stop-color="#3a6ea5"/><stop offset="1" stop-color="#f4d7b0"/>
      </linearGradient></defs>
      <rect width="800" height="600" fill="url(#sky)"/>
      <circle cx="600" cy="140" r="50" fill="#fff4c8"/>
      <path d="M0 420 Q200 260 400 400 T800 360 V600 H0Z" fill="#4c7a4a"/>
      <path d="M0 500 Q300 420 500 500 T800 470 V600 H0Z" fill="#2f5a36"/>
    </svg>`,
  );
  const art = async (request: Partial<Making['request']>, inputs: Buffer[] = []) => {
    const { bytes } = await makeOutput({
      request: { ...sandboxJob, ...request },
      inputs,
      signal: new AbortController().signal,
    });
    return bytes;
  };
  const sandboxJob: Making['request'] = {
    reference: 'art',
    model: 'sandbox-image',
    mode: 'text',
    prompt: '',
    options: {},
  };

  test.each<[string, () => Promise<Buffer>]>([
    ['black', () => plain('black').jpeg().toBuffer()],
    ['white', () => plain('white').png().toBuffer()],
    ['the colour of skin', () => plain('#e0ac85').jpeg().toBuffer()],
    ['grey without colours', () => plain('#888').toColourspace('b-w').png().toBuffer()],
    ['glass', () => plain('#ff000022', 4).png().toBuffer()],
    ['a landscape', () => sharp(hill).webp().toBuffer()],
    ['a person on a hill', () => art({ prompt: 'a person on the hills at dawn' })],
    ['a castle in 9:16', () => art({ prompt: 'a castle', options: { aspectRatio: '9:16' } })],
    ['a painted photo', async () => art({ mode: 'photo', style: 'oil' }, [hill])],
  ])('lets %s pass, beside a photo too', async (_what, make) => {
    const bytes = await make();
    for (const aboutPeople of [false, true]) {
      expect(await judge({ kind: 'image', bytes, aboutPeople })).toBeUndefined();
    }
  });

  test('gives the same picture the same shares, and another other ones', async () => {
    const [first, again, other] = await Promise.all(
      [hill, hill, await plain('black').png().toBuffer()].map((each) => model.scores(each)),
    );
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(await model.scores(hill, 'mirrored')).not.toEqual(first);
    const symmetric = await plain('#e0ac85').png().toBuffer();
    expect(await model.scores(symmetric, 'mirrored')).toEqual(await model.scores(symmetric));
    const sum = Object.values(first ?? clean).reduce((all, share) => all + share, 0);
    expect(sum).toBeCloseTo(1, 3);
  });

  test('has no answer on what is no picture, and goes on with the next', async () => {
    const bytes = Buffer.from('no picture at all');
    await expect(judge({ kind: 'image', bytes, aboutPeople: true })).rejects.toThrow();
    expect(await judge({ kind: 'image', bytes: hill, aboutPeople: true })).toBeUndefined();
  });

  test('knows pictures and films, and no words', () => {
    expect((['text', 'image', 'film'] as const).map(canJudge)).toEqual([false, true, true]);
  });
});

describe('the thread', () => {
  const folder = mkdtempSync(join(tmpdir(), 'easel-threads-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const thread = (name: string, code: string): string => {
    const file = join(folder, `${name}.cjs`);
    writeFileSync(file, script(code));
    return file;
  };
  const answer = `parentPort.postMessage({ scores: { neutral: 1 } })`;
  const picture = sharp({ create: { width: 4, height: 4, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();

  test.each([
    ['never answers', `parentPort.on('message', () => undefined);`],
    ['dies', `parentPort.on('message', () => process.exit(3));`],
    ['throws', `parentPort.on('message', () => { throw new Error('broken'); });`],
    ['cannot be loaded', `throw new Error('no weights');`],
    ['says why not', `parentPort.on('message', () => parentPort.postMessage({ failure: 'x' }));`],
  ])('that %s is no answer, and the next picture gets a new one', async (what, code) => {
    const threadFile = thread(what, code);
    const model = createPictureModel({ threadFile, timeoutMs: 2_000 });
    await expect(model.scores(await picture)).rejects.toThrow();
    writeFileSync(threadFile, script(`parentPort.on('message', () => ${answer});`));
    expect(await model.scores(await picture)).toEqual({ neutral: 1 });
    await model.close();
  });

  test('is asked about one picture at a time', async () => {
    const threadFile = thread(
      'one at a time',
      `let busy = false;
      parentPort.on('message', () => {
        if (busy) process.exit(1);
        busy = true;
        setImmediate(() => { busy = false; ${answer}; });
      });`,
    );
    const model = createPictureModel({ threadFile });
    const bytes = await picture;
    const answers = await Promise.all(Array.from({ length: 5 }, () => model.scores(bytes)));
    expect(answers).toHaveLength(5);
    await model.close();
  });
});

const script = (code: string): string =>
  `const { parentPort } = require('node:worker_threads');\n${code}`;
