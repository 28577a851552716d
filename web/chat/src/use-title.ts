import { useEffect, useState } from 'react';
import type { ChatMessage } from './types';

/** The tab's title, with the number of the bot's messages which came while it was hidden. */
export function useTitle(name: string, messages: readonly ChatMessage[]): void {
  const last = messages.at(-1)?.message_id ?? 0;
  const [seen, setSeen] = useState(last);

  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) setSeen(last);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
    };
  }, [last]);

  const unread = messages.filter(({ message_id: id, fromBot }) => fromBot && id > seen).length;
  useEffect(() => {
    const title = `${name} · sandbox`;
    document.title = unread > 0 && document.hidden ? `(${String(unread)}) ${title}` : title;
  }, [name, unread, seen]);
}
