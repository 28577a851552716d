import { useCallback, useMemo, useState } from 'react';
import { deleteMessage, invoiceLink, openWebApp, readInvoice, type ChatKey } from './api';
import type { ChatScope } from './chat-context';
import { startPayload } from './entities';
import type { ChatProps } from './components/chat';
import type { Layer } from './components/chat-layers';
import { languageOf, textsOf } from './texts';
import type { ChatMessage, PersonEvent } from './types';
import { useChat, type LiveChat } from './use-chat';
import { useOutbox, type Outbox } from './use-outbox';
import { usePresses, type Presses } from './use-presses';

/** What is open and half-written in a chat. */
interface Desk {
  draft: string;
  setDraft(text: string): void;
  replyTo: ChatMessage | null;
  setReplyTo(message: ChatMessage | null): void;
  layer: Layer | null;
  setLayer(layer: Layer | null): void;
  alert: string | null;
  setAlert(text: string | null): void;
  app: { url: string; title: string } | null;
  setApp(app: { url: string; title: string } | null): void;
  /** Waits for something the person asked for; a failure becomes a toast. */
  run(work: Promise<unknown>): void;
}

export interface ChatRoom extends Desk {
  chat: ChatKey;
  scope: ChatScope;
  live: LiveChat;
  outbox: Outbox;
}

function useDesk({ drafts, person, bot, onToast }: ChatProps): Desk {
  const key = `${String(person.id)}:${String(bot.id)}`;
  const [draft, keepDraft] = useState(() => drafts.get(key) ?? '');
  const [replyTo, setReplyTo] = useState<ChatMessage | null>(null);
  const [layer, setLayer] = useState<Layer | null>(null);
  const [alert, setAlert] = useState<string | null>(null);
  const [app, setApp] = useState<Desk['app']>(null);
  const texts = textsOf(languageOf(person.languageCode));

  const setDraft = useCallback(
    (text: string) => {
      drafts.set(key, text);
      keepDraft(text);
    },
    [drafts, key],
  );
  const run = useCallback(
    (work: Promise<unknown>) => {
      work.catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        onToast(texts.failed(reason || texts.loadFailed));
      });
    },
    [onToast, texts],
  );
  return {
    draft,
    setDraft,
    replyTo,
    setReplyTo,
    layer,
    setLayer,
    alert,
    setAlert,
    app,
    setApp,
    run,
  };
}

interface Parts {
  props: ChatProps;
  chat: ChatKey;
  desk: Desk;
  presses: Presses;
  live: LiveChat;
  outbox: Outbox;
}

function openings({
  props,
  chat,
  desk,
}: Parts): Pick<
  ChatScope,
  'openLink' | 'openWebApp' | 'openPhoto' | 'openInvoice' | 'openInvoiceLink'
> {
  return {
    openLink: (address) => {
      const payload = startPayload(address, props.bot.username);
      if (payload === undefined) window.open(address, '_blank', 'noopener,noreferrer');
      else desk.run(props.onStart(payload));
    },
    openWebApp: (url, title) => {
      desk.run(
        openWebApp(chat, url).then((signed) => {
          desk.setApp({ url: signed.url, title });
        }),
      );
    },
    openPhoto: (file) => {
      desk.setLayer({ kind: 'photo', url: file.url });
    },
    openInvoice: (message) => {
      desk.setLayer({ kind: 'invoice', messageId: message.message_id });
    },
    openInvoiceLink: (slug, closed) => {
      readInvoice(chat, slug).then(
        (invoice) => {
          desk.setLayer({ kind: 'invoiceLink', link: invoiceLink(slug), invoice, closed });
        },
        () => {
          closed('failed');
        },
      );
    },
  };
}

function scopeOf(parts: Parts): ChatScope {
  const { props, chat, desk, presses, live, outbox } = parts;
  const { person, bot, onToast } = props;
  const language = languageOf(person.languageCode);
  const texts = textsOf(language);
  return {
    texts,
    language,
    person,
    bot,
    waiting: presses.waiting,
    pressButton: presses.pressButton,
    ...openings(parts),
    sendText: (text) => {
      const reply = desk.replyTo ? { replyTo: desk.replyTo.message_id } : {};
      outbox.send({ kind: 'text', text, files: [], ...reply });
      desk.setReplyTo(null);
    },
    compose: desk.setDraft,
    copy: (text) => {
      desk.run(
        navigator.clipboard.writeText(text).then(() => {
          onToast(texts.copied);
        }),
      );
    },
    reply: desk.setReplyTo,
    remove: ({ message_id: messageId }) => {
      desk.run(
        deleteMessage(chat, messageId).then(() => {
          live.change({ name: 'delete', data: { botId: bot.id, messageId } });
        }),
      );
    },
  };
}

/** Everything one open chat knows and can do. */
export function useChatRoom(props: ChatProps): ChatRoom {
  const { person, bot, onToast, onStars, onRefresh } = props;
  const chat = useMemo(() => ({ personId: person.id, botId: bot.id }), [person.id, bot.id]);
  const desk = useDesk(props);
  const { run } = desk;
  const presses = usePresses(chat, run);

  const onEvent = (event: PersonEvent): void => {
    if (event.name === 'balance') onStars(event.data.stars);
    if (event.name === 'commands') onRefresh();
    if (event.name === 'message' && event.data.forceReply) desk.setReplyTo(event.data.message);
    if (event.name !== 'callbackAnswer') return;
    const { callbackId, text, showAlert } = event.data;
    presses.answered(callbackId);
    if (text && showAlert) desk.setAlert(text);
    else if (text) onToast(text);
  };

  const live = useChat(chat, onEvent);
  const outbox = useOutbox(chat, live);
  const scope = scopeOf({ props, chat, desk, presses, live, outbox });
  return { ...desk, chat, scope, live, outbox };
}
