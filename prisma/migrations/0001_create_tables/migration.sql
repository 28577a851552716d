-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "people" (
    "id" UUID NOT NULL,
    "telegram_id" BIGINT NOT NULL,
    "first_name" TEXT NOT NULL,
    "username" TEXT,
    "language" TEXT NOT NULL,
    "language_chosen" BOOLEAN NOT NULL DEFAULT false,
    "banned_at" TIMESTAMPTZ(3),
    "ban_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "people_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "updates" (
    "update_id" BIGINT NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "updates_pkey" PRIMARY KEY ("update_id")
);

-- CreateTable
CREATE TABLE "drafts" (
    "person_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "drafts_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "models" (
    "slug" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "modes" TEXT[],
    "provider" TEXT NOT NULL,
    "provider_model" TEXT NOT NULL,
    "name" JSONB NOT NULL,
    "description" JSONB NOT NULL,
    "price_tokens" BIGINT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "models_pkey" PRIMARY KEY ("slug")
);

-- CreateTable
CREATE TABLE "assets" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "sha256" TEXT NOT NULL,
    "storage_key" TEXT NOT NULL,
    "file_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "assets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generations" (
    "id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "model_slug" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_model" TEXT NOT NULL,
    "price_tokens" BIGINT NOT NULL,
    "refunded_tokens" BIGINT NOT NULL DEFAULT 0,
    "prompt" TEXT NOT NULL,
    "style" TEXT,
    "options" JSONB NOT NULL DEFAULT '{}',
    "input_asset_ids" UUID[],
    "output_asset_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "language" TEXT NOT NULL,
    "chat_id" BIGINT NOT NULL,
    "status_message_id" BIGINT,
    "status" TEXT NOT NULL DEFAULT 'ordered',
    "failure_code" TEXT,
    "submission" TEXT NOT NULL DEFAULT 'none',
    "provider_job_id" TEXT,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "generations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "generation_refunds" (
    "generation_id" TEXT NOT NULL,
    "refund_id" TEXT NOT NULL,
    "tokens" BIGINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "failure_code" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "generation_refunds_pkey" PRIMARY KEY ("generation_id","refund_id")
);

-- CreateTable
CREATE TABLE "deliveries" (
    "key" TEXT NOT NULL,
    "chat_id" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "message_id" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "packs" (
    "system" TEXT NOT NULL,
    "pack_tokens" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "packs_pkey" PRIMARY KEY ("system","pack_tokens","currency")
);

-- CreateTable
CREATE TABLE "payments" (
    "id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "chat_id" BIGINT NOT NULL,
    "system" TEXT NOT NULL,
    "pack_tokens" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "language" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'created',
    "failure_code" TEXT,
    "invoice_message_id" BIGINT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "charges" (
    "system" TEXT NOT NULL,
    "charge_id" TEXT NOT NULL,
    "payment_id" TEXT,
    "reference" TEXT NOT NULL,
    "telegram_id" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "credited_at" TIMESTAMPTZ(3),
    "refunded_at" TIMESTAMPTZ(3),

    CONSTRAINT "charges_pkey" PRIMARY KEY ("system","charge_id")
);

-- CreateTable
CREATE TABLE "refunds" (
    "id" TEXT NOT NULL,
    "payment_id" TEXT NOT NULL,
    "system" TEXT NOT NULL,
    "charge_id" TEXT,
    "amount_minor" BIGINT NOT NULL,
    "tokens" BIGINT NOT NULL,
    "debt_tokens" BIGINT NOT NULL DEFAULT 0,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "failure_code" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "refunds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_balances" (
    "person_id" UUID NOT NULL,
    "available" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "debt" BIGINT NOT NULL DEFAULT 0,
    "version" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ledger_balances_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "ledger_transfers" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "idem_key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "version" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "available_after" BIGINT NOT NULL,
    "reference" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ledger_transfers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger_entries" (
    "transfer_id" UUID NOT NULL,
    "account" TEXT NOT NULL,
    "delta" BIGINT NOT NULL,
    "balance_after" BIGINT,

    CONSTRAINT "ledger_entries_pkey" PRIMARY KEY ("transfer_id","account")
);

-- CreateTable
CREATE TABLE "ledger_reserves" (
    "id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "ledger_reserves_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "people_telegram_id_key" ON "people"("telegram_id");

-- CreateIndex
CREATE INDEX "updates_claimed_at_idx" ON "updates"("claimed_at");

-- CreateIndex
CREATE INDEX "assets_person_id_idx" ON "assets"("person_id");

-- CreateIndex
CREATE INDEX "generations_person_id_created_at_idx" ON "generations"("person_id", "created_at");

-- CreateIndex
CREATE INDEX "generations_status_idx" ON "generations"("status");

-- CreateIndex
CREATE INDEX "payments_person_id_created_at_idx" ON "payments"("person_id", "created_at");

-- CreateIndex
CREATE INDEX "charges_payment_id_idx" ON "charges"("payment_id");

-- CreateIndex
CREATE INDEX "refunds_payment_id_idx" ON "refunds"("payment_id");

-- CreateIndex
CREATE INDEX "audit_target_idx" ON "audit"("target");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_transfers_idem_key_key" ON "ledger_transfers"("idem_key");

-- CreateIndex
CREATE UNIQUE INDEX "ledger_transfers_person_id_version_key" ON "ledger_transfers"("person_id", "version");

-- AddForeignKey
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assets" ADD CONSTRAINT "assets_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generations" ADD CONSTRAINT "generations_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generations" ADD CONSTRAINT "generations_model_slug_fkey" FOREIGN KEY ("model_slug") REFERENCES "models"("slug") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "generation_refunds" ADD CONSTRAINT "generation_refunds_generation_id_fkey" FOREIGN KEY ("generation_id") REFERENCES "generations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payments" ADD CONSTRAINT "payments_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "charges" ADD CONSTRAINT "charges_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_system_charge_id_fkey" FOREIGN KEY ("system", "charge_id") REFERENCES "charges"("system", "charge_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_balances" ADD CONSTRAINT "ledger_balances_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "ledger_balances"("person_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_transfer_id_fkey" FOREIGN KEY ("transfer_id") REFERENCES "ledger_transfers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger_reserves" ADD CONSTRAINT "ledger_reserves_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "ledger_balances"("person_id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- Below: what Prisma's schema cannot say. These are the last walls of the money, whatever the code does.

-- Amounts have a direction in the entries, so they are never negative themselves.
ALTER TABLE "ledger_balances"
  ADD CONSTRAINT "ledger_balances_available_not_negative" CHECK ("available" >= 0),
  ADD CONSTRAINT "ledger_balances_held_not_negative" CHECK ("held" >= 0),
  ADD CONSTRAINT "ledger_balances_debt_not_negative" CHECK ("debt" >= 0);
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_amount_positive" CHECK ("amount" > 0);
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_delta_not_zero" CHECK ("delta" <> 0);
ALTER TABLE "ledger_reserves"
  ADD CONSTRAINT "ledger_reserves_amount_positive" CHECK ("amount" > 0),
  ADD CONSTRAINT "ledger_reserves_state_known"
    CHECK ("state" IN ('open', 'committed', 'released', 'expired'));
ALTER TABLE "models" ADD CONSTRAINT "models_price_positive" CHECK ("price_tokens" > 0);
ALTER TABLE "packs"
  ADD CONSTRAINT "packs_tokens_positive" CHECK ("pack_tokens" > 0),
  ADD CONSTRAINT "packs_amount_positive" CHECK ("amount_minor" > 0);
ALTER TABLE "payments"
  ADD CONSTRAINT "payments_tokens_positive" CHECK ("pack_tokens" > 0),
  ADD CONSTRAINT "payments_amount_positive" CHECK ("amount_minor" > 0),
  ADD CONSTRAINT "payments_status_known"
    CHECK ("status" IN ('created', 'invoiced', 'paid', 'expired', 'failed'));
ALTER TABLE "charges" ADD CONSTRAINT "charges_amount_positive" CHECK ("amount_minor" > 0);
ALTER TABLE "refunds"
  ADD CONSTRAINT "refunds_amounts_not_negative"
    CHECK ("amount_minor" >= 0 AND "tokens" >= 0 AND "debt_tokens" >= 0),
  ADD CONSTRAINT "refunds_status_known"
    CHECK ("status" IN ('requested', 'clawed_back', 'settled', 'refused', 'put_back'));
ALTER TABLE "generations"
  ADD CONSTRAINT "generations_price_positive" CHECK ("price_tokens" > 0),
  -- The sum of a generation's refunds never exceeds what it cost.
  ADD CONSTRAINT "generations_refunded_within_price"
    CHECK ("refunded_tokens" BETWEEN 0 AND "price_tokens"),
  ADD CONSTRAINT "generations_status_known"
    CHECK ("status" IN ('ordered', 'working', 'delivered', 'released', 'refused', 'refunded')),
  ADD CONSTRAINT "generations_submission_known"
    CHECK ("submission" IN ('none', 'submitting', 'accepted'));
ALTER TABLE "generation_refunds"
  ADD CONSTRAINT "generation_refunds_tokens_not_negative" CHECK ("tokens" >= 0);

-- The rows every posting updates: free space on the page keeps the new version beside the old one
-- (heap-only update), without touching the index.
ALTER TABLE "ledger_balances" SET (fillfactor = 50);

-- Questions asked often about few of many rows.
CREATE INDEX "generations_working_idx" ON "generations" ("person_id") WHERE "status" = 'working';
CREATE INDEX "ledger_reserves_open_idx" ON "ledger_reserves" ("expires_at") WHERE "state" = 'open';
CREATE INDEX "charges_uncredited_idx" ON "charges" ("received_at") WHERE "credited_at" IS NULL;

-- One charge is refunded once, however many refund requests race for it.
CREATE UNIQUE INDEX "refunds_one_per_charge" ON "refunds" ("system", "charge_id")
  WHERE "status" IN ('clawed_back', 'settled');

-- History is written once. Corrections are new postings.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END;
$$;
CREATE TRIGGER "ledger_transfers_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_transfers"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "ledger_entries_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Double entry: what is added to the entries by one statement sums to zero in each transfer.
CREATE FUNCTION "refuse_unbalanced"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "added" GROUP BY "transfer_id" HAVING sum("delta") <> 0) THEN
    RAISE EXCEPTION 'the entries of a transfer must sum to zero' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER "ledger_entries_balanced" AFTER INSERT ON "ledger_entries"
  REFERENCING NEW TABLE AS "added" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_unbalanced"();
