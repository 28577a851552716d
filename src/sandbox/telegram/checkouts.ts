import { queryTooOld } from './api-error';
import type { Conversation } from './incoming';
import type { CheckoutRow, Invoice, State } from './state';
import { personUser } from './views';
import type { World } from './world';

/** What is being paid: an invoice message of a chat, or an invoice link. */
export interface Purchase {
  readonly invoice: Invoice;
  readonly messageId?: number;
}

type Settle = (checkout: CheckoutRow) => void;

/** Checkouts that a `/pay` request of this process waits for. */
export type OpenCheckouts = Map<string, Settle>;

/** Ids carry no meaning; they only have to be new and look like ids. */
export function nextQueryId(state: State): string {
  return String(4_000_000_000_000_000_000n + BigInt(state.next('query')) * 7_919n);
}

function settle(world: World, checkout: CheckoutRow): void {
  world.state.checkouts.set(checkout.id, checkout);
  world.openCheckouts.get(checkout.id)?.(checkout);
}

/** A bot's answer to a pre-checkout query; late and repeated answers are refused. */
export function answerCheckout(
  world: World,
  botId: number,
  answer: { id: string; ok: boolean; error: string },
): void {
  const checkout = world.state.checkouts.get(answer.id);
  const isOpen = checkout?.botId === botId && checkout.state === 'checking';
  if (!checkout || !isOpen || Date.now() > checkout.expiresAt) throw queryTooOld();
  settle(
    world,
    answer.ok
      ? { ...checkout, state: 'approved' }
      : { ...checkout, state: 'failed', error: answer.error },
  );
}

const forgottenAfterMs = 3_600_000;

/** After a restart nobody waits any more: open checkouts have failed, old queries are forgotten. */
export function closeOldQueries(state: State): void {
  const before = Date.now() - forgottenAfterMs;
  for (const { id, createdAt } of [...state.callbacks.values()]) {
    if (createdAt < before) state.callbacks.delete(id);
  }
  for (const checkout of [...state.checkouts.values()]) {
    if (checkout.expiresAt < before) {
      state.checkouts.delete(checkout.id);
      continue;
    }
    if (checkout.state !== 'checking' && checkout.state !== 'approved') continue;
    state.checkouts.set(checkout.id, { ...checkout, state: 'failed', error: 'INTERRUPTED' });
  }
}

/** Before this process stops: whoever waits is told, and no timer is left behind. */
export function interruptCheckouts(world: World): void {
  for (const id of [...world.openCheckouts.keys()]) {
    const checkout = world.state.checkouts.get(id);
    if (checkout) settle(world, { ...checkout, state: 'failed', error: 'INTERRUPTED' });
  }
}

/** Sends the pre-checkout query. */
export function askBot(
  world: World,
  { bot, person }: Conversation,
  purchase: Purchase,
): CheckoutRow {
  const { invoice, messageId } = purchase;
  return world.state.transact(() => {
    const checkout: CheckoutRow = {
      id: nextQueryId(world.state),
      botId: bot.id,
      personId: person.id,
      ...(messageId === undefined ? {} : { messageId }),
      invoice,
      expiresAt: Date.now() + world.options.preCheckoutTimeoutMs,
      state: 'checking',
    };
    world.state.checkouts.set(checkout.id, checkout);
    world.updates.push(bot.id, person.id, {
      pre_checkout_query: {
        id: checkout.id,
        from: personUser(person),
        currency: invoice.currency as 'XTR',
        total_amount: invoice.amount,
        invoice_payload: invoice.payload,
      },
    });
    return checkout;
  });
}

/** Resolves when the bot has answered, or was too slow. */
export function waitForAnswer(world: World, checkout: CheckoutRow): Promise<CheckoutRow> {
  const open = world.openCheckouts;
  return new Promise((resolve) => {
    const finish = (settled: CheckoutRow): void => {
      clearTimeout(timer);
      open.delete(checkout.id);
      resolve(settled);
    };
    const timer = setTimeout(() => {
      const late: CheckoutRow = { ...checkout, state: 'failed', error: 'BOT_PRECHECKOUT_TIMEOUT' };
      settle(world, late);
    }, world.options.preCheckoutTimeoutMs);
    open.set(checkout.id, finish);
  });
}
