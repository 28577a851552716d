import { tooManyRequests } from './api-error';

/** Telegram's limits are unspecified; this one is a bucket per chat that lets bursts through. */
export interface Flood {
  /** Throws 429 with `retry_after` when a chat got clearly too much. */
  take(chatId: number, messages?: number): void;
}

export function createFlood(burst: number, perSecond: number): Flood {
  const buckets = new Map<number, { left: number; at: number }>();
  return {
    take: (chatId, messages = 1) => {
      const now = Date.now();
      const before = buckets.get(chatId) ?? { left: burst, at: now };
      const left = Math.min(burst, before.left + ((now - before.at) / 1000) * perSecond);
      if (left < messages) {
        buckets.set(chatId, { left, at: now });
        throw tooManyRequests(Math.max(1, Math.ceil((messages - left) / perSecond)));
      }
      buckets.set(chatId, { left: left - messages, at: now });
    },
  };
}
