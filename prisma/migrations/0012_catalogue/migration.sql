-- AlterTable
ALTER TABLE "models"
  ADD COLUMN "options" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "surcharge" JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN "cost" JSONB,
  ADD COLUMN "inputs_max" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "fallback" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "listed" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "disabled_reason" TEXT,
  ADD COLUMN "disabled_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "generations"
  ADD COLUMN "submit_failures" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "served_by" TEXT,
  ADD COLUMN "tried" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "experiment" TEXT,
  ADD COLUMN "variant" TEXT,
  ADD COLUMN "cost_micros" BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN "spent_on" DATE;

-- CreateTable
CREATE TABLE "experiments" (
    "id" TEXT NOT NULL,
    "model_slug" TEXT NOT NULL,
    "variants" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stopped_at" TIMESTAMPTZ(3),

    CONSTRAINT "experiments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_states" (
    "provider" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "opened_at" TIMESTAMPTZ(3),
    "open_until" TIMESTAMPTZ(3),
    "trial_until" TIMESTAMPTZ(3),
    "last_failure" TEXT,
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "budget_day_micros" BIGINT,
    "budget_month_micros" BIGINT,
    "concurrency_max" INTEGER,

    CONSTRAINT "provider_states_pkey" PRIMARY KEY ("provider")
);

-- CreateTable
CREATE TABLE "provider_spend" (
    "provider" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "micros" BIGINT NOT NULL,
    "jobs" INTEGER NOT NULL,

    CONSTRAINT "provider_spend_pkey" PRIMARY KEY ("provider","day")
);

-- CreateTable
CREATE TABLE "provider_leases" (
    "provider" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "generation_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_leases_pkey" PRIMARY KEY ("provider","slot")
);

-- CreateIndex
CREATE INDEX "experiments_model_slug_idx" ON "experiments"("model_slug");

-- CreateIndex
CREATE UNIQUE INDEX "provider_leases_generation_id_key" ON "provider_leases"("generation_id");

-- AddForeignKey
ALTER TABLE "experiments" ADD CONSTRAINT "experiments_model_slug_fkey" FOREIGN KEY ("model_slug") REFERENCES "models"("slug") ON DELETE RESTRICT ON UPDATE CASCADE;


-- Below: what Prisma's schema cannot say.

ALTER TABLE "models"
  ADD CONSTRAINT "models_inputs_max_positive" CHECK ("inputs_max" > 0),
  -- Why Easel switched a model off is only true while it is off.
  ADD CONSTRAINT "models_disabled_is_off" CHECK ("disabled_reason" IS NULL OR NOT "active");
ALTER TABLE "generations"
  ADD CONSTRAINT "generations_cost_not_negative" CHECK ("cost_micros" >= 0),
  DROP CONSTRAINT "generations_submission_known",
  ADD CONSTRAINT "generations_submission_known"
    CHECK ("submission" IN ('none', 'submitting', 'accepted', 'lost'));
ALTER TABLE "provider_spend"
  ADD CONSTRAINT "provider_spend_not_negative" CHECK ("micros" >= 0 AND "jobs" >= 0);
ALTER TABLE "provider_states"
  ADD CONSTRAINT "provider_states_limits_positive"
    CHECK ("concurrency_max" > 0 AND "budget_day_micros" >= 0 AND "budget_month_micros" >= 0);
ALTER TABLE "provider_leases" ADD CONSTRAINT "provider_leases_slot_positive" CHECK ("slot" > 0);

-- A person can be in one experiment of a model only.
CREATE UNIQUE INDEX "experiments_one_running" ON "experiments" ("model_slug")
  WHERE "stopped_at" IS NULL;

-- Questions asked about few of many rows.
CREATE INDEX "generations_experiment_idx" ON "generations" ("experiment", "variant")
  WHERE "experiment" IS NOT NULL;
CREATE INDEX "generations_submitting_idx" ON "generations" ("created_at")
  WHERE "submission" = 'submitting';
