import { workflowIds, type GenerationInput } from '../../src/workflows/contract';
import { generationInputOf, hiccup, refusal, Theatre, type Scene, type Script } from './harness';

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(async () => {
  await theatre.close();
});

const refundBy = (id: string) => ({ id, actor: '900009', reason: 'a bad picture' });

function play<T>(
  script: Script,
  scene: (scene: Scene, input: GenerationInput) => Promise<T>,
  overrides: Partial<GenerationInput> = {},
): Promise<T> {
  return theatre.play(script, async (stage) => {
    const input = generationInputOf(overrides);
    await stage.engine.startGeneration(input);
    const answer = await scene(stage, input);
    await theatre.record(workflowIds.generation(input.generationId));
    return answer;
  });
}

const result = (scene: Scene, input: GenerationInput): Promise<unknown> =>
  scene.generation(input.generationId).result();

describe('a generation that succeeds', () => {
  test('begins, submits, collects and delivers, in that order, and closes after the window', async () => {
    await play({}, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
      expect(scene.calls).toEqual(['begin', 'submit', 'collect', 'deliver']);
    });
  });

  test('started twice runs once', async () => {
    await play({}, async (scene, input) => {
      await scene.engine.startGeneration(input);
      await result(scene, input);
      await scene.engine.startGeneration(input);
      expect(scene.count('submit')).toBe(1);
    });
  });

  test('sixty polls add nothing to the history', async () => {
    const eventsAfter = (polls: number): Promise<number> => {
      let asked = 0;
      const collect = () => {
        asked += 1;
        if (asked <= polls) throw hiccup('PROVIDER_STILL_WORKING', 20_000);
      };
      return play({ collect }, async (scene, input) => {
        await result(scene, input);
        expect(asked).toBe(polls + 1);
        const history = await scene.generation(input.generationId).fetchHistory();
        return history.events?.length ?? 0;
      });
    };
    expect(await eventsAfter(60)).toBe(await eventsAfter(0));
  });

  test('a provider that calls back is asked at once', async () => {
    let finished = false;
    const collect = () => {
      if (!finished) throw hiccup('PROVIDER_STILL_WORKING', 20 * 60 * 1000);
    };
    await play({ collect }, async (scene, input) => {
      await scene.until(() => scene.count('collect') === 1);
      finished = true;
      await scene.engine.wakeGeneration(input.generationId);
      await scene.until(() => scene.count('deliver') === 1);
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
    });
  });

  test('a callback repeated three times delivers once', async () => {
    const collect = () => {
      throw hiccup('PROVIDER_STILL_WORKING', 60_000);
    };
    let calls = 0;
    await play(
      { collect: () => ((calls += 1) < 5 ? collect() : undefined) },
      async (scene, input) => {
        for (let i = 0; i < 3; i += 1) await scene.engine.wakeGeneration(input.generationId);
        expect(await result(scene, input)).toEqual({ stage: 'delivered' });
        expect(scene.count('deliver')).toBe(1);
      },
    );
  });
});

