import { randomBytes } from 'node:crypto';
import { badRequest } from '../api-error';
import { requiredUserId } from '../chat-access';
import { openOutgoing, send } from '../outgoing';
import { asObject, optionalString, requiredString } from '../params';
import { answerCheckout } from '../checkouts';
import { botBalance, refund } from '../stars';
import type { Invoice } from '../state';
import type { Call, Methods } from '../world';

const amountMax = 100_000;
const subscriptionAmountMax = 10_000;
const monthSeconds = 2_592_000;

function price(value: unknown): number {
  try {
    const fields = asObject(value, 'LabeledPrice must be an Object');
    if (requiredString(fields, 'label') === '') {
      throw new Error('LabeledPrice label must be non-empty');
    }
    const amount = Number(optionalString(fields, 'amount'));
    if (!Number.isInteger(amount)) throw new Error('Field "amount" must be of type Number');
    return amount;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace('Bad Request: ', '') : '';
    throw badRequest(`Can't parse labeled price: ${reason}`);
  }
}

function prices(call: Call): number {
  call.params.required('prices');
  const list = call.params.json('prices', "Can't parse prices JSON object");
  if (!Array.isArray(list)) throw badRequest('Expected an Array of labeled prices');
  if (list.length === 0) throw badRequest('There must be at least one price');
  const amounts = list.map(price);
  if (amounts.length !== 1) throw badRequest('STARS_INVOICE_INVALID');
  return amounts[0] ?? 0;
}

function limited(value: string, max: number, refusal: string): string {
  if (value.length > max) throw badRequest(refusal);
  return value;
}

/** An invoice in Stars: the only currency for digital goods, with exactly one price. */
function readInvoice(call: Call): Invoice {
  const { params } = call;
  const title = limited(params.required('title'), 32, 'INVOICE_TITLE_INVALID');
  const description = params.required('description');
  limited(description, 255, 'INVOICE_DESCRIPTION_INVALID');
  const payload = params.required('payload');
  if (Buffer.byteLength(payload) > 128) throw badRequest('INVOICE_PAYLOAD_INVALID');
  const currency = params.required('currency');
  const amount = prices(call);
  const isStars = currency === 'XTR' && params.text('provider_token') === '';
  if (!isStars) throw badRequest('PAYMENT_PROVIDER_INVALID');
  if (amount < 1 || amount > amountMax) throw badRequest('CURRENCY_TOTAL_AMOUNT_INVALID');
  return { title, description, payload, currency, amount };
}

function sendInvoice(call: Call): unknown {
  const invoice = readInvoice(call);
  const outgoing = openOutgoing(call, { allowsPay: true });
  const content = {
    invoice: {
      title: invoice.title,
      description: invoice.description,
      start_parameter: call.params.text('start_parameter'),
      currency: 'XTR' as const,
      total_amount: invoice.amount,
    },
  };
  return send(call, outgoing, { content, row: { invoice } });
}

function createInvoiceLink(call: Call): unknown {
  const invoice = readInvoice(call);
  const period = call.params.integer('subscription_period', 0);
  if (period !== 0 && period !== monthSeconds) throw badRequest('SUBSCRIPTION_PERIOD_INVALID');
  if (period !== 0 && invoice.amount > subscriptionAmountMax) {
    throw badRequest('CURRENCY_TOTAL_AMOUNT_INVALID');
  }
  const slug = randomBytes(12).toString('base64url');
  call.world.state.invoiceLinks.set(slug, {
    botId: call.bot.id,
    invoice: period === 0 ? invoice : { ...invoice, subscriptionPeriod: period },
  });
  return `https://t.me/$${slug}`;
}

function answerPreCheckoutQuery(call: Call): unknown {
  const ok = call.params.bool('ok');
  answerCheckout(call.world, call.bot.id, {
    id: call.params.text('pre_checkout_query_id'),
    ok,
    error: ok ? '' : call.params.required('error_message'),
  });
  return true;
}

function refundStarPayment(call: Call): unknown {
  const userId = requiredUserId(call);
  const id = call.params.required('telegram_payment_charge_id');
  refund(call.world, call.bot.id, { userId, id });
  return true;
}

function getStarTransactions(call: Call): unknown {
  const offset = Math.max(0, call.params.integer('offset', 0));
  const limit = Math.min(100, Math.max(1, call.params.integer('limit', 100)));
  const all = [...call.world.state.transactions(call.bot.id).values()];
  return { transactions: all.slice(offset, offset + limit) };
}

function getMyStarBalance(call: Call): unknown {
  return { amount: botBalance(call.world.state, call.bot.id) };
}

function editUserStarSubscription(call: Call): unknown {
  const userId = requiredUserId(call);
  const { state } = call.world;
  const charge = state.charges.get(call.params.required('telegram_payment_charge_id'));
  const isTheirs = charge?.botId === call.bot.id && charge.personId === userId;
  if (!isTheirs || charge.invoice.subscriptionPeriod === undefined) {
    throw badRequest('CHARGE_NOT_FOUND');
  }
  const subscriptionCancelled = call.params.bool('is_canceled');
  state.charges.set(charge.id, { ...charge, subscriptionCancelled });
  return true;
}

export const paymentMethods: Methods = {
  sendInvoice,
  createInvoiceLink,
  answerPreCheckoutQuery,
  refundStarPayment,
  getStarTransactions,
  getMyStarBalance,
  editUserStarSubscription,
};
