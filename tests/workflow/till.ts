/** Scenes of a payment by a payment system, which is scripted as the step `watchPayment` shows it. */
import type { Known, Seen } from '../../src/activities/system-payment-steps';
import { workflowIds, type PaymentInput } from '../../src/workflows/contract';
import { hiccup, paymentInputOf, type Scene, type Script, type Theatre } from './harness';

class Till {
  private seen: Seen = { facts: 'none', state: 'open', open: [], foreign: [] };
  private changes = 0;

  change(what: Partial<Seen>): void {
    this.changes += 1;
    this.seen = { ...this.seen, facts: `facts ${this.changes}`, ...what };
  }

  readonly watchPayment = (...[, known, once]: [string, Known, boolean]): Seen => {
    const isNews = known.facts !== this.seen.facts || known.state !== this.seen.state;
    if (isNews || once) return this.seen;
    throw hiccup('PAYMENT_STILL_OPEN', 60_000);
  };
}

export interface Act {
  readonly scene: Scene;
  readonly input: PaymentInput;
  readonly till: Till;
}

/** Plays scenes on the theatre of a test file, and keeps their histories when asked to. */
export function actor(theatre: () => Theatre) {
  return async <T>(
    script: Script,
    act: (on: Act) => Promise<T>,
    input: PaymentInput = paymentInputOf({ system: 'yookassa' }),
  ): Promise<T> => {
    const till = new Till();
    const watchPayment = till.watchPayment as unknown as Script[string];
    return theatre().play({ watchPayment, ...script }, async (scene) => {
      await scene.engine.startPayment(input);
      const answer = await act({ scene, input, till });
      await theatre().record(workflowIds.payment(input.paymentId));
      return answer;
    });
  };
}

export const result = ({ scene, input }: Act): Promise<unknown> =>
  scene.payment(input.paymentId).result();

export const state = ({ scene, input }: Act) => scene.engine.paymentState(input.paymentId);

export const shown = ({ scene }: Act) => scene.until(() => scene.count('showPayment') > 0);

/** The money comes, and the system says so. */
export async function pay(act: Act, chargeId = 'c1'): Promise<void> {
  await shown(act);
  act.till.change({ state: 'closed', open: [chargeId] });
  await act.scene.engine.paymentNews(act.input);
}
