/** A person whom this generation's refusal suspended hears why, and how to appeal. */
import type { DeliveryStore } from '../storage/delivery-store';
import type { Generation } from '../storage/generation-store';
import type { ModerationStore } from '../storage/moderation-store';
import type { TelegramClient } from '../telegram/client';
import { suspendedCard } from '../telegram/moderation-cards';
import { sendOnce } from './send-once';

export interface SuspensionNewsDeps {
  readonly deliveries: DeliveryStore;
  readonly moderation: Pick<ModerationStore, 'suspensionBy'>;
  readonly telegram: TelegramClient;
}

export async function tellSuspension(
  { deliveries, moderation, telegram }: SuspensionNewsDeps,
  { id, chatId, language }: Generation,
): Promise<void> {
  const suspension = await moderation.suspensionBy(id);
  if (suspension === undefined) return;
  const card = suspendedCard({ language, suspension });
  await sendOnce(deliveries, {
    key: `generation:${id}:suspended`,
    chatId,
    send: () => telegram.sendText(chatId, card),
  });
}
