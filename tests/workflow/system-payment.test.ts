import { hiccup, paymentInputOf, refusal, Theatre } from './harness';
import { actor, pay, result, shown, state, type Act } from './till';

let theatre: Theatre;
const play = actor(() => theatre);
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(async () => {
  await theatre.close();
});

describe('a payment by a payment system', () => {
  test('is opened, shown, credited once and told of when news of the money comes', async () => {
    await play({}, async (act) => {
      await pay(act);
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
      const { calls } = act.scene;
      expect(calls.slice(0, 2)).toEqual(['openPayment', 'showPayment']);
      expect(calls.filter((call) => call !== 'watchPayment').slice(2)).toEqual([
        'credit',
        'tellPaid',
      ]);
    });
  });

  test('paid while no webhook ever comes is noticed by asking', async () => {
    await play({}, async (act) => {
      await shown(act);
      act.till.change({ state: 'closed', open: ['c1'] });
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });

  test('told of it by a hundred webhooks, the button and the poll at once credits once', async () => {
    await play({}, async (act) => {
      await shown(act);
      act.till.change({ state: 'closed', open: ['c1'] });
      await Promise.all(Array.from({ length: 100 }, () => act.scene.engine.paymentNews(act.input)));
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
      expect(act.scene.count('tellPaid')).toBe(1);
    });
  });

  test('waits for hours without making its history longer', async () => {
    const hours = 5 * 3_600_000;
    const openPayment = () => ({
      stage: 'waiting',
      payMs: hours,
      watchMs: hours,
      isAsked: true,
    });
    await play({ openPayment }, async (act) => {
      await shown(act);
      await act.scene.env.sleep(hours - 60_000);
      const history = await act.scene.payment(act.input.paymentId).fetchHistory();
      expect(act.scene.count('watchPayment')).toBeGreaterThan(100);
      expect(history.events?.length).toBeLessThan(40);
      await result(act);
    });
  });

  test('paid twice credits both charges', async () => {
    await play({}, async (act) => {
      await shown(act);
      act.till.change({ open: ['c1'] });
      await act.scene.until(() => act.scene.count('tellPaid') === 1);
      act.till.change({ open: ['c2'], state: 'closed' });
      await act.scene.engine.paymentNews(act.input);
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1', 'c2'] });
    });
  });

  test('that nobody pays expires, takes the invoice away and looks through the grace', async () => {
    await play({}, async (act) => {
      expect(await result(act)).toEqual({ stage: 'expired', creditedCharges: [] });
      const { calls } = act.scene;
      expect(calls.indexOf('closeInvoice')).toBeGreaterThan(calls.indexOf('expirePayment'));
      expect(calls).toContain('cancelPayment');
      expect(calls.lastIndexOf('watchPayment')).toBeGreaterThan(calls.indexOf('cancelPayment'));
    });
  });

  test('paid in the grace after it expired is credited', async () => {
    await play({}, async (act) => {
      await shown(act);
      await act.scene.env.sleep(1_000_000);
      await act.scene.until(() => act.scene.count('cancelPayment') > 0);
      act.till.change({ state: 'closed', open: ['late'] });
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['late'] });
    });
  });

  test('paid long after it ended is started again by the news and credited', async () => {
    const openings = [
      { stage: 'waiting', payMs: 900_000, watchMs: 900_000, isAsked: true },
      { stage: 'expired', payMs: 0, watchMs: 0, isAsked: true },
    ];
    await play({ openPayment: () => openings.shift() }, async (act) => {
      expect(await result(act)).toEqual({ stage: 'expired', creditedCharges: [] });
      act.till.change({ state: 'closed', open: ['late'] });
      await act.scene.engine.paymentNews(act.input);
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['late'] });
    });
  });

  test('that waits for slow money is neither expired nor forgotten, and is credited', async () => {
    const openPayment = () => ({
      stage: 'waiting',
      payMs: 900_000,
      watchMs: 1_800_000,
      isAsked: true,
    });
    await play({ openPayment }, async (act) => {
      await shown(act);
      act.till.change({ state: 'processing' });
      await act.scene.env.sleep(2 * 3_600_000);
      const { calls } = act.scene;
      expect(calls).not.toContain('expirePayment');
      expect(calls.filter((call) => call === 'watchPayment').length).toBeGreaterThan(60);
      act.till.change({ state: 'closed', open: ['slow'] });
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['slow'] });
    });
  });

  test('whose slow money does not come expires when that is known', async () => {
    await play({}, async (act) => {
      await shown(act);
      act.till.change({ state: 'processing' });
      await act.scene.env.sleep(1_000_000);
      expect(act.scene.calls).not.toContain('expirePayment');
      act.till.change({ state: 'closed' });
      expect(await result(act)).toEqual({ stage: 'expired', creditedCharges: [] });
      expect(act.scene.calls).toContain('expirePayment');
    });
  });

  test('called off at the system ends before its time', async () => {
    await play({}, async (act) => {
      await shown(act);
      act.till.change({ state: 'closed' });
      expect(await result(act)).toEqual({ stage: 'expired', creditedCharges: [] });
    });
  });

  test('whose invoice cannot be opened fails and the person hears of it', async () => {
    const openPayment = () => {
      throw refusal('PAYMENT_SYSTEM_REFUSED');
    };
    await play({ openPayment }, async (act) => {
      expect(await result(act)).toEqual({ stage: 'failed', creditedCharges: [] });
      expect(act.scene.calls).toEqual([
        'openPayment',
        'failPayment',
        'tellPayFailed',
        'cancelPayment',
      ]);
    });
  });

  test('paid after it failed is started again by the news, credited and told of', async () => {
    const openings = [refusal('PAYMENT_SYSTEM_REFUSED')];
    const openPayment = () => {
      const failure = openings.shift();
      if (failure !== undefined) throw failure;
      return { stage: 'failed', payMs: 0, watchMs: 0, isAsked: true };
    };
    await play({ openPayment }, async (act) => {
      expect(await result(act)).toEqual({ stage: 'failed', creditedCharges: [] });
      act.till.change({ state: 'closed', open: ['late'] });
      await act.scene.engine.paymentNews(act.input);
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['late'] });
      expect(act.scene.count('tellPaid')).toBe(1);
    });
  });

  test('that could not be shown is looked at all the same, and credited when it is paid', async () => {
    const showPayment = () => {
      throw refusal('PERSON_UNREACHABLE');
    };
    await play({ showPayment }, async (act) => {
      await act.scene.until(() => act.scene.count('tellPayFailed') > 0);
      act.till.change({ state: 'closed', open: ['c1'] });
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });

  test('is still asked for by itself after a look that was asked for failed', async () => {
    let isPaid = false;
    const watchPayment = (_id: string, _known: unknown, once: boolean) => {
      if (once) throw refusal('IDEMPOTENCY_CONFLICT');
      if (!isPaid) throw hiccup('PAYMENT_STILL_OPEN', 60_000);
      return { facts: 'paid', state: 'closed', open: ['c1'], foreign: [] };
    };
    await play({ watchPayment }, async (act) => {
      await shown(act);
      const before = act.scene.count('watchPayment');
      await act.scene.engine.paymentNews(act.input);
      await act.scene.until(() => act.scene.count('watchPayment') > before);
      await act.scene.env.sleep(120_000);
      isPaid = true;
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });

  test('that was not looked at for long is looked at once more before it is given up', async () => {
    const watchPayment = (_id: string, _known: unknown, once: boolean) => {
      if (once) return { facts: 'paid', state: 'closed', open: ['c1'], foreign: [] };
      throw hiccup('PAYMENT_STILL_OPEN', 100 * 3_600_000);
    };
    await play({ watchPayment }, async (act) => {
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });

  test('asked about a thousand times begins its history anew and misses nothing', async () => {
    await play({}, async (act) => {
      await shown(act);
      for (let round = 0; round < 10; round += 1) {
        const hundred = Array.from({ length: 100 }, () => act.scene.engine.paymentNews(act.input));
        await Promise.all(hundred);
      }
      await act.scene.until(() => act.scene.count('openPayment') === 2);
      const history = await act.scene.payment(act.input.paymentId).fetchHistory();
      expect(history.events?.length).toBeLessThan(100);
      await pay(act);
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
      expect(act.scene.count('tellPaid')).toBe(1);
    });
  });

  test('told of a charge in nonsense goes on', async () => {
    await play({}, async (act) => {
      await shown(act);
      await act.scene.payment(act.input.paymentId).signal('charged');
      await pay(act);
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });

  test('by a system that cannot be asked is credited by the stored charge', async () => {
    const openPayment = () => ({ stage: 'waiting', payMs: 900_000, watchMs: 0, isAsked: false });
    const input = paymentInputOf({ system: 'card' });
    const scene = async (act: Act) => {
      await shown(act);
      await act.scene.engine.charged(act.input, 'bank-7');
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['bank-7'] });
      expect(act.scene.count('watchPayment')).toBe(0);
    };
    await play({ openPayment }, scene, input);
  });

  test('is credited all the same when an operator cancels it while money is on the way', async () => {
    await play({}, async (act) => {
      await shown(act);
      await act.scene.payment(act.input.paymentId).cancel();
      await pay(act);
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });
});

describe('a charge that differs from what was agreed', () => {
  const decision = (what: string) => ({
    id: 'd1',
    chargeId: 'odd',
    decision: what,
    actor: '900009',
    reason: 'talked to the payer',
  });
  const held = async (act: Act) => {
    await pay(act, 'odd');
    await act.scene.until(() => act.scene.count('tellInReview') > 0);
    expect(await state(act)).toMatchObject({ stage: 'held' });
  };
  /** Held until somebody has decided. */
  const untilDecided = () => {
    let isDecided = false;
    return {
      credit: () => ({ outcome: isDecided ? 'credited' : 'held' }),
      decide: () => {
        isDecided = true;
      },
    };
  };

  test('is held, told of, and left to an admin', async () => {
    await play({ credit: () => ({ outcome: 'held' }) }, async (act) => {
      await held(act);
      expect(await result(act)).toEqual({ stage: 'held', creditedCharges: [] });
      expect(act.scene.count('tellPaid')).toBe(0);
    });
  });

  test('is credited when an admin says so', async () => {
    await play(untilDecided(), async (act) => {
      await held(act);
      await act.scene.payment(act.input.paymentId).signal('decide', decision('credit_paid'));
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['odd'] });
      expect((await state(act)).decisions).toEqual([{ id: 'd1', outcome: 'done' }]);
    });
  });

  test('is returned through a refund of its own when an admin says so', async () => {
    await play({ credit: () => ({ outcome: 'held' }) }, async (act) => {
      await held(act);
      await act.scene.payment(act.input.paymentId).signal('decide', decision('return'));
      expect(await result(act)).toEqual({ stage: 'expired', creditedCharges: [] });
      expect((await state(act)).refunds).toEqual([{ id: 'decision-d1', outcome: 'settled' }]);
    });
  });

  test('is left alone when an admin dismisses it', async () => {
    await play({ credit: () => ({ outcome: 'held' }) }, async (act) => {
      await held(act);
      act.till.change({ open: [] });
      await act.scene.payment(act.input.paymentId).signal('decide', decision('dismiss'));
      expect(await result(act)).toEqual({ stage: 'expired', creditedCharges: [] });
      expect(act.scene.calls.slice(act.scene.calls.indexOf('decide'))).not.toContain('credit');
      expect(act.scene.count('requestRefund')).toBe(0);
    });
  });

  test('survives a decision typed as nonsense, and one that the rules refuse', async () => {
    const decide = () => 'CHARGE_NOT_HELD';
    await play({ credit: () => ({ outcome: 'held' }), decide }, async (act) => {
      await held(act);
      act.till.change({ open: [] });
      await act.scene.payment(act.input.paymentId).signal('decide', 'yes');
      await act.scene.payment(act.input.paymentId).signal('decide', decision('credit'));
      await result(act);
      expect((await state(act)).decisions).toMatchObject([
        { id: '', outcome: 'refused', code: 'DECISION_MALFORMED' },
        { id: 'd1', outcome: 'refused', code: 'CHARGE_NOT_HELD' },
      ]);
      expect(act.scene.calls.slice(act.scene.calls.indexOf('decide'))).not.toContain('credit');
    });
  });
});
