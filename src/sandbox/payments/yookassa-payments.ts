/** What happens to a payment at YooKassa, from its link to its end. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { StandInRefusal } from './frame/stand-in';
import { change, paymentIn, type YookassaBooks } from './yookassa-books';
import type { PaymentRow, WireAmount, WirePayment } from './yookassa-objects';
import { kopecks, rubles, type paymentRequestSchema } from './yookassa-requests';

const linkHours = 1;
const holdHours = 7 * 24;
const hourMs = 3_600_000;
// Of a usual tariff for cards, in thousandths.
const feePerMille = 35n;

/** What can be odd about a payment; not in life, but a shop must notice it. */
export interface Oddities {
  readonly amount?: WireAmount;
  readonly test?: boolean;
  readonly accountId?: string;
}

type PaymentRequest = z.infer<typeof paymentRequestSchema>;

function confirmationOf({ confirmation }: PaymentRequest, id: string, address: string) {
  const forms = {
    redirect: { type: 'redirect', confirmation_url: address },
    embedded: { type: 'embedded', confirmation_token: `ct-${id}` },
    qr: { type: 'qr', confirmation_data: address },
  };
  return forms[confirmation.type];
}

export function openPayment(
  { site, payments }: YookassaBooks,
  request: PaymentRequest,
): WirePayment {
  const { confirmation, description, payment_method_data: method } = request;
  const id = randomUUID();
  const payment: WirePayment = {
    id,
    status: 'pending',
    paid: false,
    amount: request.amount,
    ...(description !== undefined && { description }),
    created_at: site.now().toISOString(),
    confirmation: confirmationOf(request, id, `${site.url}/pay/${id}`),
    metadata: request.metadata,
    ...(method && { payment_method: { type: method.type, id, saved: false } }),
    recipient: { account_id: site.keys.YOOKASSA_SHOP_ID, gateway_id: '100700' },
    refundable: false,
    ...(request.receipt && { receipt_registration: 'succeeded' as const }),
    test: site.keys.YOOKASSA_SECRET_KEY.startsWith('test_'),
  };
  const returnUrl = confirmation.type === 'redirect' ? confirmation.return_url : undefined;
  payments.set(id, {
    payment,
    isCapturedAtOnce: request.capture,
    ...(returnUrl !== undefined && { returnUrl }),
  });
  return payment;
}

function succeed(books: YookassaBooks, row: PaymentRow, amount: WireAmount): WirePayment {
  const total = kopecks(amount);
  const { currency } = amount;
  return change(books, row, {
    status: 'succeeded',
    paid: true,
    refundable: true,
    amount,
    income_amount: { ...rubles(total - (total * feePerMille) / 1000n), currency },
    refunded_amount: { ...rubles(0n), currency },
    captured_at: books.site.now().toISOString(),
  });
}

function authorized(row: PaymentRow, { test, accountId }: Oddities): PaymentRow {
  const { payment, isSecured = false } = row;
  const type = payment.payment_method?.['type'] ?? 'bank_card';
  const card = { first6: '555555', last4: isSecured ? '4477' : '4444', card_type: 'MasterCard' };
  return {
    ...row,
    payment: {
      ...payment,
      payment_method: {
        type,
        id: payment.id,
        saved: false,
        ...(type === 'bank_card' && { title: `Bank card *${card.last4}`, card }),
      },
      authorization_details: {
        rrn: '603668680243',
        auth_code: '062467',
        three_d_secure: { applied: isSecured },
      },
      ...(test !== undefined && { test }),
      ...(accountId !== undefined && {
        recipient: { ...payment.recipient, account_id: accountId },
      }),
    },
  };
}

/** The payer's bank says yes. */
export function pay(books: YookassaBooks, id: string, odd: Oddities): WirePayment {
  const row = authorized(paymentIn(books, id, 'pending'), odd);
  if (row.isCapturedAtOnce) return succeed(books, row, odd.amount ?? row.payment.amount);
  const heldUntil = new Date(books.site.now().getTime() + holdHours * hourMs).toISOString();
  return change(books, row, { status: 'waiting_for_capture', paid: true, expires_at: heldUntil });
}

/** The payer's bank wants a code first. */
export function secure(books: YookassaBooks, id: string): WirePayment {
  const row = paymentIn(books, id, 'pending');
  books.payments.set(id, { ...row, isSecured: true });
  return row.payment;
}

/** The whole hold or a part of it; the rest goes back to the payer. */
export function capture(books: YookassaBooks, id: string, amount?: WireAmount): WirePayment {
  const row = paymentIn(books, id, 'waiting_for_capture');
  const wanted = amount ?? row.payment.amount;
  if (kopecks(wanted) > kopecks(row.payment.amount)) {
    throw new StandInRefusal(400, 'more than was authorized');
  }
  return succeed(books, row, wanted);
}

/** The merchant gives a hold back; everybody else ends what was not paid yet. */
export function cancel(
  books: YookassaBooks,
  id: string,
  details: NonNullable<WirePayment['cancellation_details']>,
): WirePayment {
  const from = details.party === 'merchant' ? 'waiting_for_capture' : 'pending';
  const row = paymentIn(books, id, from);
  return change(books, row, { status: 'canceled', paid: false, cancellation_details: details });
}

/** Links live for an hour, holds on cards for a week. */
export function expirePayments(books: YookassaBooks): void {
  const now = books.site.now().getTime();
  for (const row of [...books.payments.values()]) {
    const { id, status, created_at: createdAt, expires_at: heldUntil } = row.payment;
    const isLinkOver = status === 'pending' && now >= Date.parse(createdAt) + linkHours * hourMs;
    const isHoldOver = status === 'waiting_for_capture' && now >= Date.parse(heldUntil ?? '');
    if (isLinkOver) cancel(books, id, { party: 'yoo_money', reason: 'expired_on_confirmation' });
    if (!isHoldOver) continue;
    const details = { party: 'yoo_money', reason: 'expired_on_capture' } as const;
    change(books, row, { status: 'canceled', paid: false, cancellation_details: details });
  }
}
