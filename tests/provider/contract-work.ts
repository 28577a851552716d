/** The promises that hold at the live provider as well. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each provider */
import { readFilmFile } from '../../src/domain/film-file';
import sharp from 'sharp';
import { failureOf, film, jobFor, outputsOf, type Room } from './contract-room';
import { startFilmHost, type FilmHost } from './film-host';

export function describeWork(room: Room): void {
  const { definition } = room;
  const kinds = [...new Set(definition.models.map(({ kind }) => kind))];
  const photoKinds = kinds.filter((kind) =>
    definition.models.some((model) => model.kind === kind && model.modes.includes('photo')),
  );

  test('says how it takes films exactly when a model changes them', () => {
    const changes = definition.models.some(({ modes }) => modes.includes('video'));
    expect(definition.films !== undefined).toBe(changes);
  });

  async function expectMedia(output: { mediaType: string; bytes: Buffer } | undefined) {
    if (output === undefined) throw new Error('no output');
    if (output.mediaType === 'video/mp4') {
      expect(output.bytes.toString('latin1', 4, 8)).toBe('ftyp');
      expect(output.bytes.length).toBeGreaterThan(10_000);
      return;
    }
    const { format, width } = await sharp(output.bytes).metadata();
    expect(output.mediaType).toBe(`image/${format}`);
    expect(width).toBeGreaterThan(400);
  }

  test('every seed model has a price, texts in both languages and only percents of what it offers', () => {
    expect(definition.models.length).toBeGreaterThan(0);
    for (const model of definition.models) {
      expect(model.priceTokens).toBeGreaterThan(0n);
      for (const text of [model.name, model.description]) {
        expect(text.en.trim()).not.toBe('');
        expect(text.ru.trim()).not.toBe('');
      }
      expect(model.description.ru).toMatch(/[а-яё]/i);
      for (const rate of [model.surcharge, model.cost]) {
        for (const [key, percents] of Object.entries(rate?.percent ?? {})) {
          const offered = model.options?.[key as keyof typeof model.options] ?? [];
          expect(offered).toEqual(expect.arrayContaining(Object.keys(percents)));
        }
      }
    }
  });

  test.each(kinds)('words become one %s of its declared type', async (kind) => {
    const outputs = await outputsOf(room.provider(), jobFor(room, { kind }));
    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.mediaType).toMatch(kind);
    await expectMedia(outputs[0]);
  });

  if (photoKinds.length > 0) {
    test.each(photoKinds)('a photo becomes one %s', async (kind) => {
      const job = jobFor(room, { kind, mode: 'photo', style: 'oil' });
      const [output] = await outputsOf(room.provider(), job);
      expect(output?.mediaType).toMatch(kind);
      await expectMedia(output);
    });
  }

  if (definition.models.some(({ modes }) => modes.includes('video'))) describeFilms(room);

  test('a wrong key is refused and named as ours', async () => {
    const stranger = room.connect({ env: room.wrongCredentials() });
    expect((await failureOf(stranger.submit(jobFor(room)))).failure).toBe('auth');
  });

  test('a model that is gone is retired', async () => {
    const gone = jobFor(room, { providerModel: 'last-years-model' });
    expect((await failureOf(room.provider().submit(gone))).failure).toBe('retired');
  });
}

/** Changing a person's film. At a live provider that fetches it, a public address is needed. */
function describeFilms(room: Room): void {
  const isFetched = room.definition.films?.by === 'address';
  const isLive = process.env['EASEL_CONTRACT_LIVE'] !== undefined;
  const publicFilm = process.env['EASEL_CONTRACT_FILM_URL'];
  if (isLive && isFetched && publicFilm === undefined) return;
  let host: FilmHost | undefined;

  beforeAll(async () => {
    if (!isLive) host = await startFilmHost(film);
  });

  afterAll(async () => {
    await host?.close();
  });

  const jobOf = (address: string | undefined) =>
    jobFor(room, {
      mode: 'video',
      inputs: [{ mediaType: 'video/mp4', bytes: film, ...(address && { address }) }],
    });

  test('a film becomes another one, about as long as it was', async () => {
    const [output] = await outputsOf(room.provider(), jobOf(publicFilm ?? host?.url));
    const made = readFilmFile(output?.bytes ?? Buffer.alloc(0));
    expect(output?.bytes.equals(film)).toBe(false);
    expect(made?.milliseconds).toBeGreaterThan(500);
    expect(made?.milliseconds).toBeLessThan(3_600);
    expect((host?.fetches ?? 0) > 0).toBe(isFetched && !isLive);
  });

  if (isFetched && !isLive) {
    test('a film nobody can fetch is refused, and nothing is paid for', async () => {
      const gone = jobOf(`${host?.url ?? ''}-gone`);
      expect((await failureOf(room.provider().submit(gone))).failure).toBe('invalid');
      const without = jobOf(undefined);
      expect((await failureOf(room.provider().submit(without))).failure).toBe('invalid');
    });
  }
}
