/** A Telegram that remembers what it was told, and can be made to fail. */
import type { Card, OutgoingFile, TelegramClient } from '../../src/telegram/client';
import { unpackCallback, type CallbackAction } from '../../src/telegram/callback-data';

export interface Said {
  readonly method: 'sendText' | 'editText' | 'sendPhoto' | 'sendVideo' | 'sendDocument';
  readonly chatId: bigint;
  readonly messageId: bigint;
  readonly text: string;
  readonly actions: readonly CallbackAction[];
  readonly labels: readonly string[];
  readonly file?: OutgoingFile | undefined;
}

export interface FakeTelegram extends TelegramClient {
  readonly said: Said[];
  readonly notices: (string | undefined)[];
  readonly checkouts: ({ ok: true } | { ok: false; message: string })[];
  readonly files: Map<string, Buffer>;
  /** What the next calls of a method throw, one each. */
  readonly failures: Map<string, Error[]>;
  last(): Said;
}

const isQuestion = (button: object) =>
  !('url' in button) && !('copy_text' in button) && !('web_app' in button);

function buttonsOf(card: Card | undefined): { actions: CallbackAction[]; labels: string[] } {
  const buttons = (card?.keyboard?.inline_keyboard ?? []).flat();
  return {
    labels: buttons.map(({ text }) => text),
    // A link or a text to copy is no question to the bot.
    actions: buttons.filter(isQuestion).map((button) => {
      const action = unpackCallback(button.callback_data);
      if (action === undefined) throw new Error(`A button nobody can read: ${button.text}`);
      return action;
    }),
  };
}

export function createFakeTelegram(): FakeTelegram {
  const said: Said[] = [];
  const notices: (string | undefined)[] = [];
  const checkouts: FakeTelegram['checkouts'] = [];
  const files = new Map<string, Buffer>();
  const failures = new Map<string, Error[]>();
  let messageId = 100n;

  function fail(method: string): void {
    const failure = failures.get(method)?.shift();
    if (failure !== undefined) throw failure;
  }

  function send(method: Said['method']) {
    return async (chatId: bigint, file: OutgoingFile | undefined, card: Card | undefined) => {
      fail(method);
      messageId += 1n;
      said.push({ method, chatId, messageId, text: card?.text ?? '', file, ...buttonsOf(card) });
      return { messageId, fileId: `file-${messageId}` };
    };
  }

  const unused = async (): Promise<never> => {
    throw new Error('The bot does not call this');
  };

  return {
    said,
    notices,
    checkouts,
    files,
    failures,
    last() {
      const last = said.at(-1);
      if (last === undefined) throw new Error('Nothing was said');
      return last;
    },
    sendText: (chatId, card) => send('sendText')(chatId, undefined, card),
    async editText(chatId, edited, card) {
      fail('editText');
      said.push({
        method: 'editText',
        chatId,
        messageId: edited,
        text: card.text,
        ...buttonsOf(card),
      });
      return 'edited';
    },
    sendPhoto: (chatId, file, card) => send('sendPhoto')(chatId, file, card),
    sendVideo: (chatId, file, card) => send('sendVideo')(chatId, file, card),
    sendDocument: (chatId, file, card) => send('sendDocument')(chatId, file, card),
    async answerCallback(_id, text) {
      fail('answerCallback');
      notices.push(text);
    },
    async answerPreCheckout(_id, answer) {
      fail('answerPreCheckout');
      checkouts.push(answer);
    },
    async download(fileId) {
      fail('download');
      const bytes = files.get(fileId);
      if (bytes === undefined) throw new Error(`No file ${fileId}`);
      return bytes;
    },
    editProgress: unused,
    setMyCommands: async () => undefined,
    setMenuButton: unused,
    sendChatAction: async () => undefined,
    deleteMessage: unused,
    sendInvoice: unused,
    createInvoiceLink: unused,
    refundStarPayment: unused,
    starTransactions: unused,
    getMe: async () => ({ id: 123456n, username: 'easel_test_bot' }),
    getUpdates: unused,
    setWebhook: unused,
    deleteWebhook: unused,
  };
}
