-- CreateTable
CREATE TABLE "promo_codes" (
    "code" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "value" BIGINT NOT NULL,
    "limit_overall" INTEGER,
    "limit_per_person" INTEGER NOT NULL DEFAULT 1,
    "expires_at" TIMESTAMPTZ(3),
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "promo_codes_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "promo_redemptions" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "payment_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "promo_redemptions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "promo_selections" (
    "person_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "chosen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "promo_selections_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "referral_codes" (
    "code" TEXT NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "referral_codes_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "referrals" (
    "person_id" UUID NOT NULL,
    "referrer_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "referrals_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "daily_rewards" (
    "person_id" UUID NOT NULL,
    "day" INTEGER NOT NULL,
    "streak" INTEGER NOT NULL,
    "tokens" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "daily_rewards_pkey" PRIMARY KEY ("person_id","day")
);

-- CreateTable
CREATE TABLE "deposit_bonuses" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "system" TEXT NOT NULL,
    "charge_id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "tokens" BIGINT NOT NULL,
    "taken" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deposit_bonuses_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "deposit_bonus_returns" (
    "refund_id" TEXT NOT NULL,
    "bonus_id" TEXT NOT NULL,
    "tokens" BIGINT NOT NULL,
    "put_back_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deposit_bonus_returns_pkey" PRIMARY KEY ("refund_id","bonus_id")
);

-- CreateTable
CREATE TABLE "questions" (
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "questions_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "custom_amounts" (
    "system" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "least_tokens" BIGINT NOT NULL,
    "most_tokens" BIGINT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "custom_amounts_pkey" PRIMARY KEY ("system","currency")
);

-- CreateTable
CREATE TABLE "card_requests" (
    "payment_id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "receipt_at" TIMESTAMPTZ(3),
    "bank_reference" TEXT,
    "amount_minor" BIGINT,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "reason" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "card_requests_pkey" PRIMARY KEY ("payment_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "promo_redemptions_payment_id_key" ON "promo_redemptions"("payment_id");

-- CreateIndex
CREATE INDEX "promo_redemptions_code_idx" ON "promo_redemptions"("code");

-- CreateIndex
CREATE UNIQUE INDEX "promo_redemptions_person_id_code_ordinal_key" ON "promo_redemptions"("person_id", "code", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "referral_codes_person_id_key" ON "referral_codes"("person_id");

-- CreateIndex
CREATE INDEX "referrals_referrer_id_idx" ON "referrals"("referrer_id");

-- CreateIndex
CREATE INDEX "deposit_bonuses_system_charge_id_idx" ON "deposit_bonuses"("system", "charge_id");

-- CreateIndex
CREATE INDEX "deposit_bonuses_person_id_kind_idx" ON "deposit_bonuses"("person_id", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "card_requests_reference_key" ON "card_requests"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "card_requests_bank_reference_key" ON "card_requests"("bank_reference");

-- CreateIndex
CREATE INDEX "card_requests_person_id_idx" ON "card_requests"("person_id");

-- AddForeignKey
ALTER TABLE "promo_redemptions" ADD CONSTRAINT "promo_redemptions_code_fkey" FOREIGN KEY ("code") REFERENCES "promo_codes"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promo_redemptions" ADD CONSTRAINT "promo_redemptions_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promo_redemptions" ADD CONSTRAINT "promo_redemptions_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promo_selections" ADD CONSTRAINT "promo_selections_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promo_selections" ADD CONSTRAINT "promo_selections_code_fkey" FOREIGN KEY ("code") REFERENCES "promo_codes"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral_codes" ADD CONSTRAINT "referral_codes_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_referrer_id_fkey" FOREIGN KEY ("referrer_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "daily_rewards" ADD CONSTRAINT "daily_rewards_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deposit_bonuses" ADD CONSTRAINT "deposit_bonuses_system_charge_id_fkey" FOREIGN KEY ("system", "charge_id") REFERENCES "charges"("system", "charge_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deposit_bonuses" ADD CONSTRAINT "deposit_bonuses_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deposit_bonus_returns" ADD CONSTRAINT "deposit_bonus_returns_bonus_id_fkey" FOREIGN KEY ("bonus_id") REFERENCES "deposit_bonuses"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "questions" ADD CONSTRAINT "questions_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "card_requests" ADD CONSTRAINT "card_requests_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "card_requests" ADD CONSTRAINT "card_requests_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- Below: what Prisma's schema cannot say.

ALTER TABLE "promo_codes"
  ADD CONSTRAINT "promo_codes_code_form" CHECK ("code" ~ '^[A-Z0-9_-]{3,32}$'),
  ADD CONSTRAINT "promo_codes_value_in_bounds" CHECK (CASE "kind"
    WHEN 'percent_off' THEN "value" BETWEEN 1 AND 90
    WHEN 'percent_extra' THEN "value" BETWEEN 1 AND 500
    WHEN 'tokens' THEN "value" BETWEEN 1 AND 1000000
    ELSE false END),
  ADD CONSTRAINT "promo_codes_limits_positive" CHECK ("limit_overall" > 0 AND "limit_per_person" > 0);
ALTER TABLE "promo_redemptions"
  ADD CONSTRAINT "promo_redemptions_ordinal_positive" CHECK ("ordinal" > 0);
ALTER TABLE "referrals"
  ADD CONSTRAINT "referrals_not_oneself" CHECK ("person_id" <> "referrer_id");
ALTER TABLE "daily_rewards"
  ADD CONSTRAINT "daily_rewards_streak_of_a_week" CHECK ("streak" BETWEEN 1 AND 7),
  ADD CONSTRAINT "daily_rewards_tokens_positive" CHECK ("tokens" > 0);
ALTER TABLE "deposit_bonuses"
  ADD CONSTRAINT "deposit_bonuses_tokens_positive" CHECK ("tokens" > 0),
  -- Refunds never take back more than was given.
  ADD CONSTRAINT "deposit_bonuses_taken_within_tokens" CHECK ("taken" BETWEEN 0 AND "tokens"),
  ADD CONSTRAINT "deposit_bonuses_kind_known"
    CHECK ("kind" IN ('first_deposit', 'promo_extra', 'referral'));
ALTER TABLE "deposit_bonus_returns"
  ADD CONSTRAINT "deposit_bonus_returns_tokens_positive" CHECK ("tokens" > 0);
ALTER TABLE "custom_amounts"
  ADD CONSTRAINT "custom_amounts_bounds_in_order"
    CHECK ("least_tokens" > 0 AND "least_tokens" <= "most_tokens");
ALTER TABLE "card_requests"
  ADD CONSTRAINT "card_requests_state_known"
    CHECK ("state" IN ('open', 'confirmed', 'rejected', 'expired')),
  ADD CONSTRAINT "card_requests_confirmed_is_told" CHECK ("state" <> 'confirmed'
    OR ("bank_reference" IS NOT NULL AND "amount_minor" > 0 AND "decided_by" IS NOT NULL));

-- A person's first deposit is rewarded once, whatever the code does.
CREATE UNIQUE INDEX "deposit_bonuses_one_first" ON "deposit_bonuses" ("person_id")
  WHERE "kind" = 'first_deposit';
CREATE INDEX "card_requests_open_idx" ON "card_requests" ("created_at") WHERE "state" = 'open';
