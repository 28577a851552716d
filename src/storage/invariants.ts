/**
 * What must hold besides the sums of the token ledger: the money accounts, and that money and tokens
 * tell the same story. Each question answers with the ids that break it, and with none when all is well.
 */
import type { RefundStatus } from '../domain/payment';
import { Prisma } from '../generated/prisma/client';

/** Numbers as in docs/operators.md, "What the audit proves". */
type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10';

export interface Violation {
  readonly invariant: Invariant;
  /** What is wrong, for people. */
  readonly what: string;
  /** Ids of what breaks it: people, transfers, payments, or "system:charge". At most a hundred. */
  readonly ids: readonly string[];
}

interface InvariantQuestion {
  readonly invariant: Invariant;
  readonly what: string;
  /** Selects one text column `id`. */
  readonly sql: Prisma.Sql;
}

/** Tables that are only ever added to, and the trigger that keeps them so. */
const appendOnly = Prisma.sql`(VALUES
  ('ledger_transfers', 'ledger_transfers_append_only'),
  ('money_transfers', 'money_transfers_append_only'), ('money_entries', 'money_entries_append_only'),
  ('ledger_seals', 'ledger_seals_append_only'), ('audit', 'audit_append_only'),
  ('charges', 'charges_money_received'), ('charges', 'charges_money_changed'),
  ('refunds', 'refunds_money'), ('refunds', 'refunds_within_charge'),
  ('payouts', 'payouts_append_only'), ('payouts', 'payouts_money')) AS kept (table_name, trigger_name)`;

/** What the guards do, word for word: a migration that changes one of them changes its digest here. */
const guardWords = Prisma.sql`(VALUES
  ('refuse_change', 'e4398e206312d1a1565cd433bf95d38a'),
  ('refuse_unbalanced', '97218f3eeef79fadf2e6959e10c3057e'),
  ('refuse_over_refund', '23139591ed1136dd1dd2ebbaa0c82d12'),
  ('money_due', 'a8b06ff1e926432e7995cbb2f7889a47'),
  ('money_posted', '72a0e49e9226eee7b5200c838156eb84'),
  ('post_money', '5ae3ab5ce486211740837d862c66e214'),
  ('post_charge_money', '6a55a0df52fdbe9f9671973c405f6a5f'),
  ('post_refund_money', '3e55bc11a2936b21972ba6994f2772f1'),
  ('post_payout_money', '2351c7d8650e0df6b463b0756e9dd8c2')) AS kept (guard, words)`;

/** Refunds in these states, each with its transfer of the operation: of the same tokens and person. */
function refundsAgainst(
  operation: 'clawback' | 'put_back',
  statuses: readonly RefundStatus[],
): Prisma.Sql {
  return Prisma.sql`
      SELECT coalesce(r.id, t.idem_key) AS id
      FROM (SELECT r.id, y.person_id, r.tokens + r.debt_tokens AS amount
        FROM refunds r JOIN payments y ON y.id = r.payment_id
        WHERE r.status = ANY(${[...statuses]}::text[])) r
      FULL JOIN (SELECT * FROM ledger_transfers WHERE operation = ${operation}) t
        ON t.idem_key = ${operation}::text || ':' || r.id
      WHERE coalesce(r.amount, 0) <> coalesce(t.amount, 0) OR t.person_id <> r.person_id`;
}

