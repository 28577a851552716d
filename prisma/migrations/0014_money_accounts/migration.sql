-- Money accounts beside the tokens, seals over everything that is only ever added to, and what the
-- reconciliation found.

-- CreateTable
CREATE TABLE "money_transfers" (
    "id" BIGSERIAL NOT NULL,
    "system" TEXT NOT NULL,
    "charge_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "operation" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "money_transfers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "money_entries" (
    "transfer_id" BIGINT NOT NULL,
    "account" TEXT NOT NULL,
    "delta" BIGINT NOT NULL,

    CONSTRAINT "money_entries_pkey" PRIMARY KEY ("transfer_id","account")
);

-- CreateTable
CREATE TABLE "ledger_seals" (
    "number" BIGINT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "until_at" TIMESTAMPTZ(3) NOT NULL,
    "rows" BIGINT NOT NULL,
    "ledger_digest" TEXT NOT NULL,
    "money_digest" TEXT NOT NULL,
    "audit_digest" TEXT NOT NULL,
    "chain" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_seals_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "reconciliation_findings" (
    "id" BIGSERIAL NOT NULL,
    "class" TEXT NOT NULL,
    "system" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "payment_id" TEXT,
    "detail" TEXT NOT NULL,
    "amount_minor" BIGINT,
    "currency" TEXT,
    "happened_at" TIMESTAMPTZ(3) NOT NULL,
    "seen" INTEGER NOT NULL DEFAULT 1,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),
    "resolved_by" TEXT,
    "resolution" TEXT,

    CONSTRAINT "reconciliation_findings_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "money_transfers_created_at_idx" ON "money_transfers" USING BRIN ("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "money_transfers_system_charge_id_version_key" ON "money_transfers"("system", "charge_id", "version");

-- CreateIndex
CREATE INDEX "ledger_transfers_created_at_idx" ON "ledger_transfers" USING BRIN ("created_at");

-- CreateIndex
CREATE INDEX "audit_at_idx" ON "audit" USING BRIN ("at");

-- AddForeignKey
ALTER TABLE "money_transfers" ADD CONSTRAINT "money_transfers_system_charge_id_fkey" FOREIGN KEY ("system", "charge_id") REFERENCES "charges"("system", "charge_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "money_entries" ADD CONSTRAINT "money_entries_transfer_id_fkey" FOREIGN KEY ("transfer_id") REFERENCES "money_transfers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- Below: what Prisma's schema cannot say.

ALTER TABLE "money_transfers" ADD CONSTRAINT "money_transfers_version_positive" CHECK ("version" > 0);
ALTER TABLE "money_entries" ADD CONSTRAINT "money_entries_moves" CHECK ("delta" <> 0);
ALTER TABLE "reconciliation_findings" ADD CONSTRAINT "reconciliation_findings_resolved_whole"
  CHECK (num_nulls("resolved_at", "resolved_by", "resolution") IN (0, 3));
CREATE UNIQUE INDEX "reconciliation_findings_open_key"
  ON "reconciliation_findings" ("class", "system", "subject") WHERE "resolved_at" IS NULL;

CREATE TRIGGER "money_transfers_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "money_transfers"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "money_entries_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "money_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "ledger_seals_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_seals"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "money_entries_balanced" AFTER INSERT ON "money_entries"
  REFERENCING NEW TABLE AS "added" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_unbalanced"();

-- What the accounts should hold for a charge, from its row and its refunds. Positive is a debit.
-- clearing: with the system, or paid out by it to the owner. fees: kept by the system. held: received
-- but not credited. revenue: credited. refunds: returned of it. disputed: frozen by the payer's bank.
CREATE FUNCTION "money_due"("of_system" TEXT, "of_charge" TEXT)
RETURNS TABLE ("currency" TEXT, "account" TEXT, "balance" BIGINT) LANGUAGE sql STABLE AS $$
  SELECT c."currency", line."account" || ':' || c."system", line."balance"
  FROM "charges" c
  CROSS JOIN LATERAL (
    SELECT coalesce(c."fee_minor", 0) AS "fee", c."credited_at" IS NOT NULL AS "credited",
      coalesce(sum(r."amount_minor") FILTER (WHERE r."status" = 'settled'), 0)::bigint AS "settled",
      coalesce(sum(r."amount_minor") FILTER (
        WHERE r."status" = 'clawed_back' AND r."origin" = 'dispute'), 0)::bigint AS "disputed"
    FROM "refunds" r WHERE r."system" = c."system" AND r."charge_id" = c."charge_id"
  ) f
  CROSS JOIN LATERAL (VALUES
    ('clearing', c."amount_minor" - f."fee" - f."settled" - f."disputed"),
    ('fees', f."fee"),
    ('disputed', f."disputed"),
    ('held', CASE WHEN f."credited" THEN 0 ELSE f."settled" - c."amount_minor" END),
    ('revenue', CASE WHEN f."credited" THEN -c."amount_minor" ELSE 0 END),
    ('refunds', CASE WHEN f."credited" THEN f."settled" ELSE 0 END)
  ) AS line ("account", "balance")
  WHERE c."system" = "of_system" AND c."charge_id" = "of_charge" AND line."balance" <> 0
$$;

-- What was posted for a charge so far.
CREATE FUNCTION "money_posted"("of_system" TEXT, "of_charge" TEXT)
RETURNS TABLE ("currency" TEXT, "account" TEXT, "balance" BIGINT) LANGUAGE sql STABLE AS $$
  SELECT t."currency", e."account", sum(e."delta")::bigint
  FROM "money_transfers" t JOIN "money_entries" e ON e."transfer_id" = t."id"
  WHERE t."system" = "of_system" AND t."charge_id" = "of_charge"
  GROUP BY t."currency", e."account"
$$;

-- Posts the difference between the two: nothing when there is none, so that a repeat is harmless.
-- The caller holds the charge's row, and (system, charge, version) is the key of the posting.
CREATE FUNCTION "post_money"("of_system" TEXT, "of_charge" TEXT, "named" TEXT)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  WITH "moved" AS (
    SELECT "currency", "account", (coalesce(d."balance", 0) - coalesce(p."balance", 0)) AS "delta"
    FROM "money_due"("of_system", "of_charge") d
    FULL JOIN "money_posted"("of_system", "of_charge") p USING ("currency", "account")
    WHERE coalesce(d."balance", 0) <> coalesce(p."balance", 0)
  ), "transfer" AS (
    INSERT INTO "money_transfers" ("system", "charge_id", "version", "operation", "currency")
    SELECT "of_system", "of_charge", row_number() OVER (ORDER BY m."currency") + (
        SELECT coalesce(max("version"), 0) FROM "money_transfers"
        WHERE "system" = "of_system" AND "charge_id" = "of_charge"), "named", m."currency"
    FROM (SELECT DISTINCT "currency" FROM "moved") m
    RETURNING "id", "currency"
  )
  INSERT INTO "money_entries" ("transfer_id", "account", "delta")
  SELECT t."id", m."account", m."delta" FROM "transfer" t JOIN "moved" m USING ("currency");
END;
$$;

CREATE FUNCTION "post_charge_money"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "post_money"(NEW."system", NEW."charge_id", CASE
    WHEN TG_OP = 'INSERT' THEN 'received'
    WHEN OLD."credited_at" IS NULL AND NEW."credited_at" IS NOT NULL THEN 'credited'
    WHEN OLD."fee_minor" IS DISTINCT FROM NEW."fee_minor" THEN 'fee'
    ELSE 'terms' END);
  RETURN NULL;
END;
$$;
CREATE TRIGGER "charges_money_received" AFTER INSERT ON "charges"
  FOR EACH ROW EXECUTE FUNCTION "post_charge_money"();
CREATE TRIGGER "charges_money_changed" AFTER UPDATE ON "charges"
  FOR EACH ROW WHEN ((OLD."credited_at", OLD."fee_minor", OLD."amount_minor", OLD."currency")
    IS DISTINCT FROM (NEW."credited_at", NEW."fee_minor", NEW."amount_minor", NEW."currency"))
  EXECUTE FUNCTION "post_charge_money"();

CREATE FUNCTION "post_refund_money"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Two refunds of one charge post one after the other.
  PERFORM 1 FROM "charges" WHERE "system" = NEW."system" AND "charge_id" = NEW."charge_id"
    FOR NO KEY UPDATE;
  PERFORM "post_money"(NEW."system", NEW."charge_id",
    CASE WHEN NEW."origin" = 'dispute' THEN 'dispute' ELSE 'refund' END);
  RETURN NULL;
END;
$$;
CREATE TRIGGER "refunds_money" AFTER INSERT OR UPDATE OF "status", "amount_minor" ON "refunds"
  FOR EACH ROW WHEN (NEW."charge_id" IS NOT NULL) EXECUTE FUNCTION "post_refund_money"();

-- Money that came before there were accounts for it.
SELECT "post_money"("system", "charge_id", 'opening') FROM "charges";
