/** Every payment system Easel can take money by: adding one is its file and a word in this line. */
import { AppError } from '../domain/errors';
import type { TelegramClient } from '../telegram/client';
import { card } from './card';
import { cryptobot } from './cryptobot';
import { heleket } from './heleket';
import type {
  PaymentSystem,
  PaymentSystemDefinition,
  PaymentSystemDeps,
  PaymentTraits,
} from './payment-system';
import { createStars, starsTraits } from './stars';
import { stripe } from './stripe';
import { yookassa } from './yookassa';
import { yoomoney } from './yoomoney';

export const paymentDefinitions: readonly PaymentSystemDefinition[] = [
  yookassa,
  yoomoney,
  stripe,
  cryptobot,
  heleket,
  card,
];

/** A payment system people can pay by now. */
export interface ReadyPaymentSystem {
  readonly definition: PaymentTraits;
  readonly system: PaymentSystem;
}

export interface PaymentSystems {
  /** Throws AppError NOT_FOUND for a system this deployment does not have. */
  get(id: string): PaymentSystem;
  /** By id; Stars come first. */
  readonly ready: ReadonlyMap<string, ReadyPaymentSystem>;
  /** `reason` names what would turn it on. */
  readonly off: readonly { readonly id: string; readonly reason: string }[];
}

/** What the owner switched on, and what the environment holds for it. */
export interface PaymentSwitches extends PaymentSystemDeps {
  readonly switchedOn: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly definitions?: readonly PaymentSystemDefinition[];
}

/**
 * Stars need no settings and are always ready; of the others those that are switched on.
 * Throws one error that lists every wrong setting, by name and never by value.
 */
export function createPaymentSystems(
  telegram: TelegramClient,
  switches?: PaymentSwitches,
): PaymentSystems {
  const ready = new Map<string, ReadyPaymentSystem>([
    [starsTraits.id, { definition: starsTraits, system: createStars(telegram) }],
  ]);
  const off: { id: string; reason: string }[] = [];
  const problems: string[] = [];
  const known = switches?.definitions ?? paymentDefinitions;
  for (const definition of known) {
    const { id } = definition;
    if (switches?.switchedOn.includes(id) !== true) {
      off.push({ id, reason: `name ${id} in PAYMENT_SYSTEMS to turn it on` });
      continue;
    }
    const parsed = definition.settings.safeParse(switches.env);
    if (parsed.success) {
      ready.set(id, { definition, system: definition.create(parsed.data, switches) });
      continue;
    }
    problems.push(...parsed.error.issues.map((issue) => `${id}: ${issue.path.join('.')}`));
  }
  if (problems.length > 0) throw new Error(`Payment settings: ${problems.join('; ')}`);
  return {
    ready,
    off,
    get: (id) => {
      const found = ready.get(id);
      if (!found) throw new AppError('NOT_FOUND', `No payment system "${id}" here`);
      return found.system;
    },
  };
}
