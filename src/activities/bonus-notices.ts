/** Telling who referred a buyer what the purchase brought them. */
import type { GivenBonus } from '../storage/deposit-bonuses';
import type { DeliveryStore } from '../storage/delivery-store';
import type { LedgerStore } from '../storage/ledger-store';
import type { PersonStore } from '../storage/person-store';
import { referralPaidCard } from '../telegram/payment-cards';
import type { TelegramClient } from '../telegram/client';
import { sendIfReachable } from './send-once';

export interface BonusNoticesDeps {
  readonly deliveries: DeliveryStore;
  readonly ledger: LedgerStore;
  readonly persons: PersonStore;
  readonly telegram: TelegramClient;
}

/** Once a charge; who blocked the bot reads it on their balance. */
export async function tellReferrer(
  deps: BonusNoticesDeps,
  key: string,
  bonuses: readonly GivenBonus[],
): Promise<void> {
  const payout = bonuses.find(({ kind }) => kind === 'referral');
  if (payout === undefined) return;
  const referrer = await deps.persons.get(payout.personId);
  const { available } = await deps.ledger.balance(referrer.id);
  const { language } = referrer;
  const card = referralPaidCard({ language, tokens: payout.tokens, balance: available });
  await sendIfReachable(deps.deliveries, {
    key: `${key}:referrer`,
    chatId: referrer.telegramId,
    send: () => deps.telegram.sendText(referrer.telegramId, card),
  });
}
