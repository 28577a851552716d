/**
 * /held: charges that wait for an admin. A button asks why; the answer goes with the decision into the
 * audit, and the payment's workflow carries it out.
 */
import { z } from 'zod';
import { decisions, type Decision } from '../../domain/decision';
import { AppError } from '../../domain/errors';
import type { HeldCharge } from '../../storage/payment-decisions';
import type { Payment } from '../../storage/payment-store';
import {
  calledOffKeyboard,
  decisionKeyboard,
  heldKey,
  heldKeyboard,
} from '../../telegram/desk-keyboards';
import { excerpt } from '../../telegram/excerpt';
import { methodName } from '../../telegram/method-name';
import { moneyText } from '../../telegram/money-text';
import { paymentInput } from '../../workflows/inputs';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { ask, settle } from '../questions';
import { feature, isAdmin, onAdminAction, onAdminCommand, type Feature } from '../routes';

const LISTED = 10;
const SEARCHED = 200;
/** As long as a reason may be in the audit. */
const REASON_MAX = 500;

export function heldFeature(): Feature {
  const decide = decisions.map((decision) =>
    onAdminAction(`held:${decision}`, (ctx, { held }) => askWhy(ctx, held, decision)),
  );
  return feature(
    onAdminCommand('held', (ctx) => list(ctx)),
    onAdminAction('held', (ctx, { held }) => show(ctx, held)),
    ...decide,
  );
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const held = await deps.payments.heldCharges(LISTED);
  const entries = held.map((charge) => ({ held: heldKey(charge), label: labelOf(ctx, charge) }));
  const text = [t('desk.held.title'), ...(held.length === 0 ? [t('desk.none')] : [])].join('\n');
  await ctx.say({ text, keyboard: heldKeyboard(t, entries) });
}

function labelOf({ t }: BotContext, { system, paid, heldFor }: HeldCharge): string {
  const reason = t.plain(`desk.held.reason.${heldFor}`);
  return t.plain('desk.held.label', {
    paid: moneyText(t, paid),
    system: methodName(t, system),
    reason,
  });
}

async function show(ctx: BotContext, key: string): Promise<void> {
  const charge = await pressed(ctx, key);
  if (charge === undefined) return;
  const { t } = ctx;
  await ctx.answer();
  const text = wordsOf(ctx, charge);
  if (charge.paymentId === null) await ctx.show({ text: `${text}\n\n${t('desk.held.unmatched')}` });
  else await ctx.show({ text, keyboard: decisionKeyboard(t, key) });
}

function wordsOf({ t, person }: BotContext, charge: HeldCharge): string {
  const { paymentId, reference, chargeId, paid, heldFor, system, receivedAt } = charge;
  return t('desk.held.card', {
    system: methodName(t, system),
    date: dayOf(receivedAt, person.language),
    paid: moneyText(t, paid),
    payment: excerpt(paymentId ?? reference, 100),
    charge: excerpt(chargeId, 255),
    reason: t.plain(`pay.reason.${heldFor}`),
  });
}

async function askWhy(ctx: BotContext, key: string, decision: Decision): Promise<void> {
  const charge = await pressed(ctx, key);
  if (charge === undefined) return;
  const { t } = ctx;
  await paymentOf(ctx, charge);
  await ctx.answer();
  await ask(ctx, 'held', { held: key, decision });
  const what = t.plain(`desk.held.button.${decision}`);
  const text = `${wordsOf(ctx, charge)}\n\n${t('desk.held.why', { what })}`;
  await ctx.say({ text, keyboard: calledOffKeyboard(t) });
}

const question = z.object({ held: z.string(), decision: z.enum(decisions) });

/** Whatever words come next are the reason. */
export async function takeReason(ctx: BotContext, text: string, data: unknown): Promise<boolean> {
  const asked = question.safeParse(data);
  if (!asked.success || !isAdmin(ctx) || text === '') return false;
  await settle(ctx, () => decide(ctx, { ...asked.data, reason: text }));
  return true;
}

interface Decided {
  readonly held: string;
  readonly decision: Decision;
  readonly reason: string;
}

async function decide(ctx: BotContext, { held, decision, reason }: Decided): Promise<boolean> {
  const { t, deps, person } = ctx;
  if (reason.length > REASON_MAX) {
    await ctx.say({ text: t('desk.again'), keyboard: calledOffKeyboard(t) });
    return false;
  }
  const charge = await find(ctx, held);
  if (charge === undefined) throw new AppError('CHARGE_NOT_HELD', 'Decided in the meantime');
  const payment = await paymentOf(ctx, charge);
  await deps.engine.decidePayment(paymentInput(payment, deps.windows), {
    id: ctx.newId('d'),
    chargeId: charge.chargeId,
    decision,
    actor: person.telegramId.toString(),
    reason,
  });
  const what = t.plain(`desk.held.button.${decision}`);
  await ctx.say({ text: t('desk.held.sent', { what, payment: payment.id }) });
  return true;
}

/** Nobody decides about a payment of their own. */
async function paymentOf(
  { deps, person }: BotContext,
  { paymentId }: HeldCharge,
): Promise<Payment> {
  if (paymentId === null) throw new AppError('NOT_FOUND', 'No payment belongs to this charge');
  const payment = await deps.payments.get(paymentId);
  if (payment.personId === person.id) throw new AppError('CARD_REQUEST_OWN', 'Their own payment');
  return payment;
}

/** Undefined for what is decided already, which is told as an old button. */
async function pressed(ctx: BotContext, key: string): Promise<HeldCharge | undefined> {
  const charge = await find(ctx, key);
  if (charge === undefined) await ctx.answer(ctx.t.plain('notice.oldButton'));
  return charge;
}

async function find({ deps }: BotContext, key: string): Promise<HeldCharge | undefined> {
  const held = await deps.payments.heldCharges(SEARCHED);
  return held.find((charge) => heldKey(charge) === key);
}
