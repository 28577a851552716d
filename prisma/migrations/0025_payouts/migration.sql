-- What a payment system paid out to the owner leaves its clearing account, so that what stands there is
-- what the system still owes.

-- CreateTable
CREATE TABLE "payouts" (
    "system" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payouts_pkey" PRIMARY KEY ("system","id")
);

-- AlterTable
ALTER TABLE "money_transfers" ADD COLUMN "payout_id" TEXT,
ALTER COLUMN "charge_id" DROP NOT NULL;

-- CreateIndex
CREATE UNIQUE INDEX "money_transfers_system_payout_id_key" ON "money_transfers"("system", "payout_id");

-- AddForeignKey
ALTER TABLE "money_transfers" ADD CONSTRAINT "money_transfers_system_payout_id_fkey" FOREIGN KEY ("system", "payout_id") REFERENCES "payouts"("system", "id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- Below: what Prisma's schema cannot say.

ALTER TABLE "payouts" ADD CONSTRAINT "payouts_moves" CHECK ("amount_minor" <> 0);
ALTER TABLE "money_transfers" ADD CONSTRAINT "money_transfers_of_one"
  CHECK (num_nonnulls("charge_id", "payout_id") = 1);

CREATE TRIGGER "payouts_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "payouts"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- One posting for each row: from the system to the owner's bank, or back when the amount is negative.
CREATE FUNCTION "post_payout_money"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH "transfer" AS (
    INSERT INTO "money_transfers" ("system", "payout_id", "version", "operation", "currency")
    VALUES (NEW."system", NEW."id", 1, 'payout', NEW."currency")
    RETURNING "id"
  )
  INSERT INTO "money_entries" ("transfer_id", "account", "delta")
  SELECT t."id", m."account" || ':' || NEW."system", m."delta"
  FROM "transfer" t CROSS JOIN (VALUES
    ('clearing', -NEW."amount_minor"), ('bank', NEW."amount_minor")) AS m ("account", "delta");
  RETURN NULL;
END;
$$;
CREATE TRIGGER "payouts_money" AFTER INSERT ON "payouts"
  FOR EACH ROW EXECUTE FUNCTION "post_payout_money"();
