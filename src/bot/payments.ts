import { AppError } from '../domain/errors';
import type { Payment } from '../storage/payment-store';
import type { BotDeps } from './deps';

export async function findPayment(
  { payments }: Pick<BotDeps, 'payments'>,
  id: string,
): Promise<Payment | undefined> {
  try {
    return await payments.get(id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
