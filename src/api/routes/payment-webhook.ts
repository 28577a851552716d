import { z } from 'zod';
import type { Request } from 'express';
import { isStorable } from '../../domain/storable-text';
import type { SystemCharge } from '../../domain/charge';
import type { WebhookReading, WebhookRequest } from '../../payments/payment-system';
import type { NewPaymentEvent, StoredPaymentEvent } from '../../storage/payment-events';
import { paymentInput } from '../../workflows/inputs';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';
import { within } from '../within';

/** Systems give a webhook a few seconds; what is stored is delivered later by a schedule. */
const deliveryPatienceMs = 2000;

/**
 * News of a payment. It is verified and stored before the answer; what happened is looked up at the
 * system by the payment's workflow, which is told here at once if Temporal is up.
 */
export function paymentWebhook(deps: ApiDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/webhooks/:system',
    tag: 'Payments',
    summary: 'Take in news of a payment',
    description:
      'Called by a payment system. 200: stored, or of no interest. 401: not theirs by signature, ' +
      'address or age. 400: not readable. After anything but 200 the system sends it again.',
    rate: 'callback',
    rawBody: true,
    params: z.object({ system: z.string().max(64) }),
    answer: {
      status: 200,
      description: 'Stored, or nothing to do.',
      schema: z.object({ ok: z.literal(true) }),
    },
    problems: ['UNAUTHORIZED', 'NOT_FOUND'],
    handle: async ({ params: { system }, request }) => {
      const news = read(deps, system, request);
      if (news !== undefined) {
        const event = await deps.paymentEvents.record(eventOf(system, news));
        await deliver(deps, event);
      }
      return { ok: true as const };
    },
  });
}

type News = Extract<WebhookReading, { verdict: 'news' }>;

/** Undefined for what is theirs and of no interest. */
function read({ systems, logger }: ApiDeps, system: string, request: Request): News | undefined {
  const adapter = systems.ready.get(system)?.system;
  if (adapter?.readWebhook === undefined) {
    throw new Problem(
      'NOT_FOUND',
      'No payment system that sends webhooks has this id here. Check the address that was given to ' +
        'the payment system and that PAYMENT_SYSTEMS names it.',
    );
  }
  const reading = readingOf(adapter.readWebhook(webhookOf(request)));
  if (reading.verdict === 'news') return reading;
  const { verdict, reason } = reading;
  logger[verdict === 'ignored' ? 'info' : 'warn']({ system, verdict, reason }, 'A webhook');
  if (verdict === 'ignored') return undefined;
  if (verdict === 'malformed') {
    throw new Problem(
      'INVALID_INPUT',
      'The webhook does not have the form its payment system documents, so it was not looked at.',
    );
  }
  throw new Problem(
    'UNAUTHORIZED',
    'The webhook does not come from this payment system, so it was not looked at. Check the signing ' +
      'key on both sides and, behind a proxy, API_PROXY_HOPS.',
  );
}

/** News that no row can hold is told from what the system documents, and looked up by polling. */
function readingOf(reading: WebhookReading): WebhookReading {
  if (reading.verdict !== 'news') return reading;
  const { eventId, event, paymentId, invoiceId, chargeId } = reading;
  if (isStorable([eventId, event, paymentId, invoiceId, chargeId])) return reading;
  return { verdict: 'malformed', reason: 'a name that cannot be stored' };
}

function webhookOf(request: Request): WebhookRequest {
  const body: unknown = request.body;
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return {
    rawBody: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    headers: Object.fromEntries(headers) as Record<string, string>,
    // An IPv4 client of a socket for both families.
    ip: (request.ip ?? '').replace(/^::ffff:/, ''),
  };
}

function eventOf(system: string, news: News): NewPaymentEvent {
  const { eventId, event, paymentId, invoiceId, chargeId, charge } = news;
  return {
    system,
    eventId,
    event,
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(invoiceId === undefined ? {} : { invoiceId }),
    ...(chargeId === undefined ? {} : { chargeId }),
    ...(charge === undefined ? {} : { charge: chargeOf(charge) }),
  };
}

function chargeOf(charge: SystemCharge): NonNullable<NewPaymentEvent['charge']> {
  const { chargeId, paid, fee, at, doubt, refundHandle } = charge;
  return {
    chargeId,
    currency: paid.currency,
    amountMinor: paid.amountMinor,
    paidAt: at,
    ...(fee === undefined ? {} : { feeMinor: fee.amountMinor }),
    ...(doubt === undefined ? {} : { doubt }),
    ...(refundHandle === undefined ? {} : { refundHandle }),
  };
}

/** Temporal may be down: the event is stored, so the answer is yes all the same. */
async function deliver(
  { engine, settings, paymentEvents, logger }: ApiDeps,
  { id, payment, isDelivered }: StoredPaymentEvent,
): Promise<void> {
  if (payment === null) {
    logger.warn({ eventId: id.toString() }, 'News of a payment that is not known here');
    return;
  }
  if (isDelivered) return;
  try {
    await within(deliveryPatienceMs, engine.paymentNews(paymentInput(payment, settings)));
    await paymentEvents.delivered(id);
  } catch (error) {
    logger.warn({ err: error, paymentId: payment.id }, 'News of a payment is delivered later');
  }
}
