import { AppError } from '../../src/domain/errors';
import { adminId, failureOf, openStage, type Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.assertSound();
  await stage.close();
});

const lost = (): AppError => new AppError('OUTCOME_UNKNOWN', 'the answer was lost');
const busy = (): AppError => new AppError('TELEGRAM_BUSY', '429', { retryAfterMs: 7_000 });
const refused = (): AppError => new AppError('TELEGRAM_REFUSED', '400 Bad Request');
const blocked = (): AppError => new AppError('PERSON_UNREACHABLE', '403 bot was blocked');

/** Tokens and status as they stand. */
async function standing(generation: { id: string; personId: string }) {
  const { status } = await stage.generations.get(generation.id);
  const { available, held } = await stage.ledger.balance(generation.personId);
  return { status, available, held };
}

const delivered = { status: 'delivered', available: 6n, held: 0n };

describe('delivering', () => {
  test('sends the result, commits the tokens once, then sends the original', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    await delivery.deliver(generation.id);
    expect(await standing(generation)).toEqual(delivered);
    expect(telegram.done.map(({ method }) => method)).toEqual([
      'sendPhoto',
      'sendDocument',
      'editText',
    ]);
    const [photo, document] = telegram.done;
    expect(photo?.file).toMatchObject({ bytes: stage.picture });
    expect(document?.file).toMatchObject({ bytes: stage.picture });
  });

  test('several results are each sent once, all for one price', async () => {
    const generation = await stage.made();
    const more = await stage.assets.save({
      personId: generation.personId,
      role: 'output',
      bytes: stage.picture,
    });
    const { outputAssetIds } = await stage.generations.get(generation.id);
    await stage.db.generation.update({
      where: { id: generation.id },
      data: { outputAssetIds: [...outputAssetIds, more.id] },
    });
    const { delivery, telegram } = stage.play();
    for (let time = 0; time < 2; time += 1) await delivery.deliver(generation.id);
    expect(telegram.times('sendPhoto')).toBe(2);
    expect(telegram.times('sendDocument')).toBe(2);
    expect(await standing(generation)).toEqual(delivered);
  });

  test('repeated after success sends nothing more', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    for (let time = 0; time < 3; time += 1) await delivery.deliver(generation.id);
    expect(telegram.times('sendPhoto')).toBe(1);
    expect(telegram.times('sendDocument')).toBe(1);
    expect(await standing(generation)).toEqual(delivered);
  });

  test('is repeated after Telegram clearly did nothing, after the wait it asked for', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    telegram.refuse('sendPhoto', busy(), busy());
    const failure = await failureOf(delivery.deliver(generation.id));
    expect(failure).toMatchObject({ type: 'TELEGRAM_BUSY', nextRetryDelay: 7_000 });
    await failureOf(delivery.deliver(generation.id));
    expect(await standing(generation)).toEqual({ status: 'working', available: 6n, held: 4n });
    await delivery.deliver(generation.id);
    expect(telegram.times('sendPhoto')).toBe(1);
    expect(await standing(generation)).toEqual(delivered);
  });

  test('after a lost answer the person gets it at most twice and pays once', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    telegram.lose('sendPhoto', lost());
    expect(await failureOf(delivery.deliver(generation.id))).toMatchObject({
      type: 'OUTCOME_UNKNOWN',
      nonRetryable: false,
    });
    await delivery.deliver(generation.id);
    await delivery.deliver(generation.id);
    expect(telegram.times('sendPhoto')).toBe(2);
    expect(await standing(generation)).toEqual(delivered);
  });

  test('sent but not committed, because the database went away, is only committed', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    const key = `generation:${generation.id}:result`;
    await stage.deliveries.start(key, generation.chatId);
    await stage.deliveries.sent(key, 77n);
    await delivery.deliver(generation.id);
    expect(telegram.times('sendPhoto')).toBe(0);
    expect(await standing(generation)).toEqual(delivered);
  });

  test('to somebody who blocked the bot ends at once, with the tokens still held', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    telegram.refuse('sendPhoto', blocked());
    expect(await failureOf(delivery.deliver(generation.id))).toMatchObject({
      type: 'PERSON_UNREACHABLE',
      nonRetryable: true,
    });
    expect(await standing(generation)).toMatchObject({ status: 'working', held: 4n });
  });

  test('an original Telegram refuses does not take the result back', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    telegram.refuse('sendDocument', refused());
    await delivery.deliver(generation.id);
    expect(await standing(generation)).toEqual(delivered);
    expect(telegram.times('editText')).toBe(1);
  });

  test('somebody who blocks the bot between result and original has paid for the result', async () => {
    const generation = await stage.made();
    const { delivery, generation: steps, telegram } = stage.play();
    telegram.refuse('sendDocument', blocked());
    expect(await failureOf(delivery.deliver(generation.id))).toMatchObject({ nonRetryable: true });
    expect(await steps.release(generation.id, 'PERSON_UNREACHABLE')).toEqual({
      status: 'delivered',
    });
    expect(await standing(generation)).toEqual(delivered);
  });

  test('a release that comes after it gives nothing back', async () => {
    const generation = await stage.made();
    const { delivery, generation: steps } = stage.play();
    await delivery.deliver(generation.id);
    expect(await steps.release(generation.id, 'DELIVERY_FAILED')).toEqual({ status: 'delivered' });
    expect(await standing(generation)).toEqual(delivered);
  });

  test('a release at the same moment: one of the two, never both', async () => {
    for (let round = 0; round < 8; round += 1) {
      const generation = await stage.made();
      const { delivery, generation: steps } = stage.play();
      const [failure] = await Promise.all([
        failureOf(delivery.deliver(generation.id)),
        steps.release(generation.id, 'CANCELLED'),
      ]);
      const found = await standing(generation);
      expect([delivered, { status: 'released', available: 10n, held: 0n }]).toContainEqual(found);
      expect(failure?.type).toBe(found.status === 'released' ? 'RESERVE_CLOSED' : undefined);
    }
  });

  test('what was given back is not handed out for nothing', async () => {
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    await stage.generations.release(generation.id, 'PROVIDER_TIMEOUT', { expired: true });
    expect(await failureOf(delivery.deliver(generation.id))).toMatchObject({
      type: 'RESERVE_CLOSED',
      nonRetryable: true,
    });
    expect(telegram.done).toEqual([]);
  });

  test('nothing stored is a clear no', async () => {
    const { id } = await stage.working();
    const { delivery } = stage.play();
    expect(await failureOf(delivery.deliver(id))).toMatchObject({
      type: 'NO_OUTPUT',
      nonRetryable: true,
    });
  });
});

