/** A person's film on its way to a provider. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FilmTerms } from '../../src/domain/film';
import { filmTakers } from '../../src/providers/films';
import type { Generation } from '../../src/storage/generation-store';
import { createAssetLinks } from '../../src/storage/asset-links';
import { createScriptedProvider } from './scripted-provider';
import { openStage, type Stage } from './stage';

const film = readFileSync(join(__dirname, '..', 'provider', 'fixtures', 'fractal.mp4'));
const publicUrl = 'https://bot.example.org';
const terms: FilmTerms = { by: 'address', sideMin: 720, sideMax: 2160, secondsMin: 3 };

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

async function filmJob(): Promise<{ id: string; assetId: string }> {
  const { id, personId } = await stage.working();
  const asset = await stage.assets.save({ personId, role: 'input', bytes: film, isFilm: true });
  const request = { kind: 'video', mode: 'video', inputAssetIds: [asset.id] };
  await stage.db.generation.update({ where: { id }, data: request });
  return { id, assetId: asset.id };
}

const scripted = (by: FilmTerms['by'], id = 'sandbox') =>
  createScriptedProvider({ id, dedupesSubmit: false, canBeAsked: false, films: { ...terms, by } });

test('a provider that fetches films gets our own signed address of it, for an hour', async () => {
  const { id, assetId } = await filmJob();
  const fetching = scripted('address');
  const now = new Date('2026-11-21T12:00:00Z');
  const play = stage.play({ providers: fetching.providers, publicUrl, now });
  await play.providerSteps.submit(id);
  const address = new URL(fetching.addresses[0] ?? '');
  expect(`${address.origin}${address.pathname}`).toBe(`${publicUrl}/assets/${assetId}`);
  const link = {
    id: assetId,
    expires: address.searchParams.get('expires') ?? '',
    signature: address.searchParams.get('signature') ?? '',
  };
  const isOursAfter = (minutes: number) =>
    createAssetLinks({
      files: {},
      secret: 'the tests',
      publicUrl,
      now: () => new Date(now.getTime() + minutes * 60_000),
    }).isOurs(link);
  expect([isOursAfter(59), isOursAfter(61)]).toEqual([true, false]);
});

test('a provider that takes the bytes gets no address', async () => {
  const { id } = await filmJob();
  const taking = scripted('bytes');
  const play = stage.play({ providers: taking.providers, publicUrl });
  await play.providerSteps.submit(id);
  expect(taking.addresses).toEqual([undefined]);
});

test('a photo never gets an address', async () => {
  const { id, personId } = await stage.working();
  const bytes = stage.picture;
  const photo = await stage.assets.save({ personId, role: 'input', bytes });
  const request = { mode: 'photo', inputAssetIds: [photo.id] };
  await stage.db.generation.update({ where: { id }, data: request });
  const fetching = scripted('address');
  const play = stage.play({ providers: fetching.providers, publicUrl });
  await play.providerSteps.submit(id);
  expect(fetching.addresses).toEqual([undefined]);
});

test('films are offered by those who can be given them here, and the rest say what is missing', () => {
  const ready = new Map([
    ...scripted('address', 'fetching').providers.ready,
    ...scripted('bytes', 'taking').providers.ready,
    ...createScriptedProvider({ id: 'blind', dedupesSubmit: true, canBeAsked: true }).providers
      .ready,
  ]);
  const alone = filmTakers({ ready }, { reachable: false });
  expect([...alone.films.keys()]).toEqual(['taking']);
  expect(alone.withoutFilms).toEqual([
    { id: 'fetching', reason: expect.stringMatching(/PUBLIC_URL.*ASSETS_S3_BUCKET/) as string },
  ]);
  const open = filmTakers({ ready }, { reachable: true });
  expect([[...open.films.keys()], open.withoutFilms]).toEqual([['fetching', 'taking'], []]);
});

describe('a film whose provider cannot serve', () => {
  const serving = async (films: ReadonlyMap<string, FilmTerms>) => {
    const row = {
      kind: 'video',
      modes: ['video'],
      providerModel: 'm',
      name: {},
      description: {},
      priceTokens: 1n,
      options: {},
    };
    const [main, spare] = ['film-main', 'film-spare'];
    for (const slug of [main, spare]) {
      const data = { ...row, slug, provider: slug, fallback: slug === main ? [spare] : [] };
      await stage.db.model.upsert({ where: { slug }, create: data, update: data });
    }
    const { id } = await filmJob();
    await stage.db.generation.update({
      where: { id },
      data: { modelSlug: main, servedBy: main, provider: main },
    });
    const ready = new Map(
      [main, spare].flatMap((each) => [...scripted('bytes', each).providers.ready]),
    );
    const play = stage.play({ providers: { ready, off: [] }, films });
    const generation: Generation = await stage.generations.get(id);
    return (await play.standIns.next(generation, 'PROVIDER_UNAVAILABLE'))?.model.slug;
  };

  test('falls back to one that can be given films', async () => {
    expect(await serving(new Map([['film-spare', terms]]))).toBe('film-spare');
  });

  test('falls back to no other', async () => {
    expect(await serving(new Map())).toBeUndefined();
  });
});
