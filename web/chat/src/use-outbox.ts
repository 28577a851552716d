import { useCallback, useState } from 'react';
import { sendDocument, sendPhotos, sendText, type ChatKey } from './api';

/** What the person has sent and the server has not yet answered, or refused. */
export interface Outgoing {
  id: number;
  text: string;
  replyTo?: number;
  kind: 'text' | 'photos' | 'documents';
  files: File[];
  /** Object URLs of the photos. */
  previews: string[];
  failed?: string;
}

export type NewOutgoing = Omit<Outgoing, 'id' | 'previews' | 'failed'>;

export interface Outbox {
  outgoing: Outgoing[];
  send(message: NewOutgoing): void;
  retry(id: number): void;
  discard(id: number): void;
}

let lastId = 0;

async function deliver(chat: ChatKey, { kind, text, files, replyTo }: Outgoing): Promise<unknown> {
  if (kind === 'text') return sendText(chat, text, replyTo);
  if (kind === 'photos') return sendPhotos(chat, files, text);
  for (const [index, file] of files.entries()) {
    await sendDocument(chat, file, index === files.length - 1 ? text : '');
  }
  return undefined;
}

export function useOutbox(chat: ChatKey, onSent: (answer: unknown) => Promise<void>): Outbox {
  const { personId, botId } = chat;
  const [outgoing, setOutgoing] = useState<Outgoing[]>([]);

  const discard = useCallback((id: number) => {
    setOutgoing((before) => {
      for (const url of before.find((one) => one.id === id)?.previews ?? []) {
        URL.revokeObjectURL(url);
      }
      return before.filter((one) => one.id !== id);
    });
  }, []);

  const attempt = useCallback(
    async (message: Outgoing) => {
      try {
        await onSent(await deliver({ personId, botId }, message));
        discard(message.id);
      } catch (error) {
        const failed = error instanceof Error ? error.message : String(error);
        setOutgoing((before) =>
          before.map((one) => (one.id === message.id ? { ...one, failed } : one)),
        );
      }
    },
    [personId, botId, onSent, discard],
  );

  const send = useCallback(
    (message: NewOutgoing) => {
      lastId += 1;
      const previews = message.kind === 'photos' ? message.files.map(objectUrl) : [];
      const sent = { ...message, id: lastId, previews };
      setOutgoing((before) => [...before, sent]);
      void attempt(sent);
    },
    [attempt],
  );

  const retry = useCallback(
    (id: number) => {
      const message = outgoing.find((one) => one.id === id);
      if (!message) return;
      const { failed: _failed, ...again } = message;
      setOutgoing((before) => before.map((one) => (one.id === id ? again : one)));
      void attempt(again);
    },
    [outgoing, attempt],
  );

  return { outgoing, send, retry, discard };
}

function objectUrl(file: File): string {
  return URL.createObjectURL(file);
}
