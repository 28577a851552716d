import { ApplicationFailureCategory } from '@temporalio/common';
import { AppError } from '../../src/domain/errors';
import { submitCallMaxMs } from '../../src/domain/provider-failure';
import { ProviderError, type ProviderFailureClass } from '../../src/providers/provider';
import { failureOf, openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const lost = (): ProviderError => new ProviderError('unknown', 'the connection broke');

describe('a submit whose answer was lost after the job was taken', () => {
  test('is found by our reference, so that exactly one job is paid for', async () => {
    const { id } = await stage.working();
    const play = stage.play({ traits: { dedupesSubmit: false, canBeAsked: true } });
    play.provider.lose(lost());
    expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({
      type: 'OUTCOME_UNKNOWN',
      nonRetryable: false,
    });
    await play.providerSteps.submit(id);
    expect(play.provider.accepted).toEqual([id]);
    expect((await stage.generations.get(id)).providerJobId).toBe(`job:${id}`);
  });

  test('is final when the provider can neither be asked nor tell a repeat', async () => {
    const { id } = await stage.working();
    const play = stage.play({ traits: { dedupesSubmit: false, canBeAsked: false } });
    play.provider.lose(lost());
    expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({ nonRetryable: false });
    for (let repeat = 0; repeat < 3; repeat += 1) {
      expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({
        type: 'OUTCOME_UNKNOWN',
        nonRetryable: true,
      });
    }
    expect(play.provider.accepted).toEqual([id]);
  });

  test('is sent again to a provider that tells a repeat by its reference', async () => {
    const { id } = await stage.working();
    const play = stage.play({ traits: { dedupesSubmit: true, canBeAsked: false } });
    play.provider.lose(lost());
    await failureOf(play.providerSteps.submit(id));
    await play.providerSteps.submit(id);
    expect(play.provider.accepted).toEqual([id]);
  });

  test('counts as lost too when the process died before it could write the answer down', async () => {
    const { id } = await stage.working();
    expect(await stage.generations.startSubmission(id)).toMatchObject({ begun: true });
    const play = stage.play({ traits: { dedupesSubmit: false, canBeAsked: false } });
    expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({ nonRetryable: true });
    expect(play.provider.accepted).toEqual([]);
  });
});

describe('a submit the provider did not take', () => {
  test.each<ProviderFailureClass>(['transient', 'rate-limited', 'blocked', 'quota'])(
    'may be sent again after %s, whatever the provider can do',
    async (failure) => {
      const { id } = await stage.working();
      const play = stage.play({ traits: { dedupesSubmit: false, canBeAsked: false } });
      play.provider.refuse(new ProviderError(failure, 'no'));
      await failureOf(play.providerSteps.submit(id));
      await play.providerSteps.submit(id);
      expect(play.provider.accepted).toEqual([id]);
    },
  );

  test('is tried again after 10, 30 and 60 seconds', async () => {
    const { id } = await stage.working();
    const play = stage.play();
    const delays: unknown[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      play.provider.refuse(new ProviderError('transient', 'overloaded'));
      const failure = await failureOf(play.providerSteps.submit(id));
      delays.push(failure?.nonRetryable === true ? 'over' : failure?.nextRetryDelay);
    }
    expect(delays).toEqual([10_000, 30_000, 60_000, 'over']);
  });

  test('waits as long as the provider asked, if that is longer', async () => {
    const { id } = await stage.working();
    const play = stage.play();
    play.provider.refuse(new ProviderError('rate-limited', 'slow down', 25_000));
    expect((await failureOf(play.providerSteps.submit(id)))?.nextRetryDelay).toBe(25_000);
  });

  test('leaves no trace when its own photo could not be read', async () => {
    const person = await stage.person(10n);
    const { bytes } = { bytes: stage.picture };
    const photo = await stage.assets.save({ personId: person.id, role: 'input', bytes });
    const order = await stage.order(person);
    await stage.db.generation.update({
      where: { id: order.id },
      data: { status: 'working', inputAssetIds: [photo.id] },
    });
    const play = stage.play({ traits: { dedupesSubmit: false, canBeAsked: false } });
    const { storageKey } = photo;
    await stage.db.asset.update({ where: { id: photo.id }, data: { storageKey: 'gone' } });
    expect(await failureOf(play.providerSteps.submit(order.id))).toMatchObject({
      type: 'INVALID_INPUT',
    });
    await stage.db.asset.update({ where: { id: photo.id }, data: { storageKey } });
    await play.providerSteps.submit(order.id);
    expect(play.provider.accepted).toEqual([order.id]);
  });
});

test('a lost submit that may still be under way elsewhere is waited for before it is repeated', async () => {
  const { id } = await stage.working();
  await stage.generations.startSubmission(id);
  const traits = { dedupesSubmit: false, canBeAsked: true };
  const play = stage.play({ traits });
  expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({
    type: 'OUTCOME_UNKNOWN',
    nonRetryable: false,
  });
  expect(play.provider.accepted).toEqual([]);
  const later = stage.play({ traits, now: new Date(Date.now() + submitCallMaxMs + 1_000) });
  await later.providerSteps.submit(id);
  expect(later.provider.accepted).toEqual([id]);
});

describe('a provider that answers with the result itself', () => {
  const outputs = () => [{ mediaType: 'image/jpeg', bytes: stage.picture }];

  test('is not asked for it again', async () => {
    const { id } = await stage.working();
    const play = stage.play();
    play.provider.makeAtOnce(outputs());
    expect(await play.providerSteps.submit(id)).toBe('made');
    expect((await stage.generations.get(id)).outputAssetIds).toHaveLength(1);
    expect(await play.providerSteps.submit(id)).toBe('made');
    await play.providerSteps.collect(id);
    expect(play.provider.accepted).toEqual([id]);
    expect(play.provider.asked()).toBe(0);
  });

  test('and sends rubbish ends the generation, paid for once', async () => {
    const { id } = await stage.working();
    const play = stage.play({ traits: { dedupesSubmit: false, canBeAsked: false } });
    play.provider.makeAtOnce([{ mediaType: 'image/jpeg', bytes: Buffer.from('<html>') }]);
    expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({
      type: 'NO_OUTPUT',
      nonRetryable: true,
    });
    expect((await stage.generations.get(id)).submission).toBe('accepted');
  });
});

test('a submit that worked is not repeated', async () => {
  const { id } = await stage.working();
  const play = stage.play({ traits: { dedupesSubmit: false, canBeAsked: false } });
  await play.providerSteps.submit(id);
  await play.providerSteps.submit(id);
  expect(play.provider.accepted).toEqual([id]);
});

test('a generation that ended meanwhile is not submitted', async () => {
  const { id } = await stage.working();
  await stage.generations.release(id, 'CANCELLED');
  const play = stage.play();
  expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({
    type: 'CANCELLED',
    nonRetryable: true,
  });
  expect(play.provider.accepted).toEqual([]);
});

test('a provider that was switched off is a clear no', async () => {
  const { id } = await stage.working();
  await stage.db.generation.update({ where: { id }, data: { provider: 'gone' } });
  const play = stage.play();
  expect(await failureOf(play.providerSteps.submit(id))).toMatchObject({
    type: 'MODEL_UNAVAILABLE',
    nonRetryable: true,
  });
});

describe('collecting', () => {
  test('still working is benign, shows progress and carries the delay of the next question', async () => {
    const { id } = await stage.working();
    await stage.generations.setStatusMessage(id, 42n);
    const play = stage.play();
    await play.providerSteps.submit(id);
    play.provider.answer({ status: 'working', progress: 40, askAgainMs: 1_234 });
    expect(await failureOf(play.providerSteps.collect(id))).toMatchObject({
      type: 'PROVIDER_STILL_WORKING',
      category: ApplicationFailureCategory.BENIGN,
      nonRetryable: false,
      nextRetryDelay: 1_234,
    });
    await failureOf(play.providerSteps.collect(id));
    expect(play.telegram.times('editProgress')).toBe(1);
    expect(play.telegram.done[0]?.messageId).toBe(42n);
  });

  test('progress that cannot be shown does not disturb the question', async () => {
    const { id } = await stage.working();
    await stage.generations.setStatusMessage(id, 42n);
    const play = stage.play();
    await play.providerSteps.submit(id);
    play.telegram.refuse('editProgress', new AppError('TELEGRAM_BUSY', 'too fast'));
    expect(await failureOf(play.providerSteps.collect(id))).toMatchObject({
      type: 'PROVIDER_STILL_WORKING',
    });
  });

  test('the result is stored once and not asked for again', async () => {
    const { id } = await stage.working();
    const play = stage.play();
    await play.providerSteps.submit(id);
    const output = { mediaType: 'image/jpeg', bytes: stage.picture };
    play.provider.answer({ status: 'done', outputs: [output] });
    await play.providerSteps.collect(id);
    const { outputAssetIds } = await stage.generations.get(id);
    expect(outputAssetIds).toHaveLength(1);
    await play.providerSteps.collect(id);
    expect(play.provider.asked()).toBe(1);
    expect((await stage.generations.get(id)).outputAssetIds).toEqual(outputAssetIds);
    expect(await stage.assets.read(outputAssetIds[0] ?? '')).toEqual(stage.picture);
  });

  test.each([
    ['no file at all', { status: 'done', outputs: [] }, 'NO_OUTPUT'],
    [
      'bytes that are no picture',
      { status: 'done', outputs: [{ mediaType: 'image/jpeg', bytes: Buffer.from('<html>') }] },
      'NO_OUTPUT',
    ],
    [
      'a refusal of its content rules',
      { status: 'failed', failure: 'blocked', detail: 'no' },
      'PROVIDER_REFUSED',
    ],
  ] as const)('%s ends the generation', async (_what, state, code) => {
    const { id } = await stage.working();
    const play = stage.play();
    await play.providerSteps.submit(id);
    play.provider.answer(state);
    expect(await failureOf(play.providerSteps.collect(id))).toMatchObject({
      type: code,
      nonRetryable: true,
    });
    expect((await stage.generations.get(id)).outputAssetIds).toEqual([]);
  });

  test.each<ProviderFailureClass>(['transient', 'quota'])(
    'a job the provider says failed (%s) may be begun elsewhere, for no job exists any more',
    async (failure) => {
      const { id } = await stage.working();
      const play = stage.play();
      await play.providerSteps.submit(id);
      play.provider.answer({ status: 'failed', failure, detail: 'broke' });
      const first = await failureOf(play.providerSteps.collect(id));
      expect(first).toMatchObject({ nonRetryable: true });
      expect(await failureOf(play.providerSteps.collect(id))).toMatchObject({ nonRetryable: true });
      expect(await stage.generations.get(id)).toMatchObject({
        submission: 'none',
        providerJobId: null,
      });
    },
  );

  test('a provider that refuses our key while it works is asked on: the job is paid for', async () => {
    const { id } = await stage.working();
    await stage.admin();
    const play = stage.play();
    await play.providerSteps.submit(id);
    play.provider.answer(new ProviderError('auth', '401'));
    for (let poll = 0; poll < 3; poll += 1) {
      expect(await failureOf(play.providerSteps.collect(id))).toMatchObject({
        type: 'PROVIDER_ACCOUNT',
        nonRetryable: false,
      });
    }
    expect(play.telegram.times('sendText')).toBe(1);
  });

  test('a provider that is down is asked again', async () => {
    const { id } = await stage.working();
    const play = stage.play();
    await play.providerSteps.submit(id);
    play.provider.answer(new ProviderError('transient', '503'));
    expect(await failureOf(play.providerSteps.collect(id))).toMatchObject({
      type: 'PROVIDER_UNAVAILABLE',
      nonRetryable: false,
    });
  });
});

test('only a job that exists is cancelled at the provider', async () => {
  const { id } = await stage.working();
  const play = stage.play();
  await play.providerSteps.cancelAtProvider(id);
  expect(play.provider.cancelled).toEqual([]);
  await play.providerSteps.submit(id);
  await play.providerSteps.cancelAtProvider(id);
  expect(play.provider.cancelled).toEqual([`job:${id}`]);
});
