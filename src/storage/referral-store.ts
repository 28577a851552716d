import { randomBytes } from 'node:crypto';
import { referralVerdict, type ReferralVerdict } from '../domain/referral';
import { tokens, type Tokens } from '../domain/tokens';
import type { Database } from './database';

/** What a person's link has brought. */
export interface ReferralSummary {
  readonly friends: number;
  /** Tokens for the friends' purchases, less what refunds took back. */
  readonly earned: Tokens;
}

export type ReferralOutcome =
  | { readonly verdict: 'referred'; readonly referrerId: string }
  | { readonly verdict: Exclude<ReferralVerdict, 'referred'> | 'unknown' };

export type ReferralStore = ReturnType<typeof createReferralStore>;

export function createReferralStore(db: Database) {
  return {
    /** The code in the person's link; made at the first question. */
    async codeOf(personId: string): Promise<string> {
      await db.referralCode.createMany({
        data: [{ personId, code: randomBytes(6).toString('base64url') }],
        skipDuplicates: true,
      });
      const { code } = await db.referralCode.findUniqueOrThrow({ where: { personId } });
      return code;
    },

    /** Records by whose link a person came, once in their life; a repeat answers 'again'. */
    async refer(wish: {
      readonly code: string;
      readonly friendId: string;
      readonly now: Date;
    }): Promise<ReferralOutcome> {
      const { code, friendId, now } = wish;
      const link = await db.referralCode.findUnique({ where: { code }, include: { person: true } });
      if (link === null) return { verdict: 'unknown' };
      const friend = await db.person.findUniqueOrThrow({
        where: { id: friendId },
        include: { referredBy: true, _count: { select: { generations: true, payments: true } } },
      });
      const { generations, payments } = friend._count;
      const verdict = referralVerdict({
        friend,
        referrer: link.person,
        now,
        isReferred: friend.referredBy !== null,
        isCustomer: generations + payments > 0,
      });
      if (verdict !== 'referred') return { verdict };
      // Of several taps at once, one makes the row.
      const { count } = await db.referral.createMany({
        data: [{ personId: friendId, referrerId: link.personId }],
        skipDuplicates: true,
      });
      return count === 1
        ? { verdict: 'referred', referrerId: link.personId }
        : { verdict: 'again' };
    },

    async summary(personId: string): Promise<ReferralSummary> {
      const [friends, { _sum: sum }] = await Promise.all([
        db.referral.count({ where: { referrerId: personId } }),
        db.depositBonus.aggregate({
          where: { personId, kind: 'referral' },
          _sum: { tokens: true, taken: true },
        }),
      ]);
      return { friends, earned: tokens((sum.tokens ?? 0n) - (sum.taken ?? 0n)) };
    },
  };
}
