import { createHash } from 'node:crypto';

const lengthMax = 64;

/** A key of at most 64 characters that is the same for the same id. */
export function shortKey(id: string): string {
  return id.length <= lengthMax ? id : createHash('sha256').update(id).digest('hex');
}
