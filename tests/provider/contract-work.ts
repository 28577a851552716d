/** The promises that hold at the live provider as well. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each provider */
import sharp from 'sharp';
import { failureOf, jobFor, outputsOf, type Room } from './contract-room';

export function describeWork(room: Room): void {
  const { definition } = room;
  const kinds = [...new Set(definition.models.map(({ kind }) => kind))];
  const photoKinds = kinds.filter((kind) =>
    definition.models.some((model) => model.kind === kind && model.modes.includes('photo')),
  );

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

  test('a wrong key is refused and named as ours', async () => {
    const stranger = room.connect({ env: room.wrongCredentials() });
    expect((await failureOf(stranger.submit(jobFor(room)))).failure).toBe('auth');
  });

  test('a model that is gone is retired', async () => {
    const gone = jobFor(room, { providerModel: 'last-years-model' });
    expect((await failureOf(room.provider().submit(gone))).failure).toBe('retired');
  });
}
