import type { Database } from './database';

/** Where a person's fiscal receipts go. */
export function createReceiptContacts(db: Database) {
  return {
    async receiptEmail(personId: string): Promise<string | undefined> {
      const row = await db.receiptContact.findUnique({ where: { personId } });
      return row?.email;
    },

    async setReceiptEmail(personId: string, email: string): Promise<void> {
      await db.receiptContact.upsert({
        where: { personId },
        create: { personId, email },
        update: { email },
      });
    },
  };
}
