/** Reads, once a generation has ended, what the judge judges. */
import type { ProviderDefinition } from '../../src/providers/provider';
import { checkLedger } from '../../src/storage/ledger-check';
import { workflowIds } from '../../src/workflows/contract';
import type { ChatMessage } from '../crash/chat';
import type { Abilities } from '../provider/stand-in';
import type { Moment } from './cases';
import type { Facts, Powers } from './judge';
import { answersTo, type Ordered } from './order';
import type { Family, Town } from './town';

export function powersOf({ dedupesSubmit }: ProviderDefinition, can: Abilities): Powers {
  return {
    dedupesSubmit,
    answersAtOnce: can.answersAtOnce === true,
    findsByReference: can.finds === true,
  };
}

export async function readFacts(
  town: Town,
  what: { family: Family; ordered: Ordered; moment: Moment; powers: Powers },
): Promise<Facts> {
  const { family, ordered, moment, powers } = what;
  const { id, personId, priceTokens } = ordered.generation;
  const { world, client } = town;
  const [generation, reserve, places, balance, count, described, messages, ledger] =
    await Promise.all([
      world.generations.get(id),
      world.db.ledgerReserve.findUnique({ where: { id } }),
      world.db.providerLease.count({ where: { generationId: id } }),
      world.ledger.balance(personId),
      family.standIn.stats(ordered.word),
      client.workflow.getHandle(workflowIds.generation(id)).describe(),
      answersTo(town, ordered),
      checkLedger(world.db),
    ]);
  return {
    moment,
    powers,
    ...count,
    workflow: described.status.name,
    status: generation.status,
    code: generation.failureCode,
    reserve: reserve?.state ?? null,
    results: messages.filter((message) => isResult(message, id)).length,
    refusals: messages.filter(({ text }) => text?.includes('Back on your balance')).length,
    before: ordered.before,
    after: balance.available,
    price: priceTokens,
    places,
    ledger,
  };
}

function isResult({ reply_markup: markup }: ChatMessage, id: string): boolean {
  const buttons = markup?.inline_keyboard?.flat() ?? [];
  return buttons.some(({ callback_data: data }) => data === `e1:gen:again:${id}`);
}
