/** The exchange as payment systems need it: every failure is a {@link PaymentSystemError}. */
import type { z } from 'zod';
import {
  exchange,
  LostAnswerError,
  type Answer,
  type ExchangeRequest,
  type HttpClient,
  type LostMeaning,
} from '../http/exchange';
import { PaymentSystemError, type RefundReport } from './payment-system';

/** Asks once. A refusal is an answer: what its status means is for the adapter to say. */
export async function ask(http: HttpClient, request: ExchangeRequest): Promise<Answer> {
  try {
    return await exchange(http, request);
  } catch (error) {
    if (!(error instanceof LostAnswerError)) throw error;
    throw new PaymentSystemError(error.means, error.message);
  }
}

/** What the system said, if it has the form we know; else the answer is as good as lost. */
export function understand<T>(schema: z.ZodType<T>, said: unknown, lostMeans: LostMeaning): T {
  const parsed = schema.safeParse(said);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new PaymentSystemError(
    lostMeans,
    `the answer is malformed at "${issue?.path.join('.') ?? ''}"`,
  );
}

/** A refund the system will never make is refused; whatever else went wrong is thrown on. */
export async function refusedWhenImpossible(
  make: () => Promise<RefundReport>,
): Promise<RefundReport> {
  try {
    return await make();
  } catch (error) {
    const isNo =
      error instanceof PaymentSystemError && ['invalid', 'not-found'].includes(error.failure);
    if (isNo) return { status: 'refused', detail: error.message };
    throw error;
  }
}