export const invariantQuestions: readonly InvariantQuestion[] = [
  {
    invariant: 'I1',
    what: 'money transfers whose entries are missing or do not sum to zero',
    sql: Prisma.sql`
      SELECT t.id::text AS id FROM money_transfers t LEFT JOIN money_entries e ON e.transfer_id = t.id
      GROUP BY t.id HAVING coalesce(sum(e.delta), 1) <> 0 OR count(*) < 2`,
  },
  {
    invariant: 'I3',
    what: 'people with a balance below zero',
    sql: Prisma.sql`
      SELECT person_id::text AS id FROM ledger_balances
      WHERE available < 0 OR held < 0 OR debt < 0`,
  },
  {
    invariant: 'I4',
    what: 'tables whose guard was removed or switched off',
    sql: Prisma.sql`
      SELECT trigger_name AS id FROM ${appendOnly}
      WHERE NOT EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgname = trigger_name
        AND g.tgrelid = to_regclass(table_name) AND g.tgenabled IN ('O', 'A'))`,
  },
  {
    invariant: 'I4',
    what: 'guards that do something else than they did',
    sql: Prisma.sql`
      SELECT guard AS id FROM ${guardWords}
      WHERE NOT EXISTS (SELECT 1 FROM pg_proc p
        WHERE p.oid = to_regproc(guard) AND md5(p.prosrc) = words)`,
  },
  {
    invariant: 'I4',
    what: 'rules of the rows that were removed',
    sql: Prisma.sql`
      SELECT rule AS id FROM (VALUES ('ledger_transfers', 'ledger_transfers_sum_to_zero'),
        ('ledger_transfers', 'ledger_transfers_moves')) AS kept (table_name, rule)
      WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = rule
        AND c.conrelid = to_regclass(table_name) AND c.convalidated)`,
  },
  {
    invariant: 'I5',
    what: 'keys that moved tokens more than once',
    sql: Prisma.sql`
      SELECT idem_key AS id FROM ledger_transfers GROUP BY idem_key HAVING count(*) > 1`,
  },
  {
    invariant: 'I5',
    what: 'charges whose money transfers are not numbered 1..n',
    sql: Prisma.sql`
      SELECT system || ':' || charge_id AS id FROM money_transfers WHERE charge_id IS NOT NULL
      GROUP BY system, charge_id HAVING max(version) <> count(*)`,
  },
  {
    invariant: 'I7',
    what: 'charges of which more went back than came',
    sql: Prisma.sql`
      SELECT c.system || ':' || c.charge_id AS id FROM charges c
      JOIN refunds r USING (system, charge_id) WHERE r.status IN ('clawed_back', 'settled')
      GROUP BY c.system, c.charge_id HAVING sum(r.amount_minor) > c.amount_minor`,
  },
  {
    invariant: 'I8',
    what: 'credited charges without their one credit, and credits without their charge or person',
    sql: Prisma.sql`
      SELECT coalesce(c.system || ':' || c.charge_id, t.idem_key) AS id
      FROM (SELECT c.*, y.person_id FROM charges c LEFT JOIN payments y ON y.id = c.payment_id
        WHERE c.credited_at IS NOT NULL) c
      FULL JOIN (SELECT * FROM ledger_transfers WHERE operation = 'credit') t
        ON t.idem_key = 'credit:' || c.system || ':' || c.charge_id
      WHERE c.charge_id IS NULL OR t.id IS NULL OR t.amount <> c.credited_tokens
        OR t.reference <> c.payment_id OR t.person_id IS DISTINCT FROM c.person_id`,
  },
  {
    invariant: 'I8',
    what: 'paid payments without a credited charge, and credited charges of unpaid payments',
    sql: Prisma.sql`
      SELECT p.id FROM payments p
      WHERE (p.status = 'paid') <> EXISTS (
        SELECT 1 FROM charges c WHERE c.payment_id = p.id AND c.credited_at IS NOT NULL)`,
  },
  {
    invariant: 'I9',
    what: 'refunds whose tokens differ from what was clawed back, and claw-backs for no refund',
    sql: refundsAgainst('clawback', ['clawed_back', 'settled', 'put_back']),
  },
  {
    invariant: 'I9',
    what: 'refunds put back whose tokens were not, and the other way round',
    sql: refundsAgainst('put_back', ['put_back']),
  },
  {
    invariant: 'I10',
    what: 'money on accounts that are none of its system',
    sql: Prisma.sql`
      SELECT t.system || ':' || coalesce(t.charge_id, t.payout_id) AS id
      FROM money_entries e JOIN money_transfers t ON t.id = e.transfer_id
      WHERE NOT (split_part(e.account, ':', 1) = ANY (CASE WHEN t.payout_id IS NULL
            THEN ARRAY['clearing', 'fees', 'held', 'revenue', 'refunds', 'disputed']
            ELSE ARRAY['clearing', 'bank'] END)
          AND e.account = split_part(e.account, ':', 1) || ':' || t.system)
      GROUP BY 1`,
  },
  {
    invariant: 'I10',
    what: 'charges whose money accounts differ from what came, went back and was kept as a fee',
    sql: Prisma.sql`
      WITH returned AS (
        SELECT system, charge_id,
          sum(amount_minor) FILTER (WHERE status = 'settled') AS settled,
          sum(amount_minor) FILTER (WHERE status = 'clawed_back' AND origin = 'dispute') AS disputed
        FROM refunds WHERE charge_id IS NOT NULL GROUP BY 1, 2
      ), posted AS (
        SELECT t.system, t.charge_id, split_part(e.account, ':', 1) AS account, t.currency,
          sum(e.delta) AS balance
        FROM money_transfers t JOIN money_entries e ON e.transfer_id = t.id
        WHERE t.charge_id IS NOT NULL GROUP BY 1, 2, 3, 4
      ), booked AS (
        SELECT system, charge_id, currency,
          coalesce(sum(balance) FILTER (WHERE account = 'clearing'), 0) AS clearing,
          coalesce(sum(balance) FILTER (WHERE account = 'fees'), 0) AS fees,
          coalesce(sum(balance) FILTER (WHERE account = 'disputed'), 0) AS disputed,
          coalesce(sum(balance) FILTER (WHERE account = 'held'), 0) AS held,
          coalesce(sum(balance) FILTER (WHERE account = 'revenue'), 0) AS revenue,
          bool_or(balance <> 0) AS is_open
        FROM posted GROUP BY 1, 2, 3
      )
      SELECT DISTINCT coalesce(c.system, b.system) || ':' || coalesce(c.charge_id, b.charge_id) AS id
      FROM charges c LEFT JOIN returned r USING (system, charge_id)
      FULL JOIN booked b ON b.system = c.system AND b.charge_id = c.charge_id
        AND b.currency = c.currency
      WHERE CASE WHEN c.charge_id IS NULL THEN b.is_open ELSE
        b.charge_id IS NULL
        OR b.fees <> coalesce(c.fee_minor, 0) OR b.disputed <> coalesce(r.disputed, 0)
        OR b.clearing <> c.amount_minor - b.fees - b.disputed - coalesce(r.settled, 0)
        OR b.revenue <> CASE WHEN c.credited_at IS NULL THEN 0 ELSE -c.amount_minor END
        OR b.held <> CASE WHEN c.credited_at IS NULL THEN coalesce(r.settled, 0) - c.amount_minor
          ELSE 0 END END`,
  },
  {
    invariant: 'I10',
    what: 'payouts that differ from what left the clearing account for the bank',
    sql: Prisma.sql`
      WITH posted AS (
        SELECT t.system, t.payout_id AS id, t.currency,
          sum(e.delta) FILTER (WHERE e.account = 'clearing:' || t.system) AS clearing,
          sum(e.delta) FILTER (WHERE e.account = 'bank:' || t.system) AS bank
        FROM money_transfers t JOIN money_entries e ON e.transfer_id = t.id
        WHERE t.payout_id IS NOT NULL GROUP BY 1, 2, 3
      )
      SELECT coalesce(p.system, m.system) || ':' || coalesce(p.id, m.id) AS id
      FROM payouts p FULL JOIN posted m USING (system, id, currency)
      WHERE p.amount_minor IS DISTINCT FROM m.bank OR p.amount_minor IS DISTINCT FROM -m.clearing`,
  },
];
