-- AlterTable
ALTER TABLE "generations"
  ADD COLUMN "submitting_at" TIMESTAMPTZ(3),
  ADD COLUMN "served_options" JSONB;
