import { ProviderError } from '../../src/providers/provider';
import type { Traits } from './scripted-provider';
import { failureOf, openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.providerSpend.deleteMany();
});

const hour = 60 * 60_000;

/** A generation that ended while nobody knew whether its job exists. */
async function ended(traits: Traits, isTaken: boolean) {
  const { id } = await stage.working();
  await stage.db.generation.update({ where: { id }, data: { costMicros: 50_000n } });
  const play = stage.play({ traits, now: new Date(Date.now() + hour) });
  if (isTaken) {
    play.provider.lose(new ProviderError('unknown', 'the connection broke'));
    await failureOf(play.providerSteps.submit(id));
  } else {
    await stage.generations.startSubmission(id);
  }
  await stage.generations.release(id, 'OUTCOME_UNKNOWN');
  return { id, play };
}

const standing = async (id: string) => {
  const { submission, status } = await stage.generations.get(id);
  const [spent] = await stage.providerStates.standings();
  return { submission, status, spent: spent?.spentToday ?? 0n };
};

describe('a submit that was unknown when its generation ended', () => {
  test('is found later: its job is stopped and its cost stays', async () => {
    const { id, play } = await ended({ dedupesSubmit: false, canBeAsked: true }, true);
    await play.lostSubmits.settleLostSubmits();
    expect(play.provider.cancelled).toEqual([`job:${id}`]);
    expect(await standing(id)).toEqual({
      submission: 'accepted',
      status: 'released',
      spent: 50_000n,
    });
    await play.lostSubmits.settleLostSubmits();
    expect(play.provider.cancelled).toHaveLength(1);
  });

  test('is not found: it costs nothing', async () => {
    const { id, play } = await ended({ dedupesSubmit: false, canBeAsked: true }, false);
    await play.lostSubmits.settleLostSubmits();
    expect(await standing(id)).toEqual({ submission: 'lost', status: 'released', spent: 0n });
  });

  test('cannot be asked for: it may have been paid, so its cost stays', async () => {
    const { id, play } = await ended({ dedupesSubmit: false, canBeAsked: false }, true);
    await play.lostSubmits.settleLostSubmits();
    expect(await standing(id)).toEqual({ submission: 'lost', status: 'released', spent: 50_000n });
  });

  test('is left alone until its provider had time to list it', async () => {
    const { id } = await ended({ dedupesSubmit: false, canBeAsked: false }, true);
    await stage.play().lostSubmits.settleLostSubmits();
    expect((await standing(id)).submission).toBe('submitting');
  });
});
