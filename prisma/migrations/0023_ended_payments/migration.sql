-- Payments whose only charges went back or were dismissed kept the status of an invoice that waits to be
-- paid; they end like one that nobody paid.
UPDATE "payments" y SET "status" = 'expired'
WHERE y."status" IN ('created', 'invoiced')
  AND EXISTS (SELECT 1 FROM "charges" c WHERE c."payment_id" = y."id")
  AND NOT EXISTS (SELECT 1 FROM "charges" c WHERE c."payment_id" = y."id"
    AND c."refunded_at" IS NULL AND c."decision" IS DISTINCT FROM 'dismiss');
