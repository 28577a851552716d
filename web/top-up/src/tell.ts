import { Refusal } from './api';
import type { Words } from './texts';

/** What is told of a failure; the server words its refusals itself, but not for a lost session. */
export function tell(error: unknown, words: Words): string {
  if (!(error instanceof Refusal) || error.status === 0) return words.offline;
  return error.status === 401 ? words.reopen : error.message || words.offline;
}
