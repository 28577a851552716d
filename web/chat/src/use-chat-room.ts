import { useCallback, useMemo, useState } from 'react';
import { deleteMessage, openWebApp, type ChatKey } from './api';
import type { ChatScope } from './chat-context';
import { startPayload } from './entities';
import type { ChatProps } from './components/chat';
import type { Layer } from './components/chat-layers';
import { textsOf } from './texts';
import type { ChatMessage, PersonEvent } from './types';
import { messagesIn, useChat, type LiveChat } from './use-chat';
import { useOutbox, type Outbox } from './use-outbox';
import { usePresses } from './use-presses';

export interface ChatRoom {
  chat: ChatKey;
  scope: ChatScope;
  live: LiveChat;
  outbox: Outbox;
  draft: string;
  setDraft(text: string): void;
  replyTo: ChatMessage | null;
  setReplyTo(message: ChatMessage | null): void;
  layer: Layer | null;
  setLayer(layer: Layer | null): void;
  alert: string | null;
  setAlert(text: string | null): void;
  app: { url: string; title: string } | null;
  closeApp(): void;
  /** Waits for something the person asked for; a failure becomes a toast. */
  run(work: Promise<unknown>): void;
}

function useDraft(drafts: Map<string, string>, key: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(() => drafts.get(key) ?? '');
  const change = useCallback(
    (text: string) => {
      drafts.set(key, text);
      setDraft(text);
    },
    [drafts, key],
  );
  return [draft, change];
}

function useRun(props: ChatProps): ChatRoom['run'] {
  const { onToast, person } = props;
  return useCallback(
    (work: Promise<unknown>) => {
      work.catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        onToast(textsOf(person.languageCode).failed(reason));
      });
    },
    [onToast, person.languageCode],
  );
}

function useAnswered(
  live: Pick<LiveChat, 'change' | 'reload'>,
): (answer: unknown) => Promise<void> {
  const { change, reload } = live;
  return useCallback(
    async (answer: unknown) => {
      const messages = messagesIn(answer);
      for (const message of messages) change({ name: 'message', data: { botId: 0, message } });
      if (messages.length === 0) await reload();
    },
    [change, reload],
  );
}

/** Everything one open chat knows and can do. */
export function useChatRoom(props: ChatProps): ChatRoom {
  const { person, bot, drafts, onToast, onStars, onRefresh, onStart } = props;
  const personId = person.id;
  const botId = bot.id;
  const texts = textsOf(person.languageCode);
  const chat = useMemo(() => ({ personId, botId }), [personId, botId]);
  const [draft, setDraft] = useDraft(drafts, `${String(personId)}:${String(botId)}`);
  const [replyTo, setReplyTo] = useState<ChatMessage | null>(null);
  const [layer, setLayer] = useState<Layer | null>(null);
  const [alert, setAlert] = useState<string | null>(null);
  const [app, setApp] = useState<ChatRoom['app']>(null);
  const run = useRun(props);

  const presses = usePresses(chat, (error) => {
    run(Promise.reject(error instanceof Error ? error : new Error(String(error))));
  });
  const openLink = (address: string): void => {
    const payload = startPayload(address, bot.username);
    if (payload === undefined) window.open(address, '_blank', 'noopener,noreferrer');
    else run(onStart(payload));
  };

  const onEvent = (event: PersonEvent): void => {
    if (event.name === 'balance') onStars(event.data.stars);
    if (event.name === 'commands') onRefresh();
    if (event.name === 'message' && event.data.message.reply_markup?.force_reply) {
      setReplyTo(event.data.message);
    }
    if (event.name !== 'callbackAnswer') return;
    const { callbackId, text, showAlert, url } = event.data;
    presses.answered(callbackId);
    if (url) openLink(url);
    if (text && showAlert) setAlert(text);
    else if (text) onToast(text);
  };

  const live = useChat(chat, onEvent);
  const outbox = useOutbox(chat, useAnswered(live));

  const scope: ChatScope = {
    texts,
    language: person.languageCode,
    person,
    bot,
    waiting: presses.waiting,
    pressButton: presses.pressButton,
    openLink,
    openWebApp: (url, title) => {
      run(
        openWebApp(chat, url).then((signed) => {
          setApp({ url: signed.url, title });
        }),
      );
    },
    openPhoto: (file) => {
      setLayer({ kind: 'photo', url: file.url });
    },
    openInvoice: (message) => {
      setLayer({ kind: 'invoice', messageId: message.message_id });
    },
    sendText: (text) => {
      const reply = replyTo ? { replyTo: replyTo.message_id } : {};
      outbox.send({ kind: 'text', text, files: [], ...reply });
      setReplyTo(null);
    },
    compose: setDraft,
    copy: (text) => {
      run(
        navigator.clipboard.writeText(text).then(() => {
          onToast(texts.copied);
        }),
      );
    },
    reply: setReplyTo,
    remove: (message) => {
      run(
        deleteMessage(chat, message.message_id).then(() => {
          live.change({ name: 'delete', data: { botId, messageId: message.message_id } });
        }),
      );
    },
  };

  return {
    chat,
    scope,
    live,
    outbox,
    draft,
    setDraft,
    replyTo,
    setReplyTo,
    layer,
    setLayer,
    alert,
    setAlert,
    app,
    closeApp: () => {
      setApp(null);
    },
    run,
  };
}
