import type { z } from 'zod';

/** A provider or payment system as the settings see it. */
export interface Adapter {
  readonly kind: 'provider' | 'payment system';
  readonly id: string;
  /** An object of environment names. */
  readonly settings: z.ZodType;
}

/** Every registered adapter; its settings are read together with Easel's own. */
export const adapters: readonly Adapter[] = [];
