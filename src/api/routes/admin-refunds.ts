import type { Request } from 'express';
import type { z } from 'zod';
import { AppError } from '../../domain/errors';
import { refundRequestOf, type RefundRequest } from '../../domain/refund';
import { paymentInput } from '../../workflows/inputs';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { Problem } from '../problem';
import { defineRoute, type Route } from '../route';
import { idParams, refundAccepted, refundBody } from './admin-schemas';

/**
 * Refunds are signals: accepted here, decided and audited by the workflow, which also knows repeats.
 */
export function adminRefundRoutes(deps: ApiDeps): Route[] {
  const { settings, engine, payments, generations } = deps;
  const common = {
    ...forAdmins(settings),
    method: 'post',
    params: idParams,
    body: refundBody,
    problems: ['UNAUTHORIZED', 'NOT_FOUND', 'REFUND_ACTOR_UNKNOWN'],
  } as const;
  const answer = {
    status: 202,
    description: 'Accepted; "state" tells what became of it.',
    schema: refundAccepted,
  };

  return [
    defineRoute({
      ...common,
      answer,
      path: '/admin/payments/:id/refunds',
      summary: 'Refund a payment',
      description:
        'Takes the tokens back and returns the money. Works after the refund window too. A repeat ' +
        'with the same id is one refund.',
      handle: async ({ params: { id }, body, request }) => {
        const payment = await payments.get(id);
        await refuseStranger(deps, { action: 'refund_payment', target: `payment:${id}`, body });
        await engine.refundPayment(paymentInput(payment, settings), refundRequestOf(body));
        return accepted(request, { refundId: body.id, state: `/admin/payments/${id}` });
      },
    }),
    defineRoute({
      ...common,
      answer,
      path: '/admin/generations/:id/refunds',
      summary: 'Give the tokens of a generation back',
      description:
        'Only while its complaint window is open. A repeat with the same id is one refund.',
      handle: async ({ params: { id }, body, request }) => {
        await generations.get(id);
        await refuseStranger(deps, {
          action: 'refund_generation',
          target: `generation:${id}`,
          body,
        });
        await signalGeneration(engine, id, refundRequestOf(body));
        return accepted(request, { refundId: body.id, state: `/admin/generations/${id}` });
      },
    }),
  ];
}

type Signed = Pick<z.output<typeof refundBody>, 'actor' | 'reason'>;

/** The workflow would refuse too, but the caller would have to come back to read it. */
export async function refuseStranger(
  { settings, audit }: ApiDeps,
  refused: { readonly action: string; readonly target: string; readonly body: Signed },
): Promise<void> {
  const { action, target, body } = refused;
  if (settings.adminIds.includes(body.actor)) return;
  await audit.record({
    actor: body.actor,
    action,
    target,
    reason: body.reason,
    outcome: 'REFUND_ACTOR_UNKNOWN',
  });
  throw new AppError('REFUND_ACTOR_UNKNOWN', `No admin, on ${target}`);
}

async function signalGeneration(
  engine: ApiDeps['engine'],
  id: string,
  request: RefundRequest,
): Promise<void> {
  try {
    await engine.refundGeneration(id, request);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
    throw new Problem(
      'NOT_FOUND',
      'This generation exists, but its workflow has ended: it was never delivered or its complaint ' +
        'window is over. Nothing was moved. Give tokens as a bonus instead, or refund the payment.',
      { cause: error },
    );
  }
}

/** 202 with the address that tells what became of it. */
export function accepted<T extends { readonly state: string }>(request: Request, answer: T) {
  request.res?.location(answer.state);
  return { accepted: true as const, ...answer };
}
