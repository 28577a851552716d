/**
 * Words.
 * payment: one purchase of a pack of tokens. charge: money a payment system says it took; one payment
 * may have several (an invoice can be paid twice), each is credited once by its own id.
 * refund window: the time after a charge in which the payment's workflow stays open for refunds.
 */

export const paymentStatuses = [
  'created', // stored, invoice not sent yet
  'invoiced', // the person sees the invoice
  'paid', // at least one charge credited
  'expired', // nobody paid in time; a late charge still makes it paid
  'failed', // the invoice could not be sent
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/**
 * requested: recorded and audited. clawed_back: tokens taken back, money not yet returned.
 * settled: money returned. refused: a rule said no, nothing moved. put_back: the payment system
 * refused, the tokens were given back.
 */
export const refundStatuses = [
  'requested',
  'clawed_back',
  'settled',
  'refused',
  'put_back',
] as const;
export type RefundStatus = (typeof refundStatuses)[number];

/**
 * signal: asked for by an admin here. cabinet: made at the payment system itself, seen and booked.
 * dispute: the payer's bank wants the money back; tokens stay frozen until it is decided.
 */
export const refundOrigins = ['signal', 'cabinet', 'dispute'] as const;
export type RefundOrigin = (typeof refundOrigins)[number];

/** The reason of a freeze by the reconciliation: the payment system does not know the charge. */
export const missingThere = 'missing_there';

/** Refunds in these statuses hold their part of the charge: no other refund may have it. */
export const holdingRefundStatuses = ['clawed_back', 'settled'] as const;

/** Where a payment is ordered, and so where its invoice is shown: in the chat, or in the Mini App. */
export const orderPlaces = ['chat', 'app'] as const;
export type OrderPlace = (typeof orderPlaces)[number];

/** Whether the invoice is a message in the chat, so that Telegram alone says when it is paid. */
export function isPaidInChat(system: string): boolean {
  return system === 'stars';
}

/**
 * How long to wait before a payment is asked about again: a tenth of its age, so that a fresh one is
 * noticed within seconds and an old one costs little. Milliseconds.
 */
export function nextLookMs(ageMs: number, pollMs: number): number {
  return Math.round(Math.min(Math.max(ageMs / 10, pollMs), lookAtLeastEveryMs));
}

const lookAtLeastEveryMs = 10 * 60 * 1000;
