import { z } from 'zod';
import { generationStatuses } from '../../domain/generation';
import { paymentStatuses } from '../../domain/payment';
import { forAdmins } from '../admin-guard';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { askWorkflow } from '../workflow-state';
import {
  amountSchema,
  decisionOutcomes,
  errorCode,
  idParams,
  refundOutcomes,
  workflowSilence,
} from './admin-schemas';

const paymentState = z.object({
  id: z.string(),
  personId: z.string(),
  system: z.string(),
  status: z.enum(paymentStatuses),
  failureCode: errorCode.nullable(),
  packTokens: amountSchema,
  amountMinor: amountSchema,
  currency: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  workflow: z
    .object({
      stage: z.enum(['opening', 'waiting', 'held', 'paid', 'expired', 'failed']),
      creditedCharges: z.array(z.string()),
      refunds: refundOutcomes,
      decisions: decisionOutcomes,
    })
    .nullable(),
  workflowSilence,
});

const generationState = z.object({
  id: z.string(),
  personId: z.string(),
  kind: z.enum(['image', 'video']),
  model: z.string(),
  provider: z.string(),
  status: z.enum(generationStatuses),
  failureCode: errorCode.nullable(),
  priceTokens: amountSchema,
  refundedTokens: amountSchema,
  progress: z.int(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  workflow: z
    .object({
      stage: z.enum([
        'beginning',
        'submitting',
        'waiting',
        'delivering',
        'delivered',
        'releasing',
        'released',
        'refused',
        'refunded',
      ]),
      code: errorCode.optional(),
      refunds: refundOutcomes,
    })
    .nullable(),
  workflowSilence,
});

/** What the database and the workflow say of one payment or generation. No prompts, no names. */
export function adminStateRoutes(deps: ApiDeps): Route[] {
  return [paymentRoute(deps), generationRoute(deps)];
}

const common = {
  method: 'get',
  params: idParams,
  problems: ['UNAUTHORIZED', 'NOT_FOUND'],
} as const;

function paymentRoute({ settings, engine, payments }: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(settings),
    ...common,
    path: '/admin/payments/:id',
    summary: 'How a payment stands',
    description: 'The stored payment and, while its workflow is known, the outcome of each refund.',
    answer: { status: 200, description: 'The payment.', schema: paymentState },
    handle: async ({ params: { id } }) => {
      const payment = await payments.get(id);
      const { workflow, ...silence } = await askWorkflow(engine.paymentState(id));
      return {
        id: payment.id,
        personId: payment.personId,
        system: payment.system,
        status: payment.status,
        failureCode: payment.failureCode,
        packTokens: payment.packTokens.toString(),
        amountMinor: payment.price.amountMinor.toString(),
        currency: payment.price.currency,
        createdAt: payment.createdAt.toISOString(),
        expiresAt: payment.expiresAt.toISOString(),
        workflow: workflow && {
          stage: workflow.stage,
          creditedCharges: [...workflow.creditedCharges],
          refunds: [...workflow.refunds],
          decisions: [...workflow.decisions],
        },
        ...silence,
      };
    },
  });
}

function generationRoute({ settings, engine, generations }: ApiDeps): Route {
  return defineRoute({
    ...forAdmins(settings),
    ...common,
    path: '/admin/generations/:id',
    summary: 'How a generation stands',
    description:
      'The stored generation and, while its workflow is known, the outcome of each refund.',
    answer: { status: 200, description: 'The generation.', schema: generationState },
    handle: async ({ params: { id } }) => {
      const generation = await generations.get(id);
      const { workflow, ...silence } = await askWorkflow(engine.generationState(id));
      return {
        id: generation.id,
        personId: generation.personId,
        kind: generation.request.kind,
        model: generation.modelSlug,
        provider: generation.provider,
        status: generation.status,
        priceTokens: generation.priceTokens.toString(),
        refundedTokens: generation.refundedTokens.toString(),
        progress: generation.progress,
        failureCode: generation.failureCode,
        createdAt: generation.createdAt.toISOString(),
        finishedAt: generation.finishedAt?.toISOString() ?? null,
        workflow: workflow && { ...workflow, refunds: [...workflow.refunds] },
        ...silence,
      };
    },
  });
}
