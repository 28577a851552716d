/** Every payment system Easel can take money by: adding one is its file and one line here. */
import { AppError } from '../domain/errors';
import type { TelegramClient } from '../telegram/client';
import type { PaymentSystem } from './payment-system';
import { createStars } from './stars';

export interface PaymentSystems {
  /** Throws AppError NOT_FOUND for a system this deployment does not have. */
  get(id: string): PaymentSystem;
}

export function createPaymentSystems(telegram: TelegramClient): PaymentSystems {
  const systems: readonly PaymentSystem[] = [createStars(telegram)];
  return {
    get: (id) => {
      const system = systems.find((candidate) => candidate.id === id);
      if (!system) throw new AppError('NOT_FOUND', `No payment system "${id}" here`);
      return system;
    },
  };
}
