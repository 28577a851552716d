/** /pay: the person's payments and how they stand, and the "I have paid" button. */
import { AppError } from '../../domain/errors';
import type { PaymentListed } from '../../storage/payment-list';
import { moneyText } from '../../telegram/money-text';
import { paymentsKeyboard } from '../../telegram/shop-keyboards';
import { paymentInput } from '../../workflows/inputs';
import { askForReceipt } from '../card-receipt';
import type { BotContext } from '../context';
import { dayOf } from '../day';
import { findPayment } from '../payments';
import { feature, onAction, onCommand, type Feature } from '../routes';

const SHOWN = 8;

export function paymentsFeature(): Feature {
  return feature(
    onCommand('pay', showPayments),
    onAction('payments', showPayments),
    onAction('pay:check', (ctx, { paymentId }) => check(ctx, paymentId)),
  );
}

async function showPayments(ctx: BotContext): Promise<void> {
  const { t, person, deps } = ctx;
  await ctx.answer();
  const payments = await deps.payments.listWithStanding(person.id, { limit: SHOWN });
  const email = await deps.payments.receiptEmail(person.id);
  const lines = payments.map((payment) => lineOf(ctx, payment));
  const text = [
    t('shop.payments.title'),
    ...(lines.length === 0 ? [t('shop.payments.none')] : lines),
    ...(email === undefined ? [] : [t('shop.payments.receipts', { email })]),
  ].join('\n\n');
  const open = payments
    .filter(({ standing, payment }) => standing === 'invoiced' && payment.system !== 'stars')
    .map(({ payment }) => ({
      paymentId: payment.id,
      label: t.plain('shop.button.paid', { price: moneyText(t, payment.price) }),
    }));
  await ctx.show({ text, keyboard: paymentsKeyboard(t, open, email !== undefined) });
}

function lineOf({ t, person }: BotContext, { payment, standing }: PaymentListed): string {
  return t('shop.payments.line', {
    date: dayOf(payment.createdAt, person.language),
    tokens: t.plain('unit.tokens', { count: payment.packTokens }),
    price: moneyText(t, payment.price),
    status: t.plain(`shop.status.${standing}`),
    id: payment.id,
  });
}

/** Nobody is believed: the workflow asks the payment system, and says what it finds. */
async function check(ctx: BotContext, paymentId: string): Promise<void> {
  const { t, person, deps } = ctx;
  const payment = await findPayment(deps, paymentId);
  if (payment?.personId !== person.id) throw new AppError('NOT_FOUND', 'Not their payment');
  if (payment.status === 'paid') {
    await ctx.answer(t.plain('shop.notice.paid'));
    return;
  }
  if (payment.system === 'card') return askForReceipt(ctx, payment);
  await deps.engine.paymentNews(paymentInput(payment, deps.windows));
  const isOver = payment.status === 'expired' || payment.status === 'failed';
  await ctx.answer(t.plain(isOver ? 'shop.notice.over' : 'pay.looking'));
}
