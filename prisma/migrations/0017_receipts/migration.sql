-- CreateTable
CREATE TABLE "receipt_contacts" (
    "person_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "receipt_contacts_pkey" PRIMARY KEY ("person_id")
);

-- AddForeignKey
ALTER TABLE "receipt_contacts" ADD CONSTRAINT "receipt_contacts_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
