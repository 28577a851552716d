import type { Database } from './database';
import { ask, run } from './plain-statement';

/**
 * go: send it now. sent: it was, this is its message. unknown: an earlier attempt began and its answer
 * never came; whether the person has the message cannot be known.
 */
export type DeliveryStart =
  | { readonly status: 'go' }
  | { readonly status: 'sent'; readonly messageId: bigint | null }
  | { readonly status: 'unknown' };

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

/** Outgoing messages, recorded before they are sent, so that a repeat looks before sending. */
export function createDeliveryStore(db: Database) {
  return {
    async start(key: string, chatId: bigint): Promise<DeliveryStart> {
      const [started] = await ask<object>(db)`
        INSERT INTO deliveries (key, chat_id, status, attempts, updated_at)
        VALUES (${key}, ${chatId}::bigint, 'sending', 1, now())
        ON CONFLICT (key) DO UPDATE
        SET status = 'sending', attempts = deliveries.attempts + 1, updated_at = now()
        WHERE deliveries.status = 'ready'
        RETURNING key`;
      if (started !== undefined) return { status: 'go' };
      const found = await db.delivery.findUnique({ where: { key } });
      if (found?.status === 'sent') return { status: 'sent', messageId: found.messageId };
      return { status: 'unknown' };
    },

    async sent(key: string, messageId: bigint | null): Promise<void> {
      await run(db)`
        UPDATE deliveries SET status = 'sent', message_id = ${messageId}::bigint, updated_at = now()
        WHERE key = ${key}`;
    },

    /** A definite refusal: nothing was sent, the next attempt may go. */
    async failed(key: string): Promise<void> {
      await db.delivery.updateMany({
        where: { key, status: 'sending' },
        data: { status: 'ready' },
      });
    },
  };
}
