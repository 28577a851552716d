import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { sendDocument, sendPhotos, sendText, type ChatKey, type Sent } from './api';
import { stillOut, type Outgoing } from './outbox';
import type { LiveChat } from './use-chat';

export type NewOutgoing = Pick<Outgoing, 'kind' | 'text' | 'files' | 'replyTo'>;

export interface Outbox {
  /** What is on its way or failed. */
  outgoing: Outgoing[];
  send(message: NewOutgoing): void;
  retry(id: number): void;
  discard(id: number): void;
}

/** An event which has not come after this long is lost, and the chat is fetched again. */
const eventTime = 1000;

let lastId = 0;

async function deliver(chat: ChatKey, { kind, text, files, replyTo }: Outgoing): Promise<number[]> {
  const idsOf = ({ messageId, messageIds }: Sent): number[] => messageIds ?? [messageId];
  if (kind === 'text') return idsOf(await sendText(chat, text, replyTo));
  if (kind === 'photos') return idsOf(await sendPhotos(chat, files, text));
  const ids: number[] = [];
  for (const [index, file] of files.entries()) {
    ids.push(...idsOf(await sendDocument(chat, file, index === files.length - 1 ? text : '')));
  }
  return ids;
}

export function useOutbox(chat: ChatKey, { state, reload }: LiveChat): Outbox {
  const { personId, botId } = chat;
  const [all, setAll] = useState<Outgoing[]>([]);
  const messages = useRef(state.messages);
  useEffect(() => {
    messages.current = state.messages;
  });

  const discard = useCallback((id: number) => {
    setAll((before) => {
      for (const url of before.find((one) => one.id === id)?.previews ?? []) {
        URL.revokeObjectURL(url);
      }
      return before.filter((one) => one.id !== id);
    });
  }, []);

  const attempt = useCallback(
    async (message: Outgoing) => {
      try {
        const ids = await deliver({ personId, botId }, message);
        window.setTimeout(() => {
          const known = new Set(messages.current.map(({ message_id: id }) => id));
          const arrived = ids.every((id) => known.has(id));
          void (arrived ? Promise.resolve() : reload()).then(() => {
            discard(message.id);
          });
        }, eventTime);
      } catch (error) {
        const failed = error instanceof Error ? error.message : String(error);
        setAll((before) => before.map((one) => (one.id === message.id ? { ...one, failed } : one)));
      }
    },
    [personId, botId, reload, discard],
  );

  const send = useCallback(
    (message: NewOutgoing) => {
      lastId += 1;
      const previews = message.kind === 'photos' ? message.files.map(objectUrl) : [];
      const after = messages.current.at(-1)?.message_id ?? 0;
      const sent = { ...message, id: lastId, previews, after };
      setAll((before) => [...before, sent]);
      void attempt(sent);
    },
    [attempt],
  );

  const retry = useCallback(
    (id: number) => {
      const message = all.find((one) => one.id === id);
      if (!message) return;
      const { failed: _failed, ...again } = message;
      setAll((before) => before.map((one) => (one.id === id ? again : one)));
      void attempt(again);
    },
    [all, attempt],
  );

  const outgoing = useMemo(() => stillOut(all, state.messages), [all, state.messages]);
  return { outgoing, send, retry, discard };
}

function objectUrl(file: File): string {
  return URL.createObjectURL(file);
}
