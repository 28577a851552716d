/** What may come to /webhooks, from the system or from anybody. */
/* eslint-disable jest/no-export -- a part of contract.test.ts, which runs it for each system */
import { until, type ReceivedCallback } from '../provider/stand-in';
import { noticeOf, open, type Room } from './contract-room';
import { read } from './harness';

const flipped = (body: Buffer): Buffer[] =>
  [0.2, 0.5, 0.8].map((part) => {
    const copy = Buffer.from(body);
    const at = Math.floor(body.length * part);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  });

/** The same fields in other bytes. */
function reserialised({ rawBody, headers }: ReceivedCallback): Buffer {
  const text = rawBody.toString('utf8');
  const isForm = headers['content-type']?.includes('urlencoded') === true;
  if (!isForm) return Buffer.from(JSON.stringify(JSON.parse(text), undefined, 1));
  const fields = new URLSearchParams(text);
  fields.append('amount', '1000000.00');
  return Buffer.from(fields.toString());
}

export function describeWebhooks(room: Room): void {
  const { trial } = room;
  const verdictOf = (notice: ReceivedCallback, ip?: string) =>
    read(room.house().system, notice, ip).verdict;

  test('the notice of a payment names it', async () => {
    const { invoice, notice } = await noticeOf(room);
    const reading = read(room.house().system, notice);
    if (reading.verdict !== 'news') throw new Error(`${reading.verdict}: ${reading.reason}`);
    expect(reading.paymentId).toBe(invoice.order.paymentId);
    expect(reading.invoiceId ?? invoice.invoiceId).toBe(invoice.invoiceId);
    expect(reading.eventId.length).toBeLessThanOrEqual(255);
  });

  test('a notice that comes twice is one event, of two payments two', async () => {
    const { system, hooks, admin } = room.house();
    await admin('faults', { at: 'webhook', kind: 'duplicate' });
    const first = await open(room);
    await admin('pay', { id: first.id });
    await until(() => hooks.received[1]);
    const second = await open(room);
    await admin('pay', { id: second.id });
    await until(() => hooks.received[2]);
    const ids = hooks.received.map((notice) => {
      const reading = read(system, notice);
      return reading.verdict === 'news' ? reading.eventId : reading.reason;
    });
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('a cut, empty or meaningless one is no news', async () => {
    const { notice } = await noticeOf(room);
    const { rawBody } = notice;
    const wrong = [
      rawBody.subarray(0, -1),
      rawBody.subarray(0, rawBody.length / 2),
      Buffer.alloc(0),
      Buffer.from('[]'),
      Buffer.from('null'),
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.alloc(1024 * 1024, '{"a":'),
    ];
    const verdicts = wrong.map((body) => verdictOf({ ...notice, rawBody: body }));
    for (const verdict of verdicts) expect(['refused', 'malformed']).toContain(verdict);
  });

  if (trial.isSigned) {
    describe('a signed one', () => {
      describeSigned(room);
    });
    return;
  }
  test('an unsigned one from any other address is refused', async () => {
    const { notice } = await noticeOf(room);
    for (const ip of ['8.8.8.8', '::1', '', 'nonsense', '::ffff:8.8.8.8']) {
      expect(verdictOf(notice, ip)).toBe('refused');
    }
  });
}

function describeSigned(room: Room): void {
  const { trial } = room;
  const verdictOf = (notice: ReceivedCallback) => read(room.house().system, notice).verdict;

  test('with another byte, other bytes of the same fields or no signature is no news', async () => {
    const { notice } = await noticeOf(room);
    const { rawBody } = notice;
    for (const body of [...flipped(rawBody), reserialised(notice)]) {
      expect(verdictOf({ ...notice, rawBody: body })).not.toBe('news');
    }
    const bare = Buffer.from(rawBody.toString('utf8').replace(/[0-9a-f]{32,}/g, ''));
    expect(verdictOf({ rawBody: bare, headers: {} })).not.toBe('news');
  });

  test('of somebody else is refused', async () => {
    const { notice } = await noticeOf(room);
    const stranger = room.house().connect(trial.wrongKeys);
    expect(read(stranger, notice).verdict).toBe('refused');
  });

  test('that was damaged on its way is sent again and then read', async () => {
    const { hooks, admin, system } = room.house();
    await admin('faults', { at: 'webhook', kind: 'corrupt' });
    hooks.answerWith(401);
    const invoice = await open(room);
    await admin('pay', { id: invoice.id });
    expect(read(system, await until(() => hooks.received[0])).verdict).not.toBe('news');
    await until(async () => {
      const log = await admin<{ about: { attempt?: number } }[]>('log?kind=webhook');
      return log.some(({ about }) => about.attempt === 1) ? true : undefined;
    });
    await admin('clock', { seconds: 3_600 });
    expect(read(system, await until(() => hooks.received[1])).verdict).toBe('news');
  });
}
