import { workflowIds, type GenerationInput } from '../../src/workflows/contract';
import {
  generationInputOf,
  hiccup,
  refusal,
  spare,
  Theatre,
  type Scene,
  type Script,
} from './harness';

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(async () => {
  await theatre.close();
});

function play<T>(
  script: Script,
  scene: (scene: Scene, input: GenerationInput) => Promise<T>,
): Promise<T> {
  return theatre.play(script, async (stage) => {
    const input = generationInputOf();
    await stage.engine.startGeneration(input);
    const answer = await scene(stage, input);
    await theatre.record(workflowIds.generation(input.generationId));
    return answer;
  });
}

const result = (scene: Scene, input: GenerationInput): Promise<unknown> =>
  scene.generation(input.generationId).result();

/** Where each step of the workflow was sent, in order. */
async function queuesOf(scene: Scene, input: GenerationInput): Promise<string[]> {
  const { events } = await scene.generation(input.generationId).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.taskQueue?.name == null ? [] : [scheduled.taskQueue.name],
  );
}

async function providersShown(scene: Scene, input: GenerationInput): Promise<string[]> {
  const { events } = await scene.generation(input.generationId).fetchHistory();
  return (events ?? []).flatMap(({ upsertWorkflowSearchAttributesEventAttributes: upserted }) => {
    const data = upserted?.searchAttributes?.indexedFields?.['EaselProvider']?.data;
    return data == null ? [] : [String(JSON.parse(Buffer.from(data).toString()))];
  });
}

/** The first call fails for good, the others work. */
function once(code: Parameters<typeof refusal>[0]): () => void {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls === 1) throw refusal(code);
  };
}

describe('a generation whose provider cannot serve it', () => {
  test.each([
    'PROVIDER_UNAVAILABLE',
    'PROVIDER_ACCOUNT',
    'MODEL_RETIRED',
    'PROVIDER_RESTING',
  ] as const)(
    'goes on at another one after %s, and the list of workflows says so',
    async (code) => {
      const script = { submit: once(code), fallBack: () => ({ provider: spare }) };
      await play(script, async (scene, input) => {
        expect(await result(scene, input)).toEqual({ stage: 'delivered' });
        expect(scene.calls).toEqual([
          'begin',
          'submit',
          'fallBack',
          'submit',
          'collect',
          'deliver',
        ]);
        expect(await queuesOf(scene, input)).toEqual([
          'easel-submit-sandbox',
          'easel-submit-spare',
          'easel-collect-spare',
          'easel-telegram',
        ]);
        expect(await providersShown(scene, input)).toEqual([spare]);
      });
    },
  );

  test('goes on at another one when the job failed there', async () => {
    const script = { collect: once('PROVIDER_UNAVAILABLE'), fallBack: () => ({ provider: spare }) };
    await play(script, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
      expect(scene.calls.slice(2)).toEqual(['collect', 'fallBack', 'submit', 'collect', 'deliver']);
    });
  });

  test('is released when nobody can stand in', async () => {
    await play({ submit: once('PROVIDER_ACCOUNT') }, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'released', code: 'PROVIDER_ACCOUNT' });
      expect(scene.calls.slice(0, 4)).toEqual(['begin', 'submit', 'fallBack', 'release']);
    });
  });

  test('is released when the stand-in refuses it too and there is no other', async () => {
    let relieved = 0;
    const script = {
      submit: () => {
        throw refusal('PROVIDER_UNAVAILABLE');
      },
      fallBack: () => ((relieved += 1) === 1 ? { provider: spare } : null),
    };
    await play(script, async (scene, input) => {
      expect(await result(scene, input)).toMatchObject({ stage: 'released' });
      expect([scene.count('submit'), scene.count('fallBack')]).toEqual([2, 2]);
    });
  });

  test.each(['PROVIDER_REFUSED', 'PROVIDER_REJECTED', 'NO_OUTPUT', 'OUTCOME_UNKNOWN'] as const)(
    'is never handed on after %s',
    async (code) => {
      const script = { submit: once(code), fallBack: () => ({ provider: spare }) };
      await play(script, async (scene, input) => {
        expect(await result(scene, input)).toEqual({ stage: 'released', code });
        expect([scene.count('submit'), scene.count('fallBack')]).toEqual([1, 0]);
      });
    },
  );

  test('that the person cancels is not handed on', async () => {
    const submit = () => {
      throw hiccup('PROVIDER_UNAVAILABLE', 20 * 60_000);
    };
    await play({ submit, fallBack: () => ({ provider: spare }) }, async (scene, input) => {
      await scene.until(() => scene.count('submit') === 1);
      await scene.engine.cancelGeneration(input.generationId);
      expect(await result(scene, input)).toEqual({ stage: 'released', code: 'CANCELLED' });
      expect(scene.count('fallBack')).toBe(0);
    });
  });
});

test('a provider switched off since the order is relieved before the first submit', async () => {
  await play({ begin: () => ({ provider: spare }) }, async (scene, input) => {
    expect(await result(scene, input)).toEqual({ stage: 'delivered' });
    expect((await queuesOf(scene, input))[0]).toBe('easel-submit-spare');
    expect(await providersShown(scene, input)).toEqual([spare]);
  });
});

test('a provider that answers with the result itself is not asked for it', async () => {
  await play({ submit: () => 'made' }, async (scene, input) => {
    expect(await result(scene, input)).toEqual({ stage: 'delivered' });
    expect(scene.calls).toEqual(['begin', 'submit', 'deliver']);
  });
});