describe('telling how it ended', () => {
  test('says why and what came back, once, and takes the status message away', async () => {
    const generation = await stage.made();
    const { delivery, generation: steps, telegram } = stage.play();
    expect(await steps.release(generation.id, 'PROVIDER_REFUSED')).toEqual({ status: 'released' });
    await delivery.tellEnded(generation.id, 'PROVIDER_REFUSED');
    await delivery.tellEnded(generation.id, 'PROVIDER_REFUSED');
    expect(telegram.times('sendText')).toBe(1);
    expect(telegram.done.find(({ method }) => method === 'deleteMessage')?.messageId).toBe(42n);
    expect(telegram.done[0]?.text).toContain('4');
  });

  test('promises no tokens back where none were taken', async () => {
    const person = await stage.person();
    const { id } = await stage.order(person);
    const { delivery, generation: steps, telegram } = stage.play();
    expect(await failureOf(steps.begin(id))).toMatchObject({ type: 'INSUFFICIENT_TOKENS' });
    expect(await steps.release(id, 'INSUFFICIENT_TOKENS')).toEqual({ status: 'refused' });
    await delivery.tellEnded(id, 'INSUFFICIENT_TOKENS');
    const released = await stage.made();
    await steps.release(released.id, 'INSUFFICIENT_TOKENS');
    await delivery.tellEnded(released.id, 'INSUFFICIENT_TOKENS');
    const texts = telegram.done
      .filter(({ method }) => method === 'sendText')
      .map(({ text }) => text);
    expect(texts[1]?.length).toBeGreaterThan(texts[0]?.length ?? 0);
  });
});

describe('telling of a refund', () => {
  const refundBy = (actor: string, id: string) => ({ id, actor, reason: 'a broken picture' });
  const answer = { outcome: 'settled', returnedTokens: '4', nothingLeft: true } as const;

  test('tells the person and the admin, each once', async () => {
    await stage.admin();
    const generation = await stage.made();
    const { delivery, telegram } = stage.play();
    for (let time = 0; time < 2; time += 1) {
      await delivery.tellGenerationRefund(
        generation.id,
        refundBy(adminId.toString(), 'r1'),
        answer,
      );
    }
    expect(telegram.done.map(({ chatId }) => chatId)).toEqual([generation.chatId, adminId]);
  });

  test('a refused one is the admin’s alone', async () => {
    await stage.admin();
    const { id } = await stage.made();
    const { delivery, telegram } = stage.play();
    const no = { outcome: 'refused', code: 'REFUND_ALREADY_DONE' } as const;
    await delivery.tellGenerationRefund(id, refundBy(adminId.toString(), 'r2'), no);
    expect(telegram.done.map(({ chatId }) => chatId)).toEqual([adminId]);
  });

  test('an actor who never talked to the bot, or is none, is not told, and nothing breaks', async () => {
    const { id, chatId } = await stage.made();
    const { delivery, telegram } = stage.play();
    for (const actor of ['1', '99999999999999999999']) {
      await delivery.tellGenerationRefund(id, refundBy(actor, `r-${actor}`), answer);
    }
    expect(telegram.done.map((call) => call.chatId)).toEqual([chatId, chatId]);
  });
});
