/** A person in the chat, and an order that is under way as the bot would have started it. */
import { randomInt } from 'node:crypto';
import { completeOptions } from '../../src/domain/catalogue';
import { waitUntil } from '../../src/local/waiting';
import { providerDefinitions } from '../../src/providers/registry';
import type { Generation } from '../../src/storage/generation-store';
import { createEngine } from '../../src/workflows/engine';
import { generationInput } from '../../src/workflows/inputs';
import { ask, personAt, type ChatMessage } from '../crash/chat';
import { botToken, type Town } from './town';

const startPatienceMs = 60_000;

/** No window for complaints: the workflow ends when the person has an answer. */
const windows = {
  complaintWindowMs: 0,
  generationDeadlineMs: 600_000,
  invoiceExpiryMs: 900_000,
  refundWindowMs: 900_000,
};

export interface Ordered {
  readonly generation: Generation;
  /** Stands in the prompt, by which every stand-in knows the job. */
  readonly word: string;
  readonly before: bigint;
}

/** Stored, and not begun. */
export async function placeOrder({ world, telegramUrl }: Town, family: string): Promise<Ordered> {
  const chatId = await meet(telegramUrl);
  const person = await world.person(1_000n);
  const seeds = providerDefinitions.find(({ id }) => id === family)?.models ?? [];
  const seed = seeds.find(({ modes }) => modes.includes('text'));
  if (seed === undefined) throw new Error(`${family} has no model for words`);
  const model = await world.catalogue.get(seed.slug);
  const word = `hills${randomInt(1e9)}`;
  const generation = await world.generations.order({
    id: `kill-${word}`,
    person,
    chatId: BigInt(chatId),
    language: 'en',
    request: {
      kind: model.kind,
      mode: 'text',
      prompt: `green ${word} under a clear sky`,
      inputAssetIds: [],
      options: completeOptions(model.options, {}),
    },
    model,
    statusMessageId: BigInt(await sendStatus(telegramUrl, chatId)),
  });
  return { generation, word, before: 1_000n };
}

/** A machine under load may be late with an answer; a start can be repeated. */
export async function begin({ client }: Town, { generation }: Ordered): Promise<void> {
  const { startGeneration } = createEngine(client);
  let problem: unknown;
  const hasBegun = async (): Promise<boolean> => {
    try {
      await startGeneration(generationInput(generation, windows));
      return true;
    } catch (error) {
      problem = error;
      return false;
    }
  };
  if (!(await waitUntil(hasBegun, startPatienceMs))) throw problem;
}

/** What the bot has written, but for the status message. */
export async function answersTo(
  town: Town,
  { generation }: Ordered,
): Promise<readonly ChatMessage[]> {
  const messages = await personAt(town, Number(generation.chatId)).chat();
  const status = Number(generation.statusMessageId);
  return messages.filter((message) => message.fromBot && message.message_id !== status);
}

async function meet(telegramUrl: string): Promise<number> {
  const wish = { firstName: 'Anna', languageCode: 'en' };
  const { id } = (await ask(`${telegramUrl}/people`, wish)) as { id: number };
  await personAt({ telegramUrl }, id).post('start', {});
  return id;
}

async function sendStatus(telegramUrl: string, chatId: number): Promise<number> {
  const message = { chat_id: chatId, text: 'Your order is taken' };
  const { result } = (await ask(`${telegramUrl}/bot${botToken}/sendMessage`, message)) as {
    result: { message_id: number };
  };
  return result.message_id;
}