describe('a generation that ends without a result releases and tells the person', () => {
  test('no tokens: nothing is submitted', async () => {
    const script = {
      begin: () => {
        throw refusal('INSUFFICIENT_TOKENS');
      },
      release: () => ({ status: 'refused' }),
    };
    await play(script, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'refused', code: 'INSUFFICIENT_TOKENS' });
      expect(scene.calls).toEqual(['begin', 'release', 'tellEnded']);
    });
  });

  test('the provider is down: four attempts, then release', async () => {
    let attempts = 0;
    const submit = () => {
      attempts += 1;
      // The step itself counts: after the fourth refusal it is over.
      throw attempts < 4 ? hiccup('PROVIDER_UNAVAILABLE', 10_000) : refusal('PROVIDER_UNAVAILABLE');
    };
    await play({ submit }, async (scene, input) => {
      expect(await result(scene, input)).toEqual({
        stage: 'released',
        code: 'PROVIDER_UNAVAILABLE',
      });
      expect(scene.count('submit')).toBe(4);
      expect(scene.count('release')).toBe(1);
      expect(scene.count('deliver')).toBe(0);
    });
  });

  test('the provider refuses the content', async () => {
    const collect = () => {
      throw refusal('PROVIDER_REFUSED');
    };
    await play({ collect }, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'released', code: 'PROVIDER_REFUSED' });
      expect(scene.calls.slice(-3)).toEqual(['release', 'tellEnded', 'cancelAtProvider']);
    });
  });

  test.each(['CONTENT_REFUSED', 'MODERATION_UNAVAILABLE'] as const)(
    'moderation ends it before the provider has it (%s): released and told, never tried elsewhere',
    async (code) => {
      const submit = () => {
        throw refusal(code);
      };
      await play({ submit }, async (scene, input) => {
        expect(await result(scene, input)).toEqual({ stage: 'released', code });
        const calls = ['begin', 'submit', 'release', 'tellEnded', 'cancelAtProvider'];
        expect(scene.calls).toEqual(calls);
      });
    },
  );

  test('the provider never finishes: the deadline ends it', async () => {
    const collect = () => {
      throw hiccup('PROVIDER_STILL_WORKING', 60_000);
    };
    await play({ collect }, async (scene, input) => {
      expect(await result(scene, input)).toMatchObject({
        stage: 'released',
        code: 'PROVIDER_TIMEOUT',
      });
      expect(scene.count('release')).toBe(1);
    });
  });

  test('the person cancels while it is being made', async () => {
    const collect = () => {
      throw hiccup('PROVIDER_STILL_WORKING', 5 * 60_000);
    };
    await play({ collect }, async (scene, input) => {
      await scene.until(() => scene.count('collect') > 0);
      await scene.engine.cancelGeneration(input.generationId);
      expect(await result(scene, input)).toEqual({ stage: 'released', code: 'CANCELLED' });
      expect(scene.count('release')).toBe(1);
      expect(scene.count('cancelAtProvider')).toBe(1);
    });
  });

  test('an operator cancels it in the Web UI', async () => {
    const collect = () => {
      throw hiccup('PROVIDER_STILL_WORKING', 5 * 60_000);
    };
    await play({ collect }, async (scene, input) => {
      await scene.until(() => scene.count('collect') > 0);
      await scene.generation(input.generationId).cancel();
      expect(await result(scene, input)).toEqual({ stage: 'released', code: 'CANCELLED' });
    });
  });

  test('the person blocked the bot: delivery fails and tokens return', async () => {
    const deliver = () => {
      throw refusal('PERSON_UNREACHABLE');
    };
    await play({ deliver }, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'released', code: 'PERSON_UNREACHABLE' });
    });
  });

  test('news that cannot be sent do not keep the workflow open', async () => {
    const script = {
      collect: () => {
        throw refusal('PROVIDER_REFUSED');
      },
      tellEnded: () => {
        throw refusal('PERSON_UNREACHABLE');
      },
      cancelAtProvider: () => {
        throw hiccup('PROVIDER_UNAVAILABLE');
      },
    };
    await play(script, async (scene, input) => {
      expect(await result(scene, input)).toMatchObject({ stage: 'released' });
    });
  });
});

describe('endings that look alike from outside', () => {
  test('a cancel after the result is out changes nothing', async () => {
    await play({}, async (scene, input) => {
      await scene.until(() => scene.count('deliver') === 1);
      await scene.engine.cancelGeneration(input.generationId);
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
      expect(scene.count('release')).toBe(0);
    });
  });

  test('a delivery whose answer was lost counts as delivered', async () => {
    const script = {
      deliver: () => {
        throw refusal('DELIVERY_FAILED');
      },
      release: () => ({ status: 'delivered' }),
    };
    await play(script, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
      expect(scene.count('tellEnded')).toBe(0);
    });
  });

  test('a database that is down for a while only delays', async () => {
    let tries = 0;
    const begin = () => {
      tries += 1;
      if (tries < 4) throw hiccup('INTERNAL');
    };
    await play({ begin }, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
      expect(tries).toBe(4);
    });
  });
});

