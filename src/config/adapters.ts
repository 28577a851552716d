import type { z } from 'zod';
import { providerDefinitions } from '../providers/registry';

/** A provider as the settings see it. */
export interface Adapter {
  readonly id: string;
  /** An object of environment names. */
  readonly settings: z.ZodType;
}

/** Every registered provider; its settings are read together with Easel's own. */
export const adapters: readonly Adapter[] = providerDefinitions;
