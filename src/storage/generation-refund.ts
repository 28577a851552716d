import type { ErrorCode } from '../domain/errors';
import { ledgerKeys } from '../domain/ledger';
import type { RefundRequest } from '../domain/refund';
import { parseTokens, tokens, type Tokens } from '../domain/tokens';
import type { GenerationRefund } from '../generated/prisma/client';
import { recordAudit } from './audit-store';
import type { Database, Tx } from './database';
import { findGeneration, type Generation } from './generation-row';
import { createLedgerStore } from './ledger-store';

export type GenerationRefundOutcome =
  | { readonly outcome: 'settled'; readonly returnedTokens: Tokens }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly returnedTokens: Tokens };

/**
 * Gives back tokens of a delivered generation, whole or in parts, never more than its price. A "no" is
 * an outcome, recorded and audited like a "yes"; the same refund id again gets its first outcome.
 * Throws NOT_FOUND for an unknown generation.
 */
export async function refundGeneration(
  db: Database,
  id: string,
  { request, admins }: { request: RefundRequest; admins: readonly string[] },
): Promise<GenerationRefundOutcome> {
  const personId = (await findGeneration(db, id)).personId;
  return db.$transaction(async (tx) => {
    const ledger = createLedgerStore(tx);
    await ledger.lock(personId);
    const before = await tx.generationRefund.findUnique({
      where: { generationId_refundId: { generationId: id, refundId: request.id } },
    });
    if (before !== null) return outcomeOf(before);
    const generation = await findGeneration(tx, id);
    const decision = decide(generation, request, admins);
    if ('tokens' in decision) {
      await ledger.credit({
        personId,
        amount: decision.tokens,
        operation: 'refund',
        key: ledgerKeys.generationRefund(id, request.id),
        reference: id,
      });
      await markRefunded(tx, generation, decision.tokens);
    }
    return record(tx, { id, request, decision });
  });
}

type Decision = { readonly tokens: Tokens } | { readonly code: ErrorCode };

function decide(
  generation: Generation,
  request: RefundRequest,
  admins: readonly string[],
): Decision {
  if (!admins.includes(request.actor)) return { code: 'REFUND_ACTOR_UNKNOWN' };
  if (generation.status !== 'delivered' && generation.status !== 'refunded') {
    return { code: 'REFUND_NOTHING_PAID' };
  }
  const left = generation.priceTokens - generation.refundedTokens;
  if (left === 0n) return { code: 'REFUND_ALREADY_DONE' };
  const asked = request.amount === undefined ? tokens(left) : parseTokens(request.amount);
  return asked > left || asked === 0n ? { code: 'REFUND_AMOUNT_INVALID' } : { tokens: asked };
}

async function markRefunded(tx: Tx, generation: Generation, amount: Tokens): Promise<void> {
  const refundedTokens = generation.refundedTokens + amount;
  const isWhole = refundedTokens === generation.priceTokens;
  await tx.generation.update({
    where: { id: generation.id },
    data: { refundedTokens, ...(isWhole ? { status: 'refunded' } : {}) },
  });
}

async function record(
  tx: Tx,
  { id, request, decision }: { id: string; request: RefundRequest; decision: Decision },
): Promise<GenerationRefundOutcome> {
  const refused = 'code' in decision ? decision.code : null;
  const row = await tx.generationRefund.create({
    data: {
      generationId: id,
      refundId: request.id,
      tokens: 'tokens' in decision ? decision.tokens : 0n,
      outcome: refused === null ? 'settled' : 'refused',
      failureCode: refused,
    },
  });
  await recordAudit(tx, {
    actor: request.actor,
    action: 'refund_generation',
    target: `generation:${id}`,
    reason: request.reason,
    outcome: refused ?? 'settled',
  });
  return outcomeOf(row);
}

function outcomeOf(row: GenerationRefund): GenerationRefundOutcome {
  const returnedTokens = tokens(row.tokens);
  return row.failureCode === null
    ? { outcome: 'settled', returnedTokens }
    : { outcome: 'refused', code: row.failureCode as ErrorCode, returnedTokens };
}
