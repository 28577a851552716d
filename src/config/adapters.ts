import type { z } from 'zod';
import { paymentDefinitions } from '../payments/registry';
import { providerDefinitions } from '../providers/registry';

/** A provider or payment system as the settings see it. */
export interface Adapter {
  readonly id: string;
  /** An object of environment names. */
  readonly settings: z.ZodType;
  /** Which of them are secret; all but addresses when left out. */
  readonly secrets?: readonly string[];
}

/** What can be plugged in; its settings are read together with Easel's own. */
export interface Adapters {
  /** On when its settings are there. */
  readonly providers: readonly Adapter[];
  /** On when PAYMENT_SYSTEMS names it. */
  readonly payments: readonly Adapter[];
}

export const adapters: Adapters = {
  providers: providerDefinitions,
  payments: paymentDefinitions,
};
