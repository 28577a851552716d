import { useCallback, useRef, useState } from 'react';
import { press, type ChatKey } from './api';

export interface Presses {
  /** Keys (`pressKey`) of the buttons which wait for the bot's answer. */
  waiting: ReadonlySet<string>;
  pressButton(messageId: number, data: string): void;
  answered(callbackId: string): void;
}

export function pressKey(messageId: number, data: string): string {
  return `${String(messageId)}:${data}`;
}

/** After this long without an answer a button can be pressed again. */
const patience = 30_000;

/** Callback buttons from the press to the bot's answer, which may overtake the press's response. */
export function usePresses(chat: ChatKey, run: (work: Promise<unknown>) => void): Presses {
  const { personId, botId } = chat;
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const keys = useRef(new Map<string, string>());
  const early = useRef(new Set<string>());

  const stop = useCallback((key: string) => {
    setWaiting((before) => new Set([...before].filter((other) => other !== key)));
  }, []);

  const pressButton = useCallback(
    (messageId: number, data: string) => {
      const key = pressKey(messageId, data);
      setWaiting((before) => new Set(before).add(key));
      const pressed = press({ personId, botId }, messageId, data);
      run(pressed);
      pressed.then(
        ({ callbackId }) => {
          if (early.current.delete(callbackId)) {
            stop(key);
            return;
          }
          keys.current.set(callbackId, key);
          window.setTimeout(() => {
            if (keys.current.delete(callbackId)) stop(key);
          }, patience);
        },
        () => {
          stop(key);
        },
      );
    },
    [personId, botId, stop, run],
  );

  const answered = useCallback(
    (callbackId: string) => {
      const key = keys.current.get(callbackId);
      if (key === undefined) {
        early.current.add(callbackId);
        return;
      }
      keys.current.delete(callbackId);
      stop(key);
    },
    [stop],
  );

  return { waiting, pressButton, answered };
}
