import { randomBytes } from 'node:crypto';
import type { TelegramStarTransaction } from '@gramio/types';
import { badRequest, queryTooOld } from './api-error';
import { chatMessage } from './chat-message';
import { receiveMessage, type Conversation } from './incoming';
import type { ChargeRow, CheckoutRow, Invoice, PersonRow, State } from './state';
import { botUser, personUser } from './views';
import { unixNow, type World } from './world';

export interface Payment {
  readonly state: 'paid' | 'failed';
  readonly error?: string;
}

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

/** After a restart nobody waits any more: open checkouts have failed. */
export function failOpenCheckouts(state: State): void {
  for (const checkout of [...state.checkouts.values()]) {
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

function askBot(world: World, { bot, person }: Conversation, purchase: Purchase): CheckoutRow {
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

function waitForAnswer(world: World, checkout: CheckoutRow): Promise<CheckoutRow> {
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

/** Currency, amount and payload as they appear in payment messages. */
function paymentFields(invoice: Invoice): {
  currency: 'XTR';
  total_amount: number;
  invoice_payload: string;
} {
  return { currency: 'XTR', total_amount: invoice.amount, invoice_payload: invoice.payload };
}

interface Movement {
  readonly charge: ChargeRow;
  readonly direction: 'source' | 'receiver';
  readonly person: PersonRow;
}

function addTransaction(state: State, { charge, direction, person }: Movement): void {
  const { subscriptionPeriod } = charge.invoice;
  const partner = {
    type: 'user' as const,
    transaction_type: 'invoice_payment' as const,
    user: personUser(person),
    invoice_payload: charge.invoice.payload,
    ...(subscriptionPeriod === undefined ? {} : { subscription_period: subscriptionPeriod }),
  };
  const transaction: TelegramStarTransaction = {
    id: charge.id,
    amount: charge.invoice.amount,
    date: unixNow(),
    ...(direction === 'source' ? { source: partner } : { receiver: partner }),
  };
  const number = state.next(`transaction:${charge.botId}`);
  state.transactions(charge.botId).set(number, transaction);
}

function changeStars(world: World, personId: number, by: number): PersonRow {
  const person = world.state.people.get(personId);
  if (!person) throw badRequest('USER_ID_INVALID');
  const changed = { ...person, stars: person.stars + by };
  world.state.people.set(personId, changed);
  return changed;
}

/** Shows the person the new balance. */
export function announceStars(world: World, personId: number): void {
  const stars = world.state.people.get(personId)?.stars ?? 0;
  world.hub.emit(personId, 'balance', { stars });
}

function markPaid(world: World, { bot, person }: Conversation, messageId?: number): void {
  if (messageId === undefined) return;
  const messages = world.state.messages(bot.id, person.id);
  const row = messages.get(messageId);
  if (!row || row.paid === true) return;
  const paid = { ...row, paid: true };
  messages.set(messageId, paid);
  const event = { botId: bot.id, message: chatMessage(world.state, paid) };
  world.hub.emit(person.id, 'edit', event);
}

function subscriptionFields(invoice: Invoice): object {
  if (invoice.subscriptionPeriod === undefined) return {};
  const expires = unixNow() + invoice.subscriptionPeriod;
  return { subscription_expiration_date: expires, is_recurring: true, is_first_recurring: true };
}

function charge(world: World, conversation: Conversation, purchase: Purchase): void {
  const { bot, person } = conversation;
  const { invoice } = purchase;
  world.state.transact(() => {
    const charged: ChargeRow = {
      id: `stx${randomBytes(32).toString('base64url')}`,
      botId: bot.id,
      personId: person.id,
      providerChargeId: `${person.id}_${world.state.next('provider-charge')}`,
      invoice,
      refunded: false,
    };
    const payer = changeStars(world, person.id, -invoice.amount);
    world.state.charges.set(charged.id, charged);
    addTransaction(world.state, { charge: charged, direction: 'source', person: payer });
    markPaid(world, conversation, purchase.messageId);
    receiveMessage(
      world,
      { bot, person: payer },
      {
        content: {
          successful_payment: {
            ...paymentFields(invoice),
            ...subscriptionFields(invoice),
            telegram_payment_charge_id: charged.id,
            provider_payment_charge_id: charged.providerChargeId,
          },
        },
      },
    );
  });
  announceStars(world, person.id);
}

function hasEnough(world: World, personId: number, amount: number): boolean {
  return (world.state.people.get(personId)?.stars ?? 0) >= amount;
}

/** One payment as the app does it: enough Stars, the bot agrees within ten seconds, charge. */
export async function pay(
  world: World,
  conversation: Conversation,
  purchase: Purchase,
): Promise<Payment> {
  const { bot, person } = conversation;
  const tell = (payment: Payment | { state: 'checking' }): void =>
    world.hub.emit(person.id, 'checkout', {
      botId: bot.id,
      messageId: purchase.messageId ?? 0,
      ...payment,
    });
  const fail = (error: string): Payment => {
    const payment: Payment = { state: 'failed', error };
    tell(payment);
    return payment;
  };
  const { amount } = purchase.invoice;
  if (!hasEnough(world, person.id, amount)) return fail('BALANCE_TOO_LOW');
  tell({ state: 'checking' });
  const settled = await waitForAnswer(world, askBot(world, conversation, purchase));
  // Another payment may have emptied the wallet while the bot was thinking.
  const isCovered = hasEnough(world, person.id, amount);
  if (settled.state !== 'approved' || !isCovered) {
    const error = isCovered ? (settled.error ?? 'PAYMENT_FAILED') : 'BALANCE_TOO_LOW';
    world.state.checkouts.set(settled.id, { ...settled, state: 'failed', error });
    return fail(error);
  }
  world.state.transact(() => {
    world.state.checkouts.set(settled.id, { ...settled, state: 'paid' });
    charge(world, conversation, purchase);
  });
  tell({ state: 'paid' });
  return { state: 'paid' };
}

/** The Stars a bot has earned and not given back. */
export function botBalance(state: State, botId: number): number {
  let balance = 0;
  for (const { amount, source } of state.transactions(botId).values()) {
    balance += source ? amount : -amount;
  }
  return balance;
}

/** Gives a whole payment back. Throws 400 CHARGE_ALREADY_REFUNDED, CHARGE_NOT_FOUND. */
export function refund(world: World, botId: number, wanted: { userId: number; id: string }): void {
  const { state } = world;
  const charged = state.charges.get(wanted.id);
  const bot = state.bots.get(botId);
  if (charged?.botId !== botId || !bot) throw badRequest('CHARGE_NOT_FOUND');
  if (charged.personId !== wanted.userId) throw badRequest('USER_ID_INVALID');
  if (charged.refunded) throw badRequest('CHARGE_ALREADY_REFUNDED');
  state.transact(() => {
    state.charges.set(charged.id, { ...charged, refunded: true });
    const person = changeStars(world, charged.personId, charged.invoice.amount);
    addTransaction(state, { charge: charged, direction: 'receiver', person });
    receiveMessage(
      world,
      { bot, person },
      {
        from: botUser(bot),
        content: {
          refunded_payment: {
            ...paymentFields(charged.invoice),
            telegram_payment_charge_id: charged.id,
            provider_payment_charge_id: charged.providerChargeId,
          },
        },
      },
    );
  });
  announceStars(world, charged.personId);
  const event = { botId, chargeId: charged.id, amount: charged.invoice.amount };
  world.hub.emit(charged.personId, 'refund', event);
}
