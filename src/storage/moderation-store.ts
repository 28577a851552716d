/** What moderation decided, and what followed for the person. Holds digests, never words or pictures. */
import { createAppealStore, suspendedBy } from './appeal-store';
import { recordAudit } from './audit-store';
import type { Database, Tx } from './database';

/** Who decided. */
export type DecisionSource = 'rules' | 'classifier' | 'provider';

export interface ModerationDecision {
  readonly generationId: string;
  readonly personId: string;
  readonly source: DecisionSource;
  /** What was judged: the words, a photo that was sent, or a result. */
  readonly subject: 'text' | 'input' | 'output';
  /** unanswered: the classifier was asked and did not answer. */
  readonly outcome: 'allowed' | 'refused' | 'unanswered';
  /** The rule or the classifier's category; "none" when nothing was found. */
  readonly reason: string;
  /** SHA-256 of the normalised words or of the file, hexadecimal. */
  readonly evidence: string;
  /** A grave refusal is a strike. */
  readonly isSevere: boolean;
}

export interface StrikeRules {
  /** So many strikes suspend; 0 is never. */
  readonly limit: number;
  readonly days: number;
}

export type ModerationStore = ReturnType<typeof createModerationStore>;

export function createModerationStore(db: Database, rules: StrikeRules) {
  return {
    ...createAppealStore(db),

    /** Once, however often it is told; a strike may suspend. Unanswered may be decided later. */
    async record(decision: ModerationDecision): Promise<void> {
      const { isSevere, ...row } = decision;
      await db.$transaction(async (tx) => {
        const { generationId, source, subject, evidence } = row;
        const key = { generationId, source, subject, evidence };
        const known = await tx.moderationDecision.createMany({ data: [row], skipDuplicates: true });
        if (known.count === 0) {
          await tx.moderationDecision.updateMany({
            where: { ...key, outcome: 'unanswered' },
            data: { outcome: row.outcome, reason: row.reason },
          });
        }
        if (!isSevere || row.outcome !== 'refused') return;
        const { id } = await tx.moderationDecision.findUniqueOrThrow({
          where: { generationId_source_subject_evidence: key },
        });
        await strike(tx, { decisionId: id, personId: row.personId, rules });
      });
    },

    /** What a classifier said before of the same; undefined when it has to be asked. */
    async judged(
      which: Pick<ModerationDecision, 'generationId' | 'subject' | 'evidence'>,
    ): Promise<{ readonly outcome: string; readonly reason: string } | undefined> {
      const { generationId, subject, evidence } = which;
      const row = await db.moderationDecision.findFirst({
        where: { generationId, subject, evidence, source: 'classifier' },
      });
      return row === null || row.outcome === 'unanswered' ? undefined : row;
    },
  };
}

interface NewStrike {
  readonly decisionId: bigint;
  readonly personId: string;
  readonly rules: StrikeRules;
}

async function strike(tx: Tx, { decisionId, personId, rules }: NewStrike): Promise<void> {
  // One at a time for a person, so that two strikes cannot both overlook the other.
  await tx.$queryRaw`SELECT 1 FROM people WHERE id = ${personId}::uuid FOR UPDATE`;
  const { count } = await tx.strike.createMany({
    data: [{ decisionId, personId }],
    skipDuplicates: true,
  });
  if (count === 0 || rules.limit === 0) return;
  const [standing] = await tx.$queryRaw<{ strikes: bigint }[]>`
    SELECT count(*) AS strikes FROM strikes WHERE person_id = ${personId}::uuid
      AND resolution IS NULL AND struck_at > now() - make_interval(days => ${rules.days}::int)`;
  if ((standing?.strikes ?? 0n) < BigInt(rules.limit)) return;
  const banned = await tx.person.updateMany({
    where: { id: personId, bannedAt: null },
    data: { bannedAt: new Date(), banReason: suspendedBy },
  });
  if (banned.count === 0) return;
  const { id } = await tx.strike.update({ where: { decisionId }, data: { suspends: true } });
  await recordAudit(tx, {
    actor: 'easel',
    action: 'suspend',
    target: `person:${personId}`,
    reason: `strike ${id}`,
    outcome: 'suspended',
  });
}
