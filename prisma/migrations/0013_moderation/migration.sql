-- CreateTable
CREATE TABLE "moderation_decisions" (
    "id" BIGSERIAL NOT NULL,
    "generation_id" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "moderation_decisions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "strikes" (
    "id" BIGSERIAL NOT NULL,
    "decision_id" BIGINT NOT NULL,
    "person_id" UUID NOT NULL,
    "struck_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "suspends" BOOLEAN NOT NULL DEFAULT false,
    "appealed_at" TIMESTAMPTZ(3),
    "resolution" TEXT,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "strikes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "moderation_decisions_generation_id_source_subject_evidence_key" ON "moderation_decisions"("generation_id", "source", "subject", "evidence");

-- CreateIndex
CREATE INDEX "moderation_decisions_person_id_idx" ON "moderation_decisions"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "strikes_decision_id_key" ON "strikes"("decision_id");

-- CreateIndex
CREATE INDEX "strikes_person_id_struck_at_idx" ON "strikes"("person_id", "struck_at");

-- AddForeignKey
ALTER TABLE "strikes" ADD CONSTRAINT "strikes_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "moderation_decisions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
