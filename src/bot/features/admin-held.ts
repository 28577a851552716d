/** /held: charges that wait for an admin. A button decides; the payment's workflow carries it out. */
import { createHash } from 'node:crypto';
import { decisions, type Decision } from '../../domain/decision';
import { AppError } from '../../domain/errors';
import type { HeldCharge } from '../../storage/payment-decisions';
import { decisionKeyboard, heldKeyboard } from '../../telegram/desk-keyboards';
import { excerpt } from '../../telegram/excerpt';
import { methodName } from '../../telegram/method-name';
import { moneyText } from '../../telegram/money-text';
import { paymentInput } from '../../workflows/inputs';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { feature, isAdmin, onAction, onAdminCommand, type Feature } from '../routes';

const LISTED = 10;
const SEARCHED = 200;

export function heldFeature(): Feature {
  const decide = decisions.map((decision) =>
    onAction(`held:${decision}`, (ctx, { held }) => carryOut(ctx, held, decision)),
  );
  return feature(
    onAdminCommand('held', (ctx) => list(ctx)),
    onAction('held', (ctx, { held }) => show(ctx, held)),
    ...decide,
  );
}

/** A charge's id may be far longer than a button can carry. */
function keyOf({ system, chargeId }: Pick<HeldCharge, 'system' | 'chargeId'>): string {
  return createHash('sha256').update(`${system}:${chargeId}`).digest('hex').slice(0, 16);
}

async function list(ctx: BotContext): Promise<void> {
  const { t, deps } = ctx;
  const held = await deps.payments.heldCharges(LISTED);
  const entries = held.map((charge) => ({ held: keyOf(charge), label: labelOf(ctx, charge) }));
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
  const charge = await find(ctx, key);
  if (charge === undefined) return;
  const { t, person } = ctx;
  await ctx.answer();
  const { paymentId, reference, chargeId, paid, heldFor, system, receivedAt } = charge;
  const text = t('desk.held.card', {
    system: methodName(t, system),
    date: dayOf(receivedAt, person.language),
    paid: moneyText(t, paid),
    payment: excerpt(paymentId ?? reference, 100),
    charge: excerpt(chargeId, 255),
    reason: t.plain(`pay.reason.${heldFor}`),
  });
  if (paymentId === null) await ctx.show({ text: `${text}\n\n${t('desk.held.unmatched')}` });
  else await ctx.show({ text, keyboard: decisionKeyboard(t, key) });
}

async function carryOut(ctx: BotContext, key: string, decision: Decision): Promise<void> {
  const charge = await find(ctx, key);
  if (charge === undefined || charge.paymentId === null) return;
  const { t, deps, person } = ctx;
  const payment = await deps.payments.get(charge.paymentId);
  if (payment.personId === person.id) throw new AppError('CARD_REQUEST_OWN', 'Their own payment');
  await deps.engine.decidePayment(paymentInput(payment, deps.windows), {
    id: ctx.newId('d'),
    chargeId: charge.chargeId,
    decision,
    actor: person.telegramId.toString(),
    reason: 'decided in the bot',
  });
  await ctx.answer();
  const what = t.plain(`desk.held.button.${decision}`);
  await ctx.show({ text: t('desk.held.sent', { what, payment: payment.id }) });
}

/** Undefined for others than admins, and for what is decided already; both are told as an old button. */
async function find(ctx: BotContext, key: string): Promise<HeldCharge | undefined> {
  const held = isAdmin(ctx) ? await ctx.deps.payments.heldCharges(SEARCHED) : [];
  const charge = held.find((each) => keyOf(each) === key);
  if (charge === undefined) await ctx.answer(ctx.t.plain('notice.oldButton'));
  return charge;
}
