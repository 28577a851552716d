/**
 * Words.
 * finding: something in the books that is not as it should be, kept until it is explained.
 * missing_here: the system has the money, Easel does not know of it or has done nothing with it.
 * missing_there: Easel booked it, the system does not list it. refund_orphan: money that went back
 * there and is not booked here. duplicate: one charge of the system that pays for two things.
 * fee_unposted: the fee the system kept is not booked. receipt_missing: money moved without the fiscal
 * receipt it needs. empty_run: the system listed nothing although money was booked. unread: the system
 * could not be read, or the audit did not get through. broken: the audit proved a rule broken.
 */
export const findingClasses = [
  'missing_here',
  'missing_there',
  'amount_mismatch',
  'status_mismatch',
  'refund_orphan',
  'duplicate',
  'fee_unposted',
  'receipt_missing',
  'empty_run',
  'unread',
  'broken',
] as const;
export type FindingClass = (typeof findingClasses)[number];

/** Who explains a finding that a later run no longer sees. */
export const reconciliationActor = 'reconciliation';

export interface NewFinding {
  readonly class: FindingClass;
  /** A payment system, or "ledger". */
  readonly system: string;
  /** "charge:<id>", "refund:<id>", "run", or what the audit named. */
  readonly subject: string;
  /** The payment that can look again and put it right. */
  readonly paymentId?: string;
  /** For operators; ids and amounts only. */
  readonly detail: string;
  readonly amountMinor?: bigint;
  readonly currency?: string;
  /** When the money moved. */
  readonly happenedAt: Date;
}

/** A finding as it is stored. `seen` counts the runs that saw it. */
export interface Finding extends Omit<NewFinding, 'paymentId' | 'amountMinor' | 'currency'> {
  readonly id: bigint;
  readonly paymentId: string | null;
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly seen: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/**
 * Whether admins must hear of it. What a payment can put right itself by looking again gets the time
 * until the next run; everything else is told at once.
 */
export function isForAdmins({ paymentId, seen }: Pick<Finding, 'paymentId' | 'seen'>): boolean {
  return paymentId === null || seen > 1;
}
