/** One seed from the first order until everything has come to rest. */
import { createChance } from '../crash/chance';
import { judgeAll, judgeLedger } from './judge';
import { decide, gather, live, persist, tidy, type Run } from './people';
import { adminId, type Town } from './town';

export interface Verdict {
  readonly seed: number;
  /** Empty when all is well. */
  readonly findings: readonly string[];
  readonly deeds: ReadonlyMap<string, number>;
  readonly payments: number;
}

const deedsPerSeed = 60;
const restRounds = 40;

export async function simulate(town: Town, seed: number): Promise<Verdict> {
  const chance = createChance(seed);
  town.bank.calm = false;
  const run = await gather(town, seed, chance.fork());
  const checks = chance.fork();
  const findings: string[] = [];
  for (let done = 0; done < deedsPerSeed && findings.length === 0; done += 1) {
    await live(run);
    if (checks.is(0.08)) findings.push(...(await judgeLedger(run)));
  }
  if (findings.length === 0) findings.push(...(await rest(run)), ...(await judgeAll(run)));
  return { seed, findings, deeds: run.deeds, payments: run.payments.length };
}

/** The storm is over: letters arrive, schedules run, admins decide what waits for them. */
async function rest(run: Run): Promise<string[]> {
  const { town } = run;
  town.bank.calm = true;
  await persist(() => run.postman.deliver(1));
  let left: string[] = [];
  for (let round = 0, quiet = 0; round < restRounds; round += 1) {
    await tidy(run);
    await decide(run);
    await explain(run);
    await town.pass(20 * 60_000);
    left = await unrest(run);
    quiet = left.length === 0 ? quiet + 1 : 0;
    if (quiet === 2) return [];
  }
  return left.map((what) => `it did not come to rest: ${what}`);
}

/**
 * An admin reads the findings. Two kinds no look can mend: money that went back by hand and in the
 * cabinet as well, and a dispute over money that is the payer's already. Explained, they must stay so.
 */
async function explain({ town, payments }: Run): Promise<void> {
  const mine = new Set<string | null>(payments.map(({ id }) => id));
  for (const { id, class: name, system, subject, paymentId } of await town.findings.open(1000)) {
    const chargeId = subject.replace('charge:', '');
    const isOver = { OR: [{ refundedAt: { not: null } }, { decision: 'dismiss' }] };
    const isByHand = name === 'refund_orphan' && system === 'heleket';
    const isLate =
      name === 'status_mismatch' &&
      (await town.db.charge.count({ where: { system, chargeId, ...isOver } })) > 0;
    if (!mine.has(paymentId) || !(isByHand || isLate)) continue;
    await town.findings.resolve(id, { actor: adminId.toString(), reason: 'looked' });
  }
}

/** What still waits for something other than the end of its refund window. */
async function unrest({ town, payments, generations }: Run): Promise<string[]> {
  const ids = payments.map(({ id }) => id);
  const rows = await town.db.$queryRaw<{ what: string }[]>`
    SELECT 'payment ' || id || ' ' || status AS what FROM payments
    WHERE id = ANY(${ids}) AND system <> 'stars' AND status IN ('created', 'invoiced')
      AND NOT EXISTS (SELECT 1 FROM charges c WHERE c.payment_id = payments.id)
    UNION ALL SELECT 'refund ' || id FROM refunds
    WHERE payment_id = ANY(${ids}) AND origin = 'signal' AND status IN ('requested', 'clawed_back')
    UNION ALL SELECT 'charge ' || charge_id || ' ' || coalesce(held_for, 'new') FROM charges
    WHERE payment_id = ANY(${ids}) AND credited_at IS NULL AND refunded_at IS NULL
      AND decision IS DISTINCT FROM 'dismiss'
    UNION ALL SELECT 'event ' || event_id FROM payment_events
    WHERE payment_id = ANY(${ids}) AND delivered_at IS NULL
    UNION ALL SELECT 'finding ' || class || ' ' || subject || ': ' || detail
    FROM reconciliation_findings WHERE payment_id = ANY(${ids}) AND resolved_at IS NULL
    UNION ALL SELECT 'reserve ' || id FROM ledger_reserves
    WHERE id = ANY(${generations}) AND state = 'open'`;
  return rows.map(({ what }) => what);
}
