-- AlterTable
ALTER TABLE "payments" ADD COLUMN     "ordered_in" TEXT NOT NULL DEFAULT 'chat';

-- CreateTable
CREATE TABLE "mini_app_launches" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mini_app_launches_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "mini_app_launches_used_at_idx" ON "mini_app_launches"("used_at");
