-- Payment systems besides Stars: invoices that are pages, webhooks, charges that wait for a decision,
-- refunds in part and refunds that were made elsewhere.

-- AlterTable
ALTER TABLE "payments" ADD COLUMN     "invoice_id" TEXT,
ADD COLUMN     "opening" TEXT NOT NULL DEFAULT 'none',
ADD COLUMN     "pay_url" TEXT,
ADD COLUMN     "pay_words" TEXT;

-- AlterTable
ALTER TABLE "charges" ADD COLUMN     "credited_tokens" BIGINT,
ADD COLUMN     "decided_at" TIMESTAMPTZ(3),
ADD COLUMN     "decision" TEXT,
ADD COLUMN     "disputed_at" TIMESTAMPTZ(3),
ADD COLUMN     "doubt" TEXT,
ADD COLUMN     "fee_minor" BIGINT,
ADD COLUMN     "held_for" TEXT,
ADD COLUMN     "paid_at" TIMESTAMPTZ(3),
ADD COLUMN     "refund_handle" TEXT,
ALTER COLUMN "telegram_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "refunds" ADD COLUMN     "manual" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "origin" TEXT NOT NULL DEFAULT 'signal',
ADD COLUMN     "sent_at" TIMESTAMPTZ(3),
ADD COLUMN     "system_refund_id" TEXT;

-- CreateTable
CREATE TABLE "payment_events" (
    "id" BIGSERIAL NOT NULL,
    "system" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "payment_id" TEXT,
    "invoice_id" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "payment_events_system_event_id_key" ON "payment_events"("system", "event_id");

-- CreateIndex
CREATE UNIQUE INDEX "payments_system_invoice_id_key" ON "payments"("system", "invoice_id");

-- CreateIndex
CREATE UNIQUE INDEX "refunds_system_system_refund_id_key" ON "refunds"("system", "system_refund_id");


-- Below: what Prisma's schema cannot say.

-- What was credited so far was the whole pack.
UPDATE "charges" c SET "credited_tokens" = p."pack_tokens"
  FROM "payments" p WHERE p."id" = c."payment_id" AND c."credited_at" IS NOT NULL;

ALTER TABLE "payments" ADD CONSTRAINT "payments_opening_known"
  CHECK ("opening" IN ('none', 'opening', 'opened'));
ALTER TABLE "charges"
  ADD CONSTRAINT "charges_fee_not_negative" CHECK ("fee_minor" >= 0),
  ADD CONSTRAINT "charges_credited_tokens_positive" CHECK ("credited_tokens" > 0),
  ADD CONSTRAINT "charges_credited_whole" CHECK (("credited_at" IS NULL) = ("credited_tokens" IS NULL)),
  ADD CONSTRAINT "charges_decision_known"
    CHECK ("decision" IN ('credit', 'credit_paid', 'return', 'dismiss')),
  ADD CONSTRAINT "charges_decided_whole" CHECK (("decision" IS NULL) = ("decided_at" IS NULL));
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_origin_known"
  CHECK ("origin" IN ('signal', 'cabinet', 'dispute'));

-- A charge may go back in parts now; together they never exceed it, however many requests race.
DROP INDEX "refunds_one_per_charge";
CREATE INDEX "refunds_of_charge_idx" ON "refunds" ("system", "charge_id")
  WHERE "status" IN ('clawed_back', 'settled');
CREATE FUNCTION "refuse_over_refund"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  "paid" BIGINT;
  "returned" BIGINT;
BEGIN
  -- The lock makes racing refunds of one charge wait for each other; it lets foreign keys through.
  SELECT "amount_minor" INTO "paid" FROM "charges"
    WHERE "system" = NEW."system" AND "charge_id" = NEW."charge_id" FOR NO KEY UPDATE;
  SELECT coalesce(sum("amount_minor"), 0) INTO "returned" FROM "refunds"
    WHERE "system" = NEW."system" AND "charge_id" = NEW."charge_id"
      AND "status" IN ('clawed_back', 'settled');
  IF "returned" > "paid" THEN
    RAISE EXCEPTION 'the refunds of a charge must not exceed it' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER "refunds_within_charge" AFTER INSERT OR UPDATE ON "refunds"
  FOR EACH ROW WHEN (NEW."charge_id" IS NOT NULL AND NEW."status" IN ('clawed_back', 'settled'))
  EXECUTE FUNCTION "refuse_over_refund"();

-- Questions asked often about few of many rows.
CREATE INDEX "payment_events_undelivered_idx" ON "payment_events" ("received_at")
  WHERE "delivered_at" IS NULL;
CREATE INDEX "charges_held_idx" ON "charges" ("received_at")
  WHERE "held_for" IS NOT NULL AND "decision" IS NULL AND "credited_at" IS NULL;
CREATE INDEX "refunds_under_way_idx" ON "refunds" ("created_at") WHERE "status" = 'clawed_back';
CREATE INDEX "payments_unpaid_idx" ON "payments" ("expires_at")
  WHERE "status" IN ('created', 'invoiced');