describe('the refund signal on a delivered generation', () => {
  test('returns the tokens, tells, and ends the workflow as refunded', async () => {
    await play({}, async (scene, input) => {
      await scene.until(() => scene.count('deliver') === 1);
      await scene.engine.refundGeneration(input.generationId, refundBy('r1'));
      expect(await result(scene, input)).toEqual({ stage: 'refunded' });
      expect(scene.count('refund')).toBe(1);
      expect(scene.count('tellGenerationRefund')).toBe(1);
    });
  });

  test('sent twice with one id refunds once', async () => {
    const refund = () => ({ outcome: 'settled', returnedTokens: '1', nothingLeft: false });
    await play({ refund }, async (scene, input) => {
      await scene.until(() => scene.count('deliver') === 1);
      await scene.engine.refundGeneration(input.generationId, refundBy('r1'));
      await scene.engine.refundGeneration(input.generationId, refundBy('r1'));
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
      expect(scene.count('refund')).toBe(1);
    });
  });

  test('sent before the result is out waits for it', async () => {
    let done = false;
    const collect = () => {
      if (!done) throw hiccup('PROVIDER_STILL_WORKING', 1000);
    };
    await play({ collect }, async (scene, input) => {
      await scene.engine.refundGeneration(input.generationId, refundBy('early'));
      done = true;
      expect(await result(scene, input)).toEqual({ stage: 'refunded' });
      expect(scene.calls.indexOf('refund')).toBeGreaterThan(scene.calls.indexOf('deliver'));
    });
  });

  test.each([
    ['text', 'please refund'],
    ['no id', { actor: '900009', reason: 'x' }],
    ['no reason', { id: 'r1', actor: '900009' }],
    ['a negative amount', { id: 'r1', actor: '900009', reason: 'x', amount: '-5' }],
    ['a list', [1, 2]],
    ['nothing', undefined],
  ])('typed wrongly (%s) is refused and the workflow lives on', async (_name, raw) => {
    await play({}, async (scene, input) => {
      await scene.until(() => scene.count('deliver') === 1);
      await scene.generation(input.generationId).signal('refund', raw);
      await scene.until(async () => {
        const state = await scene.engine.generationState(input.generationId);
        return state.refunds[0]?.code === 'REFUND_MALFORMED';
      });
      expect(scene.count('refund')).toBe(0);
      await scene.engine.refundGeneration(input.generationId, refundBy('good'));
      expect(await result(scene, input)).toEqual({ stage: 'refunded' });
    });
  });

  test('as bytes that are no JSON at all is refused and the workflow lives on', async () => {
    await play({}, async (scene, input) => {
      await scene.until(() => scene.count('deliver') === 1);
      await scene.env.connection.workflowService.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: `generation:${input.generationId}` },
        signalName: 'refund',
        input: {
          payloads: [
            {
              metadata: { encoding: Buffer.from('json/plain') },
              data: Buffer.from('{"id": "r1", oops'),
            },
          ],
        },
      });
      await scene.until(async () => {
        const state = await scene.engine.generationState(input.generationId);
        return state.refunds[0]?.code === 'REFUND_MALFORMED';
      });
      await scene.engine.refundGeneration(input.generationId, refundBy('good'));
      expect(await result(scene, input)).toEqual({ stage: 'refunded' });
    });
  });

  test('refused by the rules keeps the generation delivered and says why', async () => {
    const refund = () => ({ outcome: 'refused', code: 'REFUND_AMOUNT_INVALID' });
    await play({ refund }, async (scene, input) => {
      await scene.until(() => scene.count('deliver') === 1);
      await scene.engine.refundGeneration(input.generationId, { ...refundBy('r1'), amount: '999' });
      expect(await result(scene, input)).toEqual({ stage: 'delivered' });
      expect((await scene.engine.generationState(input.generationId)).refunds).toEqual([
        { id: 'r1', outcome: 'refused', code: 'REFUND_AMOUNT_INVALID' },
      ]);
    });
  });
});
