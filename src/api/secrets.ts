import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether a caller knows a secret. Both sides are hashed first: equal lengths are what
 * timingSafeEqual needs, and the time tells nothing about the secret.
 */
export function isSameSecret(given: string | undefined, expected: string): boolean {
  return timingSafeEqual(digest(given ?? ''), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
