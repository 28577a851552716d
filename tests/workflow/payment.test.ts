import { workflowIds, type PaymentInput } from '../../src/workflows/contract';
import { hiccup, paymentInputOf, refusal, Theatre, type Scene, type Script } from './harness';

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(async () => {
  await theatre.close();
});

const refundBy = (id: string) => ({ id, actor: '900009', reason: 'a mistake' });

function play<T>(
  script: Script,
  scene: (scene: Scene, input: PaymentInput) => Promise<T>,
  overrides: Partial<PaymentInput> = {},
): Promise<T> {
  return theatre.play(script, async (stage) => {
    const input = paymentInputOf(overrides);
    await stage.engine.startPayment(input);
    const answer = await scene(stage, input);
    await theatre.record(workflowIds.payment(input.paymentId));
    return answer;
  });
}

const result = (scene: Scene, input: PaymentInput): Promise<unknown> =>
  scene.payment(input.paymentId).result();

const opened = (scene: Scene) => scene.until(() => scene.count('openInvoice') > 0);

describe('a payment', () => {
  test('paid once credits once, tells, and closes after the refund window', async () => {
    await play({}, async (scene, input) => {
      await opened(scene);
      await scene.engine.charged(input, 'c1');
      expect(await result(scene, input)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
      expect(scene.calls).toEqual(['openInvoice', 'credit', 'tellPaid']);
    });
  });

  test('told of one charge five times credits it once', async () => {
    await play({}, async (scene, input) => {
      await opened(scene);
      await Promise.all([1, 2, 3, 4, 5].map(() => scene.engine.charged(input, 'c1')));
      expect(await result(scene, input)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });

  test('paid twice on one invoice credits both charges', async () => {
    await play({}, async (scene, input) => {
      await opened(scene);
      await scene.engine.charged(input, 'c1');
      await scene.engine.charged(input, 'c2');
      expect(await result(scene, input)).toEqual({ stage: 'paid', creditedCharges: ['c1', 'c2'] });
      expect(scene.count('tellPaid')).toBe(2);
    });
  });

  test('nobody pays expires and the invoice is taken away', async () => {
    await play({}, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'expired', creditedCharges: [] });
      expect(scene.calls).toEqual(['openInvoice', 'expirePayment', 'closeInvoice']);
    });
  });

  test('paid after it expired starts again and credits', async () => {
    const states = ['waiting', 'expired'];
    await play({ openInvoice: () => states.shift() }, async (scene, input) => {
      await result(scene, input);
      await scene.engine.charged(input, 'late');
      expect(await result(scene, input)).toEqual({ stage: 'paid', creditedCharges: ['late'] });
    });
  });

  test('a charge stored in the moment of expiry keeps it open', async () => {
    await play({ expirePayment: () => false }, async (scene, input) => {
      await opened(scene);
      await scene.env.sleep(input.expiryMs + 1000);
      await scene.until(() => scene.count('expirePayment') > 0);
      await scene.engine.charged(input, 'c1');
      expect(await result(scene, input)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
      expect(scene.count('closeInvoice')).toBe(0);
    });
  });

  test('an invoice that cannot be sent fails the payment, and the person hears of it', async () => {
    const openInvoice = () => {
      throw refusal('PERSON_UNREACHABLE');
    };
    await play({ openInvoice }, async (scene, input) => {
      expect(await result(scene, input)).toEqual({ stage: 'failed', creditedCharges: [] });
      expect(scene.calls).toEqual(['openInvoice', 'failPayment', 'tellPayFailed']);
    });
  });

  test('a charge that differs from the price is held and the admins hear of it', async () => {
    await play({ credit: () => ({ outcome: 'held' }) }, async (scene, input) => {
      await opened(scene);
      await scene.engine.charged(input, 'odd');
      await scene.until(() => scene.count('tellHeld') === 1);
      expect(scene.count('tellPaid')).toBe(0);
      // Left open it would hold up the clock of the tests that follow.
      expect(await result(scene, input)).toEqual({ stage: 'expired', creditedCharges: [] });
    });
  });

  test('a charge signalled as nonsense, and one nobody knows, leave it open for the money', async () => {
    const credit = (_system: string, chargeId: string) => {
      if (chargeId === 'ghost') throw refusal('NOT_FOUND');
      return { outcome: 'credited' };
    };
    await play({ credit }, async (scene, input) => {
      await opened(scene);
      const payment = scene.payment(input.paymentId);
      await payment.signal('charged');
      await payment.signal('charged', 'c1');
      await payment.signal('charged', { chargeId: 7 });
      await scene.engine.charged(input, 'ghost');
      await scene.engine.charged(input, 'c1');
      expect(await result(scene, input)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });

  test('an operator cancels it in the Web UI while money is on the way: it is credited all the same', async () => {
    await play({}, async (scene, input) => {
      await opened(scene);
      await scene.payment(input.paymentId).cancel();
      await scene.engine.charged(input, 'c1');
      expect(await result(scene, input)).toEqual({ stage: 'paid', creditedCharges: ['c1'] });
    });
  });
});

describe('the refund signal on a payment', () => {
  const paid = async (scene: Scene, input: PaymentInput) => {
    await opened(scene);
    await scene.engine.charged(input, 'c1');
    await scene.until(() => scene.count('tellPaid') === 1);
  };
  const outcomes = async (scene: Scene, input: PaymentInput) =>
    (await scene.engine.paymentState(input.paymentId)).refunds;

  test('takes the tokens back, returns the money, settles and tells', async () => {
    await play({}, async (scene, input) => {
      await paid(scene, input);
      await scene.engine.refundPayment(input, refundBy('r1'));
      await result(scene, input);
      expect(scene.calls.slice(3)).toEqual([
        'requestRefund',
        'returnMoney',
        'settleRefund',
        'tellPaymentRefund',
      ]);
      expect(await outcomes(scene, input)).toEqual([{ id: 'r1', outcome: 'settled' }]);
    });
  });

  test('refused by the rules moves nothing', async () => {
    const requestRefund = () => ({ outcome: 'refused', code: 'REFUND_TOKENS_SPENT' });
    await play({ requestRefund }, async (scene, input) => {
      await paid(scene, input);
      await scene.engine.refundPayment(input, refundBy('r1'));
      await result(scene, input);
      expect(scene.count('returnMoney')).toBe(0);
      expect(scene.count('tellPaymentRefund')).toBe(1);
      expect(await outcomes(scene, input)).toEqual([
        { id: 'r1', outcome: 'refused', code: 'REFUND_TOKENS_SPENT' },
      ]);
    });
  });

  test('refused by the payment system gives the tokens back', async () => {
    await play({ returnMoney: () => 'refused' }, async (scene, input) => {
      await paid(scene, input);
      await scene.engine.refundPayment(input, refundBy('r1'));
      await result(scene, input);
      expect(scene.count('putBackRefund')).toBe(1);
      expect(scene.count('settleRefund')).toBe(0);
      expect(await outcomes(scene, input)).toMatchObject([{ id: 'r1', outcome: 'put_back' }]);
    });
  });

  test('survives a payment system that is down for an hour', async () => {
    let tries = 0;
    const returnMoney = () => {
      tries += 1;
      if (tries < 12) throw hiccup('TELEGRAM_BUSY');
      return 'refunded';
    };
    await play({ returnMoney }, async (scene, input) => {
      await paid(scene, input);
      await scene.engine.refundPayment(input, refundBy('r1'));
      await result(scene, input);
      expect(await outcomes(scene, input)).toEqual([{ id: 'r1', outcome: 'settled' }]);
    });
  });

  test('two refunds run one after the other', async () => {
    const running: string[] = [];
    let together = 0;
    const requestRefund = async (_id: never, request: never) => {
      running.push(request);
      together = Math.max(together, running.length);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { outcome: 'clawed_back', refundId: 'x' };
    };
    const tellPaymentRefund = () => {
      running.pop();
    };
    await play({ requestRefund, tellPaymentRefund }, async (scene, input) => {
      await paid(scene, input);
      await scene.engine.refundPayment(input, refundBy('r1'));
      await scene.engine.refundPayment(input, refundBy('r2'));
      await result(scene, input);
      expect(together).toBe(1);
      expect(scene.count('requestRefund')).toBe(2);
    });
  });

  test('after the window starts the payment again and refunds', async () => {
    const states = ['waiting', 'paid'];
    await play({ openInvoice: () => states.shift() }, async (scene, input) => {
      await opened(scene);
      await scene.engine.charged(input, 'c1');
      await result(scene, input);
      await scene.engine.refundPayment(input, refundBy('late'));
      await result(scene, input);
      expect(scene.count('settleRefund')).toBe(1);
    });
  });

  test('typed as nonsense is refused and the payment lives on', async () => {
    await play({}, async (scene, input) => {
      await paid(scene, input);
      await scene.payment(input.paymentId).signal('refund', 'now!');
      await scene.until(async () => (await outcomes(scene, input))[0]?.code === 'REFUND_MALFORMED');
      await scene.engine.refundPayment(input, refundBy('good'));
      await result(scene, input);
      expect(scene.count('settleRefund')).toBe(1);
    });
  });
});
