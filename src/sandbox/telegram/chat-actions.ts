/** "typing…" and the like: shown for five seconds or until the bot's next message. */
export interface ChatActions {
  set(botId: number, personId: number, action: string): void;
  clear(botId: number, personId: number): void;
  current(botId: number, personId: number): string | undefined;
}

const shownMs = 5000;

export function createChatActions(): ChatActions {
  const actions = new Map<string, { action: string; until: number }>();
  return {
    set: (botId, personId, action) => {
      if (action === 'cancel') actions.delete(`${botId}:${personId}`);
      else actions.set(`${botId}:${personId}`, { action, until: Date.now() + shownMs });
    },
    clear: (botId, personId) => void actions.delete(`${botId}:${personId}`),
    current: (botId, personId) => {
      const found = actions.get(`${botId}:${personId}`);
      return found && found.until > Date.now() ? found.action : undefined;
    },
  };
}
