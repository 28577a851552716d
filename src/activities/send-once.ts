import { AppError } from '../domain/errors';
import type { DeliveryStore } from '../storage/delivery-store';

export interface Outgoing {
  /** Names the message for ever, for example "generation:<id>:preview". */
  readonly key: string;
  readonly chatId: bigint;
  readonly send: () => Promise<{ readonly messageId: bigint }>;
}

/**
 * Sends a message once. The record is written before the call and the message id after it, so a
 * repeat looks before it sends. Only one case stays unknowable: the answer was lost after the effect
 * and Telegram has no way to ask. Then it is sent again, because a second copy is better than none.
 */
export async function sendOnce(deliveries: DeliveryStore, outgoing: Outgoing): Promise<void> {
  const { key, chatId, send } = outgoing;
  const record = await deliveries.start(key, chatId);
  if (record.status === 'sent') return;
  try {
    const { messageId } = await send();
    await deliveries.sent(key, messageId);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'OUTCOME_UNKNOWN') await deliveries.failed(key);
    throw error;
  }
}

/** The same for who may have blocked the bot: they read it in /history, and the others are told. */
export async function sendIfReachable(
  deliveries: DeliveryStore,
  outgoing: Outgoing,
): Promise<void> {
  try {
    await sendOnce(deliveries, outgoing);
  } catch (error) {
    const isGone = error instanceof AppError && error.code === 'PERSON_UNREACHABLE';
    if (!isGone) throw error;
  }
}
