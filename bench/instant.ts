/** An outside world that answers at once: what remains is Easel's own time. */
import sharp from 'sharp';
import { z } from 'zod';
import { defineProvider, type Provider, type SeedModel } from '../src/providers/provider';
import type { ReadyProvider } from '../src/providers/registry';
import type { TelegramClient } from '../src/telegram/client';

export interface InstantProvider {
  readonly ready: ReadyProvider;
  readonly model: SeedModel;
  /** How often each job says "working" before it is done; Infinity never ends. */
  polls: number;
  /** Whether the answer to a submit is the result itself. */
  answersWithResult: boolean;
}

const model: SeedModel = {
  slug: 'instant-image',
  kind: 'image',
  modes: ['text', 'photo'],
  providerModel: 'instant',
  priceTokens: 1n,
  name: { en: 'Instant', ru: 'Instant' },
  description: { en: 'Instant', ru: 'Instant' },
};

/** A provider whose jobs are done with the submit, or after `polls` questions and one more. */
export function instantProvider(): InstantProvider {
  const asked = new Map<string, number>();
  const picture = sharp({
    create: { width: 64, height: 64, channels: 3, background: '#446688' },
  })
    .png()
    .toBuffer();
  const outputs = async () => [{ mediaType: 'image/png', bytes: await picture }];
  const provider: Provider = {
    submit: async ({ reference }) => ({
      providerJobId: reference,
      ...(instant.answersWithResult ? { outputs: await outputs() } : {}),
    }),
    collect: async (id) => {
      const before = asked.get(id) ?? 0;
      asked.set(id, before + 1);
      if (before < instant.polls) {
        const askAgainMs = Number.isFinite(instant.polls) ? 20 : 600_000;
        return { status: 'working', progress: 50, askAgainMs };
      }
      asked.delete(id);
      return { status: 'done', outputs: await outputs() };
    },
  };
  const definition = defineProvider({
    id: 'instant',
    settings: z.object({}),
    dedupesSubmit: true,
    callsBack: false,
    models: [model],
    create: () => provider,
  });
  const instant: InstantProvider = {
    ready: { definition, provider },
    model,
    polls: 0,
    answersWithResult: false,
  };
  return instant;
}

/** Telegram that takes everything. */
export function instantTelegram(): TelegramClient {
  let last = 0n;
  const message = () => {
    last += 1n;
    return Promise.resolve({ messageId: last });
  };
  const file = async () => ({ ...(await message()), fileId: 'file' });
  const nothing = () => Promise.resolve();
  return {
    sendText: message,
    sendInvoice: message,
    createInvoiceLink: () => Promise.resolve('https://t.me/$bench'),
    sendPhoto: file,
    sendVideo: file,
    sendDocument: file,
    editText: () => Promise.resolve('edited'),
    editProgress: () => Promise.resolve('edited'),
    deleteMessage: nothing,
    sendChatAction: nothing,
    answerCallback: nothing,
    answerPreCheckout: nothing,
    refundStarPayment: nothing,
    starTransactions: () => Promise.resolve({ transactions: [], listed: 0 }),
    download: () => Promise.resolve(Buffer.alloc(0)),
    getMe: () => Promise.resolve({ id: 1000001n, username: 'bench_bot' }),
    getUpdates: () => Promise.resolve([]),
    setWebhook: nothing,
    deleteWebhook: nothing,
    setMyCommands: nothing,
    setMenuButton: nothing,
  };
}
