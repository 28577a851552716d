import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Classifier, Exhibit, Finding } from '../../src/moderation/classifier';
import { ProviderError } from '../../src/providers/provider';
import { failureOf, openStage, type Stage } from '../activities/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

const sexual: Finding = { category: 'sexual', isSevere: false };
const minors: Finding = { category: 'sexual/minors', isSevere: true };

type Kind = Exhibit['kind'];

/** Answers by the kind of what it is shown, and counts. */
function classifier(answers: Partial<Record<Kind, Finding | Error>> = {}, knows?: readonly Kind[]) {
  const shown: string[] = [];
  const judge: Classifier['judge'] = async ({ kind }) => {
    shown.push(kind);
    const answer = answers[kind];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { shown, judge, canJudge: (kind: Kind) => knows?.includes(kind) ?? true };
}

const silence = new Error('no answer');

async function ordered(prompt: string, photos = 0, person?: { id: string }) {
  const owner = person ?? (await stage.person(100n));
  const { id } = await stage.order(owner);
  const inputs = await Promise.all(
    Array.from({ length: photos }, () =>
      stage.assets.save({ personId: owner.id, role: 'input', bytes: stage.picture }),
    ),
  );
  await stage.db.generation.update({
    where: { id },
    data: {
      prompt,
      mode: photos > 0 ? 'photo' : 'text',
      inputAssetIds: inputs.map((input) => input.id),
    },
  });
  return { id, personId: owner.id };
}

const decisions = (generationId: string) =>
  stage.db.moderationDecision.findMany({ where: { generationId }, orderBy: { id: 'asc' } });

describe('the rules', () => {
  test('refuse before tokens move, and leave a digest and no words', async () => {
    const { id, personId } = await ordered('nude child');
    const { generation } = stage.play();
    for (let time = 0; time < 2; time += 1) {
      expect(await failureOf(generation.begin(id))).toMatchObject({ type: 'CONTENT_REFUSED' });
    }
    expect(await stage.ledger.balance(personId)).toMatchObject({ available: 100n, held: 0n });
    const kept = await decisions(id);
    expect(kept).toMatchObject([
      { source: 'rules', subject: 'text', outcome: 'refused', reason: 'sexual-minors' },
    ]);
    expect(kept[0]?.evidence).toMatch(/^[0-9a-f]{64}$/);
    expect(await stage.db.strike.count({ where: { personId } })).toBe(1);
  });

  test('count no strike for what may be an accident', async () => {
    const { id, personId } = await ordered('make me sexy', 1);
    await failureOf(stage.play().generation.begin(id));
    expect(await decisions(id)).toMatchObject([{ reason: 'sexual-photo' }]);
    expect(await stage.db.strike.count({ where: { personId } })).toBe(0);
  });
});

describe('the classifier', () => {
  test('is asked about words and photos before the provider is', async () => {
    const { id } = await ordered('a hat', 1);
    const model = classifier();
    const { generation, providerSteps, provider } = stage.play({ classifier: model });
    await generation.begin(id);
    await providerSteps.submit(id);
    expect(model.shown).toEqual(['text', 'image']);
    expect(provider.accepted).toEqual([id]);
    expect(await decisions(id)).toMatchObject([
      { source: 'classifier', subject: 'text', outcome: 'allowed' },
      { source: 'classifier', subject: 'input', outcome: 'allowed' },
    ]);
  });

  test('that knows no words is asked about photos only, and leaves nothing about words', async () => {
    const { id } = await ordered('a hat', 1);
    const model = classifier({ image: sexual }, ['image']);
    const { generation, providerSteps, provider } = stage.play({ classifier: model });
    await generation.begin(id);
    expect(await failureOf(providerSteps.submit(id))).toMatchObject({ type: 'CONTENT_REFUSED' });
    expect(model.shown).toEqual(['image']);
    expect(provider.accepted).toEqual([]);
    expect(await decisions(id)).toMatchObject([{ subject: 'input', outcome: 'refused' }]);
  });

  test('is not asked twice about the same', async () => {
    const { id } = await ordered('a hat', 1);
    const model = classifier();
    const { generation, providerSteps, provider } = stage.play({ classifier: model });
    provider.refuse(new ProviderError('transient', 'later'));
    await generation.begin(id);
    await failureOf(providerSteps.submit(id));
    await providerSteps.submit(id);
    expect(model.shown).toEqual(['text', 'image']);
  });

  test.each([
    ['words', 0, { text: sexual }],
    ['a photo', 1, { image: sexual }],
  ])(
    'refuses %s: nothing is sent to the provider, tokens return, the person is told',
    async (_what, photos, answers) => {
      const { id, personId } = await ordered('a hat', photos);
      const play = stage.play({ classifier: classifier(answers) });
      await play.generation.begin(id);
      const failure = await failureOf(play.providerSteps.submit(id));
      expect(failure).toMatchObject({ type: 'CONTENT_REFUSED', nonRetryable: true });
      expect(play.provider.accepted).toEqual([]);
      expect(await play.generation.release(id, 'CONTENT_REFUSED')).toEqual({ status: 'released' });
      await play.delivery.tellEnded(id, 'CONTENT_REFUSED');
      expect(play.telegram.times('sendText')).toBe(1);
      expect(await stage.ledger.balance(personId)).toMatchObject({ available: 100n, held: 0n });
      const refused = (await decisions(id)).filter(({ outcome }) => outcome === 'refused');
      expect(refused).toMatchObject([{ source: 'classifier', reason: 'sexual' }]);
    },
  );

  test('that is silent closes the way for photos and leaves words to the rules', async () => {
    const photo = await ordered('a hat', 1);
    const words = await ordered('a hat');
    const play = stage.play({ classifier: classifier({ text: silence, image: silence }) });
    for (const { id } of [photo, words]) await play.generation.begin(id);
    expect(await failureOf(play.providerSteps.submit(photo.id))).toMatchObject({
      type: 'MODERATION_UNAVAILABLE',
      nonRetryable: true,
    });
    await play.providerSteps.submit(words.id);
    expect(play.provider.accepted).toEqual([words.id]);
    expect(await decisions(words.id)).toMatchObject([{ outcome: 'unanswered' }]);
  });

  test('is shown films, those that were sent and those that were made', async () => {
    const bytes = readFileSync(join(__dirname, '../provider/fixtures/fractal.mp4'));
    const { id, personId } = await ordered('a hat', 1);
    const sent = await stage.assets.save({ personId, role: 'output', bytes });
    await stage.db.generation.update({ where: { id }, data: { inputAssetIds: [sent.id] } });
    const model = classifier();
    const play = stage.play({ classifier: model });
    await play.generation.begin(id);
    play.provider.makeAtOnce([{ mediaType: 'video/mp4', bytes }]);
    await play.providerSteps.submit(id);
    expect(model.shown).toEqual(['text', 'sent-film', 'film']);
    expect((await decisions(id)).map(({ subject }) => subject)).toEqual([
      'text',
      'input',
      'output',
    ]);
  });

  test('keeps a refused result from being stored, whichever way it came', async () => {
    const output = { mediaType: 'image/jpeg', bytes: stage.picture };
    const play = stage.play({ classifier: classifier({ image: minors }) });
    const polled = await ordered('a hat');
    await play.generation.begin(polled.id);
    await play.providerSteps.submit(polled.id);
    play.provider.answer({ status: 'done', outputs: [output] });
    expect(await failureOf(play.providerSteps.collect(polled.id))).toMatchObject({
      type: 'CONTENT_REFUSED',
    });
    const atOnce = await ordered('a hat');
    play.provider.makeAtOnce([output]);
    await play.generation.begin(atOnce.id);
    expect(await failureOf(play.providerSteps.submit(atOnce.id))).toMatchObject({
      type: 'CONTENT_REFUSED',
    });
    for (const { id } of [polled, atOnce]) {
      const { outputAssetIds } = await stage.generations.get(id);
      expect(outputAssetIds).toEqual([]);
      expect((await decisions(id)).at(-1)).toMatchObject({ subject: 'output', outcome: 'refused' });
    }
    // It was taken by the provider, so it is never sent again.
    expect((await stage.generations.get(atOnce.id)).providerJobId).not.toBeNull();
  });
});

test('what a provider refuses by its own rules is recorded too', async () => {
  const play = stage.play();
  const atSubmit = await ordered('a hat');
  await play.generation.begin(atSubmit.id);
  play.provider.refuse(new ProviderError('blocked', 'no'));
  await failureOf(play.providerSteps.submit(atSubmit.id));
  const later = await ordered('a hat');
  await play.generation.begin(later.id);
  await play.providerSteps.submit(later.id);
  play.provider.answer({ status: 'failed', failure: 'blocked', detail: 'no' });
  await failureOf(play.providerSteps.collect(later.id));
  const asked = await ordered('a hat');
  await play.generation.begin(asked.id);
  await play.providerSteps.submit(asked.id);
  play.provider.answer(new ProviderError('blocked', 'no'));
  await failureOf(play.providerSteps.collect(asked.id));
  for (const { id } of [atSubmit, later, asked]) {
    expect(await decisions(id)).toMatchObject([{ source: 'provider', outcome: 'refused' }]);
  }
});

describe('strikes', () => {
  test('the third suspends: told once with an appeal, and nothing begins any more', async () => {
    const person = await stage.person(100n);
    const play = stage.play();
    const ids: string[] = [];
    for (let time = 0; time < 3; time += 1) {
      const { id } = await ordered('undress her', 1, person);
      ids.push(id);
      await failureOf(play.generation.begin(id));
      await play.generation.release(id, 'CONTENT_REFUSED');
      for (let again = 0; again < 2; again += 1) {
        await play.delivery.tellEnded(id, 'CONTENT_REFUSED');
      }
    }
    // Three refusals and one suspension.
    expect(play.telegram.times('sendText')).toBe(4);
    expect(play.telegram.done.at(-1)?.text).toContain('undressing people');
    expect(await stage.persons.get(person.id)).toMatchObject({ banReason: 'moderation' });
    const innocent = await ordered('a hat', 0, person);
    expect(await failureOf(play.generation.begin(innocent.id))).toMatchObject({ type: 'BANNED' });
    expect(await stage.moderation.suspensionBy(ids[2] ?? '')).toMatchObject({
      personId: person.id,
      reasons: ['undress'],
    });
  });

  test('of long ago do not count', async () => {
    const person = await stage.person(100n);
    const play = stage.play();
    for (let time = 0; time < 3; time += 1) {
      const { id } = await ordered('undress her', 1, person);
      await failureOf(play.generation.begin(id));
      const struckAt = new Date(Date.now() - 31 * 24 * 3_600_000);
      await stage.db.strike.updateMany({ where: { personId: person.id }, data: { struckAt } });
    }
    expect((await stage.persons.get(person.id)).bannedAt).toBeNull();
  });

  test('struck at the same moment suspend once', async () => {
    const person = await stage.person(100n);
    const play = stage.play();
    const orders = await Promise.all(
      Array.from({ length: 5 }, () => ordered('undress her', 1, person)),
    );
    await Promise.all(orders.map(({ id }) => failureOf(play.generation.begin(id))));
    const strikes = await stage.db.strike.findMany({ where: { personId: person.id } });
    expect(strikes).toHaveLength(5);
    expect(strikes.filter(({ suspends }) => suspends)).toHaveLength(1);
  });
});
