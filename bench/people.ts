/** People with tokens, and the orders they confirm. */
import { randomUUID } from 'node:crypto';
import { tokens } from '../src/domain/tokens';
import type { Parts } from '../src/roles/parts';
import type { Person } from '../src/storage/person-store';
import { generationInput } from '../src/workflows/inputs';
import type { GenerationInput } from '../src/workflows/contract';

/** Makes people rich enough for any benchmark. */
export async function makePeople(parts: Parts, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let i = 0; i < count; i += 1) {
    const person = await parts.persons.meet({
      telegramId: BigInt(700_000_000 + i),
      firstName: `Person ${i}`,
      languageCode: 'en',
    });
    await parts.ledger.credit({
      personId: person.id,
      amount: tokens(1_000_000n),
      key: `bench:${person.id}`,
      operation: 'bonus',
      reference: 'bench',
    });
    people.push(person);
  }
  return people;
}

/** Stores a confirmed order, as the bot does, and returns the input of its workflow. */
export async function placeOrder(
  parts: Parts,
  person: Person,
  complaintWindowMs = 0,
): Promise<GenerationInput> {
  const model = await parts.catalogue.get('instant-image');
  const generation = await parts.generations.order({
    id: `g-${randomUUID()}`,
    person,
    chatId: person.telegramId,
    language: 'en',
    model,
    request: {
      kind: 'image',
      mode: 'text',
      prompt: 'a lighthouse',
      inputAssetIds: [],
      options: {},
    },
    statusMessageId: 1n,
  });
  return { ...generationInput(generation, parts.windows), complaintWindowMs };
}
