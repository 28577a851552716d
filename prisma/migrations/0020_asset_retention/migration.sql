-- AlterTable
ALTER TABLE "assets" ADD COLUMN "removed_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "assets_storage_key_idx" ON "assets"("storage_key");

-- Only what still has its file can grow too old, so the clean-up looks at nothing else.
CREATE INDEX "assets_kept_idx" ON "assets"("created_at") WHERE "removed_at" IS NULL;
