import { hiccup, Theatre } from './harness';
import { actor, pay, result, state, type Act } from './till';

let theatre: Theatre;
const play = actor(() => theatre);
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(async () => {
  await theatre.close();
});

const request = { id: 'r1', actor: '900009', reason: 'a mistake' };
const refunds = async (act: Act) => (await state(act)).refunds;
const ask = (act: Act, more: object = {}) =>
  act.scene.engine.refundPayment(act.input, { ...request, ...more });

async function paid(act: Act): Promise<void> {
  await pay(act);
  await act.scene.until(() => act.scene.count('tellPaid') === 1);
}

describe('a refund by a payment system', () => {
  test('takes the tokens back, returns the money, settles and tells', async () => {
    await play({}, async (act) => {
      await paid(act);
      await ask(act);
      await result(act);
      const { calls } = act.scene;
      expect(
        calls.slice(calls.indexOf('requestRefund')).filter((call) => call !== 'watchPayment'),
      ).toEqual(['requestRefund', 'returnToPayer', 'settleRefund', 'tellPaymentRefund']);
      expect(await refunds(act)).toEqual([{ id: 'r1', outcome: 'settled' }]);
    });
  });

  test('that the system refuses gives the tokens back', async () => {
    await play({ returnToPayer: () => 'refused' }, async (act) => {
      await paid(act);
      await ask(act);
      await result(act);
      expect(act.scene.count('putBackRefund')).toBe(1);
      expect(act.scene.count('settleRefund')).toBe(0);
      expect(await refunds(act)).toMatchObject([{ id: 'r1', outcome: 'put_back' }]);
    });
  });

  test('that the system refuses lets one from the cabinet be seen that looked like it', async () => {
    await play({ returnToPayer: () => 'refused' }, async (act) => {
      await paid(act);
      await ask(act);
      await result(act);
      const { calls } = act.scene;
      expect(calls.lastIndexOf('watchPayment')).toBeGreaterThan(calls.indexOf('putBackRefund'));
    });
  });

  test('that stays pending for days does not hold up another charge', async () => {
    let isDone = false;
    const returnToPayer = () => {
      if (!isDone) throw hiccup('PAYMENT_STILL_OPEN', 3_600_000);
      return 'refunded';
    };
    await play({ returnToPayer }, async (act) => {
      await paid(act);
      await ask(act);
      await act.scene.until(() => act.scene.count('returnToPayer') > 0);
      await act.scene.engine.charged(act.input, 'c2');
      await act.scene.until(() => act.scene.count('tellPaid') === 2);
      expect(await refunds(act)).toEqual([{ id: 'r1', outcome: 'in_progress' }]);
      isDone = true;
      expect(await result(act)).toEqual({ stage: 'paid', creditedCharges: ['c1', 'c2'] });
      expect(await refunds(act)).toEqual([{ id: 'r1', outcome: 'settled' }]);
    });
  });

  test('asked for twice by one id is one refund', async () => {
    await play({}, async (act) => {
      await paid(act);
      await Promise.all([ask(act), ask(act)]);
      await result(act);
      expect(act.scene.count('returnToPayer')).toBe(1);
    });
  });

  test('in two parts runs one after the other', async () => {
    await play({}, async (act) => {
      await paid(act);
      await ask(act, { amount: '100' });
      await ask(act, { id: 'r2', amount: '200' });
      await result(act);
      expect(await refunds(act)).toEqual([
        { id: 'r1', outcome: 'settled' },
        { id: 'r2', outcome: 'settled' },
      ]);
      const steps = act.scene.calls.filter((call) => /requestRefund|settleRefund/.test(call));
      expect(steps).toEqual(['requestRefund', 'settleRefund', 'requestRefund', 'settleRefund']);
    });
  });

  test('after the window starts the payment again', async () => {
    const openings = [
      { stage: 'waiting', payMs: 900_000, watchMs: 900_000, isAsked: true },
      { stage: 'paid', payMs: 0, watchMs: 0, isAsked: true },
    ];
    await play({ openPayment: () => openings.shift() }, async (act) => {
      await paid(act);
      await result(act);
      await ask(act);
      await result(act);
      expect(act.scene.count('settleRefund')).toBe(1);
    });
  });
});

describe('a refund that only an admin can make', () => {
  const byHand = { returnToPayer: () => 'by_hand' };
  const waiting = async (act: Act) => {
    await paid(act);
    await ask(act);
    await act.scene.until(() => act.scene.count('tellByHand') === 1);
    expect(await refunds(act)).toEqual([{ id: 'r1', outcome: 'by_hand' }]);
  };

  test('waits for the word that it is done, however long', async () => {
    await play(byHand, async (act) => {
      await waiting(act);
      await act.scene.env.sleep(act.input.refundWindowMs * 2);
      await ask(act, { done: true });
      await result(act);
      expect(await refunds(act)).toEqual([{ id: 'r1', outcome: 'settled' }]);
      expect(act.scene.count('awaitHand')).toBe(1);
    });
  });

  test('that will not be made gives the tokens back', async () => {
    await play(byHand, async (act) => {
      await waiting(act);
      await ask(act, { done: false });
      await result(act);
      expect(await refunds(act)).toMatchObject([{ id: 'r1', outcome: 'put_back' }]);
    });
  });

  test('goes on waiting after the word of somebody who is no admin', async () => {
    const objections = ['REFUND_ACTOR_UNKNOWN', undefined];
    await play({ ...byHand, confirmRefund: () => objections.shift() }, async (act) => {
      await waiting(act);
      await ask(act, { actor: '1', done: true });
      await act.scene.until(async () => (await refunds(act))[0]?.code === 'REFUND_ACTOR_UNKNOWN');
      await ask(act, { done: true });
      await result(act);
      expect(await refunds(act)).toEqual([{ id: 'r1', outcome: 'settled' }]);
    });
  });
});

describe('a refund nobody asked for here', () => {
  test('is told of once, and a dispute once more when it is over', async () => {
    await play({}, async (act) => {
      await paid(act);
      const dispute = { refundId: 'p:dispute:c1:1', origin: 'dispute' } as const;
      act.till.change({ open: [], foreign: [{ ...dispute, status: 'clawed_back' }] });
      await act.scene.engine.paymentNews(act.input);
      await act.scene.until(() => act.scene.count('tellForeignRefund') === 1);
      await act.scene.engine.paymentNews(act.input);
      act.till.change({ foreign: [{ ...dispute, status: 'put_back' }] });
      await act.scene.engine.paymentNews(act.input);
      await result(act);
      expect(act.scene.count('tellForeignRefund')).toBe(2);
    });
  });
});
