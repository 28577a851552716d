import { z } from 'zod';
import { holdReasons } from '../../domain/charge';
import { decisions } from '../../domain/decision';
import { paymentInput } from '../../workflows/inputs';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { accepted, refuseStranger } from './admin-refunds';
import { amountSchema, idParams, refundBody } from './admin-schemas';

const listMax = 200;

const heldCharges = z.object({
  charges: z.array(
    z.object({
      system: z.string(),
      chargeId: z.string(),
      paymentId: z.string().nullable().describe('Null when it names no payment known here.'),
      reference: z.string().describe('The payment as the system named it.'),
      amountMinor: amountSchema,
      currency: z.string(),
      heldFor: z.enum(holdReasons),
      receivedAt: z.iso.datetime(),
    }),
  ),
});

const manualRefunds = z.object({
  refunds: z.array(
    z.object({
      id: z.string().describe('Its last part, after the colon, is the id to confirm it by.'),
      paymentId: z.string(),
      system: z.string(),
      chargeId: z.string(),
      amountMinor: amountSchema,
      currency: z.string(),
      createdAt: z.iso.datetime(),
    }),
  ),
});

const decisionBody = z.strictObject({
  ...refundBody.pick({ id: true, actor: true, reason: true }).shape,
  chargeId: z.string().min(1).max(255, 'must be at most 255 characters'),
  decision: z
    .enum(decisions)
    .describe(
      'credit: all that was ordered. credit_paid: what the money is worth. return: the money goes ' +
        'back. dismiss: nothing moves.',
    ),
});

const dismissalBody = z.strictObject({
  ...refundBody.pick({ actor: true, reason: true }).shape,
  system: z.string().max(64),
  chargeId: z.string().min(1).max(255, 'must be at most 255 characters'),
});

const decisionAccepted = z.object({
  accepted: z.literal(true),
  decisionId: z.string(),
  state: z.string().describe('Address that tells what became of it; also in Location.'),
});

/** What waits for an admin: charges to decide on, and money to return by hand. */
export function adminHeldRoutes(deps: ApiDeps): Route[] {
  return [heldRoute(deps), manualRoute(deps), decisionRoute(deps), dismissalRoute(deps)];
}

function heldRoute(deps: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(deps.settings),
    method: 'get',
    path: '/admin/charges/held',
    summary: 'Charges that wait for a decision',
    description: `Money that differs from what was agreed, the oldest first, at most ${listMax}.`,
    problems: ['UNAUTHORIZED'],
    answer: { status: 200, description: 'The charges.', schema: heldCharges },
    handle: async () => {
      const held = await deps.payments.heldCharges(listMax);
      return {
        charges: held.map(({ paid, receivedAt, ...charge }) => ({
          ...charge,
          amountMinor: paid.amountMinor.toString(),
          currency: paid.currency,
          receivedAt: receivedAt.toISOString(),
        })),
      };
    },
  });
}

function manualRoute(deps: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(deps.settings),
    method: 'get',
    path: '/admin/refunds/manual',
    summary: 'Money to return by hand',
    description:
      'Refunds whose payment system cannot return money, the oldest first. Confirm one by sending ' +
      'the refund once more with "done": true.',
    problems: ['UNAUTHORIZED'],
    answer: { status: 200, description: 'The refunds.', schema: manualRefunds },
    handle: async () => {
      const waiting = await deps.payments.manualRefunds(listMax);
      return {
        refunds: waiting.map(({ id, paymentId, system, chargeId, amount, createdAt }) => ({
          id,
          paymentId,
          system,
          chargeId,
          amountMinor: amount.amountMinor.toString(),
          currency: amount.currency,
          createdAt: createdAt.toISOString(),
        })),
      };
    },
  });
}

function decisionRoute(deps: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(deps.settings),
    method: 'post',
    path: '/admin/payments/:id/decisions',
    summary: 'Decide on a held charge',
    description:
      'Sends the payment the signal `decide`. A repeat with the same id is one decision.',
    params: idParams,
    body: decisionBody,
    problems: ['UNAUTHORIZED', 'NOT_FOUND', 'REFUND_ACTOR_UNKNOWN'],
    answer: {
      status: 202,
      description: 'Accepted; "state" tells what became of it.',
      schema: decisionAccepted,
    },
    handle: async ({ params: { id }, body, request }) => {
      const payment = await deps.payments.get(id);
      await refuseStranger(deps, { action: 'decide_charge', target: `payment:${id}`, body });
      await deps.engine.decidePayment(paymentInput(payment, deps.settings), body);
      return accepted(request, { decisionId: body.id, state: `/admin/payments/${id}` });
    },
  });
}

function dismissalRoute(deps: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(deps.settings),
    method: 'post',
    path: '/admin/charges/dismissals',
    summary: 'Take a charge without a payment off the list',
    description:
      'For money that names no payment known here, once you have seen to it at its payment system.',
    body: dismissalBody,
    problems: ['UNAUTHORIZED', 'REFUND_ACTOR_UNKNOWN', 'CHARGE_NOT_HELD'],
    answer: {
      status: 200,
      description: 'Dismissed, and audited.',
      schema: z.object({ dismissed: z.literal(true) }),
    },
    handle: async ({ body }) => {
      await deps.payments.dismissUnmatched({ ...body, admins: deps.settings.adminIds });
      return { dismissed: true as const };
    },
  });
}
