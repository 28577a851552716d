import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { getChat, type ChatKey } from './api';
import { changeChat, emptyChat, type ChatChange, type ChatState } from './chat-state';
import { followEvents } from './event-stream';
import type { PersonEvent } from './types';

export interface LiveChat {
  state: ChatState;
  connected: boolean;
  /** Messages of the person's other bots which came while this page was open, by bot. */
  elsewhere: Readonly<Record<number, number>>;
  change(change: ChatChange): void;
  reload(): Promise<void>;
}

function isSnapshotPart(event: PersonEvent, botId: number): boolean {
  return 'botId' in event.data && event.data.botId === botId;
}

/** How long a chat action is shown unless it is repeated, as in Telegram. */
const actionTime = 5000;

/** How long a text the bot is writing is shown without a further piece, as in Telegram. */
const draftTime = 30_000;

/**
 * One chat, kept up to date: a snapshot on every connection, then the events. Events which arrive
 * while a snapshot is under way are applied again after it, so that none is lost to it.
 */
export function useChat(chat: ChatKey, onEvent: (event: PersonEvent) => void): LiveChat {
  const { personId, botId } = chat;
  const [state, change] = useReducer(changeChat, emptyChat);
  const [connected, setConnected] = useState(true);
  const [elsewhere, setElsewhere] = useState<Record<number, number>>({});
  const late = useRef<PersonEvent[] | null>(null);
  const listener = useRef(onEvent);
  useEffect(() => {
    listener.current = onEvent;
  });

  const reload = useCallback(async () => {
    late.current = [];
    try {
      const snapshot = await getChat({ personId, botId });
      change({ name: 'loaded', chat: snapshot });
      for (const event of late.current) change(event);
    } catch {
      change({ name: 'loadFailed' });
    } finally {
      late.current = null;
    }
  }, [personId, botId]);

  useEffect(() => {
    void reload();
    return followEvents(personId, {
      onOpen: () => {
        setConnected(true);
        void reload();
      },
      onLost: () => {
        setConnected(false);
      },
      onEvent: (event) => {
        listener.current(event);
        if (isSnapshotPart(event, botId)) {
          late.current?.push(event);
          change(event);
        } else if (event.name === 'message') {
          const other = event.data.botId;
          setElsewhere((before) => ({ ...before, [other]: (before[other] ?? 0) + 1 }));
        }
      },
    });
  }, [personId, botId, reload]);

  useEffect(() => {
    if (!state.action) return undefined;
    const timer = window.setTimeout(() => {
      change({ name: 'actionOver' });
    }, actionTime);
    return () => {
      window.clearTimeout(timer);
    };
  }, [state.action, state.actionSerial]);

  useEffect(() => {
    if (!state.draft) return undefined;
    const timer = window.setTimeout(() => {
      change({ name: 'draftOver' });
    }, draftTime);
    return () => {
      window.clearTimeout(timer);
    };
  }, [state.draft]);

  return { state, connected, elsewhere, change, reload };
}
