/** What a step returns goes into the history as JSON: a bigint or a Date would break the workflow. */
import { adminId, openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

type Play = ReturnType<Stage['play']>;
type Steps = Record<string, (...args: never[]) => Promise<unknown>>;

const actor = adminId.toString();
const request = (id: string) => ({ id, actor, reason: 'a reason' });

function everyStep(play: Play): Steps {
  return {
    ...play.generation,
    ...play.providerSteps,
    ...play.delivery,
    ...play.invoice,
    ...play.payment,
    ...play.housekeeping,
    ...play.lostSubmits,
    ...play.retention,
  };
}

/** Calls in an order in which all of them succeed; some more than once, for another answer. */
async function calls(play: Play): Promise<[name: string, ...args: unknown[]][]> {
  await stage.admin();
  const person = await stage.person(50n);
  const made = await stage.order(person);
  const ended = await stage.order(person);
  const [open, failed, expired] = [
    await stage.payment(),
    await stage.payment(),
    await stage.payment(),
  ];
  await stage.charge(open, 'one');
  await stage.charge(open, 'two');
  await stage.charge(open, 'odd', 3n);
  play.provider.answer({
    status: 'done',
    outputs: [{ mediaType: 'image/jpeg', bytes: stage.picture }],
  });
  const settled = { outcome: 'settled', returnedTokens: '1', nothingLeft: false };
  return [
    ['begin', made.id],
    ['submit', made.id],
    ['fallBack', made.id, { provider: 'sandbox', code: 'PROVIDER_UNAVAILABLE' }],
    ['collect', made.id],
    ['cancelAtProvider', made.id],
    ['deliver', made.id],
    ['release', made.id, 'CANCELLED'],
    ['refund', made.id, { ...request('a'), amount: '1' }],
    ['refund', made.id, request('b')],
    ['refund', made.id, request('c')],
    ['tellGenerationRefund', made.id, { id: 'a', actor, reason: 'x' }, settled],
    ['release', ended.id, 'CANCELLED'],
    ['tellEnded', ended.id, 'CANCELLED'],
    ['openInvoice', open.id],
    ['credit', 'stars', 'one'],
    ['credit', 'stars', 'one'],
    ['credit', 'stars', 'two'],
    ['credit', 'stars', 'odd'],
    ['tellPaid', open.id, 'one'],
    ['tellHeld', open.id, 'odd'],
    ['requestRefund', open.id, request('a')],
    ['returnMoney', `${open.id}:a`],
    ['settleRefund', `${open.id}:a`],
    ['requestRefund', open.id, request('a')],
    ['tellPaymentRefund', open.id, request('a'), undefined],
    ['requestRefund', open.id, request('b')],
    ['putBackRefund', `${open.id}:b`],
    ['requestRefund', open.id, request('b')],
    ['requestRefund', open.id, { ...request('d'), actor: '5' }],
    ['confirmRefund', `${open.id}:a`, { ...request('a'), actor: '5' }],
    ['awaitHand', `${open.id}:b`],
    ['decide', open.id, { id: 'e', actor: '5', reason: 'x', chargeId: 'odd', decision: 'accept' }],
    ['failPayment', failed.id, 'PERSON_UNREACHABLE'],
    ['expirePayment', expired.id],
    ['closeInvoice', expired.id],
    ['expireReserves'],
    ['wakeUncreditedPayments'],
    ['forgetOldUpdates'],
    ['settleLostSubmits'],
    ['removeExpiredFiles'],
    ['redeliverPaymentNews'],
    ['resumeRefunds'],
    ['wakeOverduePayments'],
    ['startLostOrders'],
  ];
}

test('the result of every step survives the way through JSON unchanged', async () => {
  const play = stage.play();
  const steps = everyStep(play);
  const called = new Set<string>();
  for (const [name, ...args] of await calls(play)) {
    called.add(name);
    const result = await steps[name]?.(...(args as never[]));
    const back: unknown = result === undefined ? undefined : JSON.parse(JSON.stringify(result));
    // toStrictEqual also tells a field that is undefined from one that is missing.
    expect({ name, result }).toStrictEqual({ name, result: back });
  }
  expect([...called].sort()).toEqual(Object.keys(steps).sort());
});
