import { randomBytes } from 'node:crypto';
import type { TelegramStarTransaction } from '@gramio/types';
import { badRequest } from './api-error';
import { chatMessage } from './chat-message';
import { askBot, waitForAnswer, type Purchase } from './checkouts';
import { receiveMessage, type Conversation } from './incoming';
import type { ChargeRow, Invoice, PersonRow, State } from './state';
import { botUser, personUser } from './views';
import { unixNow, type World } from './world';

export interface Payment {
  readonly state: 'paid' | 'failed';
  readonly error?: string;
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

function listTransaction(state: State, botId: number, listed: TelegramStarTransaction): void {
  state.transactions(botId).set(state.next(`transaction:${botId}`), listed);
}

const newTransactionId = (): string => `stx${randomBytes(32).toString('base64url')}`;

function addTransaction(state: State, { charge, direction, person }: Movement): void {
  const { subscriptionPeriod } = charge.invoice;
  const partner = {
    type: 'user' as const,
    transaction_type: 'invoice_payment' as const,
    user: personUser(person),
    invoice_payload: charge.invoice.payload,
    ...(subscriptionPeriod === undefined ? {} : { subscription_period: subscriptionPeriod }),
  };
  listTransaction(state, charge.botId, {
    id: charge.id,
    amount: charge.invoice.amount,
    date: unixNow(),
    ...(direction === 'source' ? { source: partner } : { receiver: partner }),
  });
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
      id: newTransactionId(),
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

/** The owner draws Stars out by Fragment. False when the bot has not earned as many. */
export function withdraw(state: State, botId: number, stars: number): boolean {
  if (stars > botBalance(state, botId)) return false;
  const receiver = { type: 'fragment' as const };
  const drawn = { id: newTransactionId(), amount: stars, date: unixNow(), receiver };
  listTransaction(state, botId, drawn);
  return true;
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
