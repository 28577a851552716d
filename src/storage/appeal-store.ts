/** Suspensions by strikes, the appeals against them and how admins decide. */
import { recordAudit } from './audit-store';
import type { Database, Tx } from './database';

/** A suspension, known by the strike that brought it. */
export interface Suspension {
  readonly id: bigint;
  readonly personId: string;
  readonly reasons: readonly string[];
  readonly generationId: string;
  readonly appealedAt: Date | null;
  readonly resolution: 'upheld' | 'lifted' | null;
}

/** What `ban_reason` says of a person whom strikes suspended; an admin's ban has other words. */
export const suspendedBy = 'moderation';

type Which = Pick<Suspension, 'id' | 'personId'>;

export function createAppealStore(db: Database) {
  return {
    suspension: (id: bigint): Promise<Suspension | undefined> => find(db, { id }),

    /** The suspension this generation brought. */
    suspensionBy: (generationId: string): Promise<Suspension | undefined> =>
      find(db, { decision: { generationId } }),

    /** False when it was appealed against before. */
    async appeal({ id, personId }: Which): Promise<boolean> {
      const { count } = await db.strike.updateMany({
        where: { id, personId, suspends: true, appealedAt: null, resolution: null },
        data: { appealedAt: new Date() },
      });
      return count === 1;
    },

    /** An admin's answer, audited; false when there was one before. Lifting forgives every strike. */
    resolve: (
      which: Which,
      how: { readonly resolution: 'upheld' | 'lifted'; readonly actor: string },
    ): Promise<boolean> =>
      db.$transaction(async (tx) => {
        const { id, personId } = which;
        const { count } = await tx.strike.updateMany({
          where: { id, personId, suspends: true, resolution: null },
          data: { resolution: how.resolution, resolvedAt: new Date() },
        });
        if (count === 0) return false;
        if (how.resolution === 'lifted') await lift(tx, personId);
        await recordAudit(tx, {
          actor: how.actor,
          action: 'decide_appeal',
          target: `person:${personId}`,
          reason: `strike ${id}`,
          outcome: how.resolution,
        });
        return true;
      }),
  };
}

async function lift(tx: Tx, personId: string): Promise<void> {
  await tx.strike.updateMany({
    where: { personId, resolution: null },
    data: { resolution: 'lifted', resolvedAt: new Date() },
  });
  await tx.person.updateMany({
    where: { id: personId, banReason: suspendedBy },
    data: { bannedAt: null, banReason: null },
  });
}

async function find(
  db: Database,
  where: { readonly id: bigint } | { readonly decision: { readonly generationId: string } },
): Promise<Suspension | undefined> {
  const row = await db.strike.findFirst({
    where: { ...where, suspends: true },
    include: { decision: true },
  });
  if (row === null) return undefined;
  const { id, personId, struckAt, appealedAt } = row;
  const counted = await db.strike.findMany({
    where: { personId, struckAt: { lte: struckAt } },
    include: { decision: true },
    orderBy: { id: 'desc' },
    take: 10,
  });
  return {
    id,
    personId,
    reasons: [...new Set(counted.map(({ decision }) => decision.reason))],
    generationId: row.decision.generationId,
    appealedAt,
    resolution: row.resolution as Suspension['resolution'],
  };
}
