-- A payment keeps the address its receipts were asked for, whatever the person names later.

-- AlterTable
ALTER TABLE "payments" ADD COLUMN "receipt_email" TEXT;


-- Below: what Prisma's schema cannot say.

-- What an open payment was opened with is not known any more; the person's own is the best guess.
UPDATE "payments" p SET "receipt_email" = c."email"
  FROM "receipt_contacts" c WHERE c."person_id" = p."person_id" AND p."opening" <> 'none';
