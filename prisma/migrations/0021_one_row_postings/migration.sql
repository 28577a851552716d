-- A posting becomes one row: its entries are columns of the transfer, and "sums to zero" is a CHECK of
-- that row instead of a trigger over several. The entries stay readable one by one, as a view.

ALTER TABLE "ledger_transfers" DISABLE TRIGGER "ledger_transfers_append_only";

ALTER TABLE "ledger_transfers"
  ADD COLUMN "available_delta" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "held_delta" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "debt_delta" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "outside_delta" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "outside_account" TEXT,
  ADD COLUMN "held_after" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "debt_after" BIGINT NOT NULL DEFAULT 0;

UPDATE "ledger_transfers" t
SET "available_delta" = s."available", "held_delta" = s."held", "debt_delta" = s."debt",
  "outside_delta" = s."outside", "outside_account" = s."outside_account"
FROM (
  SELECT e."transfer_id",
    coalesce(sum(e."delta") FILTER (WHERE e."account" LIKE 'person:%:available'), 0) AS "available",
    coalesce(sum(e."delta") FILTER (WHERE e."account" LIKE 'person:%:held'), 0) AS "held",
    coalesce(sum(e."delta") FILTER (WHERE e."account" LIKE 'person:%:debt'), 0) AS "debt",
    coalesce(sum(e."delta") FILTER (WHERE e."account" LIKE 'system:%'), 0) AS "outside",
    max(e."account") FILTER (WHERE e."account" LIKE 'system:%') AS "outside_account"
  FROM "ledger_entries" e GROUP BY e."transfer_id"
) s
WHERE s."transfer_id" = t."id";

UPDATE "ledger_transfers" t SET "held_after" = s."held", "debt_after" = -s."debt"
FROM (
  SELECT "id",
    sum("held_delta") OVER "history" AS "held", sum("debt_delta") OVER "history" AS "debt"
  FROM "ledger_transfers" WINDOW "history" AS (PARTITION BY "person_id" ORDER BY "version")
) s
WHERE s."id" = t."id";

ALTER TABLE "ledger_transfers" ENABLE TRIGGER "ledger_transfers_append_only";

-- Every statement says what it moves; nothing is left to a default.
ALTER TABLE "ledger_transfers"
  ALTER COLUMN "available_delta" DROP DEFAULT,
  ALTER COLUMN "held_delta" DROP DEFAULT,
  ALTER COLUMN "debt_delta" DROP DEFAULT,
  ALTER COLUMN "outside_delta" DROP DEFAULT,
  ALTER COLUMN "held_after" DROP DEFAULT,
  ALTER COLUMN "debt_after" DROP DEFAULT;

DROP TABLE "ledger_entries";

-- The key of a posting finds it; the id only names it in reports and seals and needs no index.
ALTER TABLE "ledger_transfers" DROP CONSTRAINT "ledger_transfers_pkey";
DROP INDEX "ledger_transfers_idem_key_key";
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_pkey" PRIMARY KEY ("idem_key");


-- Below: what Prisma's schema cannot say.

ALTER TABLE "ledger_transfers"
  ADD CONSTRAINT "ledger_transfers_sum_to_zero"
    CHECK ("available_delta" + "held_delta" + "debt_delta" + "outside_delta" = 0),
  ADD CONSTRAINT "ledger_transfers_moves"
    CHECK ("available_delta" <> 0 OR "held_delta" <> 0 OR "debt_delta" <> 0),
  ADD CONSTRAINT "ledger_transfers_outside_named"
    CHECK (("outside_delta" = 0) = ("outside_account" IS NULL));

-- One line for each side of each transfer. A debt is a negative balance. System accounts have no balance
-- row and none here: theirs is the sum of their entries, so that no row is waited for by everybody.
CREATE VIEW "ledger_entries" AS
  SELECT t."id" AS "transfer_id", side."account", side."delta", side."balance_after"
  FROM "ledger_transfers" t
  CROSS JOIN LATERAL (VALUES
    ('person:' || t."person_id" || ':available', t."available_delta", t."available_after"),
    ('person:' || t."person_id" || ':held', t."held_delta", t."held_after"),
    ('person:' || t."person_id" || ':debt', t."debt_delta", -t."debt_after"),
    (t."outside_account", t."outside_delta", NULL::bigint)
  ) AS side ("account", "delta", "balance_after")
  WHERE side."delta" <> 0;
