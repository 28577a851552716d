import { cryptobotStandIn } from './cryptobot';
import { startStandIn, type StandIn } from './frame/server';
import type { StandInDefinition } from './frame/stand-in';
import { startTogether } from '../standalone';
import { heleketStandIn } from './heleket';
import { stripeStandIn } from './stripe';
import { yookassaStandIn } from './yookassa';
import { yoomoneyStandIn } from './yoomoney';

/** Every payment system that is played here: adding one is its file and a line here. */
export const paymentStandIns: readonly StandInDefinition[] = [
  yookassaStandIn,
  yoomoneyStandIn,
  cryptobotStandIn,
  heleketStandIn,
  stripeStandIn,
];

/** The usual port of each; `SANDBOX_<ID>_PORT` is the setting that moves it. */
export const standardPorts: Readonly<Record<string, number>> = {
  yookassa: 3011,
  yoomoney: 3012,
  cryptobot: 3013,
  heleket: 3014,
  stripe: 3015,
};

export interface PaymentsOptions {
  portOf(id: string): number;
  readonly dataDir: string;
  readonly host?: string;
  /** Where the webhooks of all go, each with its id added: `http://127.0.0.1:3000/webhooks`. */
  readonly webhookRoot?: string;
  /** Values in the place of the stand-ins' own keys, by the names of the adapters' settings. */
  readonly keys: Readonly<Record<string, string | undefined>>;
  readonly only?: readonly string[];
}

/** Starts them all, or those named. None is left running when one cannot be started. */
export function startPayments(options: PaymentsOptions): Promise<StandIn[]> {
  const { portOf, dataDir, host, webhookRoot, keys, only } = options;
  const wanted = paymentStandIns.filter(({ id }) => only?.includes(id) ?? true);
  return startTogether(
    wanted.map((definition) =>
      startStandIn(definition, {
        port: portOf(definition.id),
        dataDir,
        ...(host !== undefined && { host }),
        ...(webhookRoot !== undefined && { webhookUrl: `${webhookRoot}/${definition.id}` }),
        keys: keysOf(definition, keys),
      }),
    ),
  );
}

/** An empty value is the same as none. */
function keysOf(
  definition: StandInDefinition,
  given: PaymentsOptions['keys'],
): Readonly<Record<string, string>> {
  const names = Object.keys(definition.keys);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given[name]?.trim();
      return value ? [[name, value] as const] : [];
    }),
  );
}
