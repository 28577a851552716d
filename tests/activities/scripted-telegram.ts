/** A Telegram that does what a test scripts: works, refuses, or does it and loses the answer. */
import type { Card, OutgoingFile, TelegramClient } from '../../src/telegram/client';

export interface Call {
  readonly method: keyof TelegramClient;
  readonly chatId: bigint;
  readonly messageId: bigint;
  readonly text: string;
  readonly file?: OutgoingFile | undefined;
}

export interface ScriptedTelegram {
  readonly client: TelegramClient;
  /** What took effect, in order, also when its answer was lost. */
  readonly done: Call[];
  /** The next calls of the method fail, one each, before any effect. */
  refuse(method: keyof TelegramClient, ...errors: Error[]): void;
  /** The next call of the method takes effect and then fails. */
  lose(method: keyof TelegramClient, error: Error): void;
  /** How many calls of the method took effect. */
  times(method: keyof TelegramClient): number;
}

export function createScriptedTelegram(): ScriptedTelegram {
  const done: Call[] = [];
  const before = new Map<string, Error[]>();
  const after = new Map<string, Error[]>();
  let lastId = 500n;

  const act = (method: Call['method'], chatId: bigint, what: Partial<Call> = {}): bigint => {
    const refusal = before.get(method)?.shift();
    if (refusal !== undefined) throw refusal;
    lastId += 1n;
    done.push({ method, chatId, messageId: lastId, text: '', ...what });
    const loss = after.get(method)?.shift();
    if (loss !== undefined) throw loss;
    return lastId;
  };
  const sendFile =
    (method: 'sendPhoto' | 'sendVideo' | 'sendDocument') =>
    async (chatId: bigint, file: OutgoingFile, caption?: Card) => {
      const messageId = act(method, chatId, { file, text: caption?.text ?? '' });
      return { messageId, fileId: `file-${messageId}` };
    };
  const unused = async (): Promise<never> => {
    throw new Error('No step calls this');
  };

  const client: TelegramClient = {
    sendText: async (chatId, card) => ({ messageId: act('sendText', chatId, card) }),
    editText: async (chatId, messageId, card) => {
      act('editText', chatId, { messageId, text: card.text });
      return 'edited';
    },
    editProgress: async (chatId, messageId, card) => {
      act('editProgress', chatId, { messageId, text: card.text });
      return 'edited';
    },
    deleteMessage: async (chatId, messageId) => {
      act('deleteMessage', chatId, { messageId });
    },
    sendPhoto: sendFile('sendPhoto'),
    sendVideo: sendFile('sendVideo'),
    sendDocument: sendFile('sendDocument'),
    sendInvoice: async (chatId, invoice) => ({
      messageId: act('sendInvoice', chatId, { text: invoice.payload }),
    }),
    createInvoiceLink: async (invoice) => `https://t.me/$${invoice.payload}`,
    refundStarPayment: async (telegramId, chargeId) => {
      act('refundStarPayment', telegramId, { text: chargeId });
    },
    sendChatAction: unused,
    answerCallback: unused,
    answerPreCheckout: unused,
    starTransactions: unused,
    download: unused,
    getMe: unused,
    getUpdates: unused,
    setWebhook: unused,
    deleteWebhook: unused,
    setMyCommands: unused,
    setMenuButton: unused,
  };

  return {
    client,
    done,
    refuse: (method, ...errors) => {
      before.set(method, [...(before.get(method) ?? []), ...errors]);
    },
    lose: (method, error) => {
      after.set(method, [...(after.get(method) ?? []), error]);
    },
    times: (method) => done.filter((call) => call.method === method).length,
  };
}
