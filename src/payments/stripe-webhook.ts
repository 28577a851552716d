/** Stripe's events. Signed over the raw bytes with a time, so that an old one cannot be replayed. */
import Stripe from 'stripe';
import { z } from 'zod';
import type { WebhookReading, WebhookRequest } from './payment-system';

const toleranceSeconds = 300;

const orderForm = /^[A-Za-z0-9_-]{1,64}$/;
const idForm = z.string().min(1).max(255);
const metadata = z.object({ payment_id: z.string().optional() }).nullish();

const eventSchema = z.object({ id: idForm, type: z.string().max(100) });
const sessionSchema = z.object({ object: z.object({ id: idForm, metadata }) });
/** A charge, a refund of one or a dispute over one. */
const chargeSchema = z.object({ object: z.object({ payment_intent: idForm.nullish(), metadata }) });

const isOfSession = /^checkout\.session\.(completed|async_payment_(succeeded|failed)|expired)$/;
const isOfCharge = /^(charge\.(refunded|dispute\.\w+)|refund\.(created|updated|failed))$/;

/** Another shop in the account may use the same word for names of its own. */
function named(marks: z.infer<typeof metadata>): { readonly paymentId?: string } {
  const paymentId = marks?.payment_id ?? '';
  return orderForm.test(paymentId) ? { paymentId } : {};
}

function newsOf({ id: eventId, type: event }: z.infer<typeof eventSchema>, data: unknown) {
  const news = { verdict: 'news', eventId, event } as const;
  if (isOfSession.test(event)) {
    const { object } = sessionSchema.parse(data);
    const { paymentId } = named(object.metadata);
    // An account can serve other shops too.
    return paymentId === undefined ? undefined : { ...news, paymentId, invoiceId: object.id };
  }
  if (!isOfCharge.test(event)) return undefined;
  const { object } = chargeSchema.parse(data);
  const chargeId = object.payment_intent;
  if (typeof chargeId !== 'string') return undefined;
  return { ...news, ...named(object.metadata), chargeId };
}

/** True when one of the secrets signed these bytes not long ago; while a secret is rolled there are two. */
function isSigned(secrets: readonly string[], request: WebhookRequest, now: Date): boolean {
  const header = request.headers['stripe-signature'] ?? '';
  const payload = request.rawBody.toString('utf8');
  return secrets.some((secret) => {
    try {
      const at = now.getTime();
      const { signature } = Stripe.webhooks;
      return (
        signature?.verifyHeader(payload, header, secret, toleranceSeconds, undefined, at) === true
      );
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
      throw error;
    }
  });
}

export function readStripeWebhook(
  secrets: readonly string[],
  request: WebhookRequest,
  now: Date,
): WebhookReading {
  if (!isSigned(secrets, request, now)) {
    return { verdict: 'refused', reason: 'not signed by Stripe, or too long ago' };
  }
  try {
    const body = JSON.parse(request.rawBody.toString('utf8')) as { data?: unknown };
    const event = eventSchema.parse(body);
    return newsOf(event, body.data) ?? { verdict: 'ignored', reason: event.type };
  } catch {
    return { verdict: 'malformed', reason: 'no event' };
  }
}
