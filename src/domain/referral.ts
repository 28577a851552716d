/**
 * Referral links: who came by whose link. It counts once in a person's life, only for people who are
 * new, and never for oneself.
 */

/** What the `/start` of a referral link carries: Telegram allows 64 of A-Z a-z 0-9 _ - */
const payloadPattern = /^ref_([A-Za-z0-9_-]{6,32})$/;

/** Who met the bot longer ago is no new person. */
const newForMs = 60 * 60 * 1000;

export interface ReferralFacts {
  readonly friend: { readonly id: string; readonly createdAt: Date };
  readonly referrer: { readonly id: string; readonly createdAt: Date };
  readonly now: Date;
  /** The friend came by a link before. */
  readonly isReferred: boolean;
  /** The friend has ordered or bought something already. */
  readonly isCustomer: boolean;
}

export type ReferralVerdict = 'referred' | 'self' | 'again' | 'not_new';

export function referralPayload(code: string): string {
  return `ref_${code}`;
}

/** The code in what followed /start; undefined when it is no referral. */
export function referralCodeIn(payload: string): string | undefined {
  return payloadPattern.exec(payload)?.[1];
}

/**
 * A referrer is always older than the friend. So nobody is referred in a circle, and payouts, which
 * lock the buyer before the referrer, can never wait for each other.
 */
export function referralVerdict(facts: ReferralFacts): ReferralVerdict {
  const { friend, referrer, now } = facts;
  if (friend.id === referrer.id) return 'self';
  if (facts.isReferred) return 'again';
  const isOld = now.getTime() - friend.createdAt.getTime() > newForMs;
  const isOlderThanReferrer = friend.createdAt <= referrer.createdAt;
  return isOld || isOlderThanReferrer || facts.isCustomer ? 'not_new' : 'referred';
}
