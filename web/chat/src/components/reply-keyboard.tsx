import type { ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { ReplyKeyboard } from '../types';

interface ReplyKeyboardPanelProps {
  keyboard: ReplyKeyboard;
  onPress(text: string): void;
}

export function ReplyKeyboardPanel({ keyboard, onPress }: ReplyKeyboardPanelProps): ReactNode {
  const { openWebApp } = useChatScope();
  return (
    <div className="reply-keyboard">
      {keyboard.keyboard.map((row, index) => (
        <div key={index} className="inline-row">
          {row.map((given, column) => {
            const button = typeof given === 'string' ? { text: given } : given;
            return (
              <button
                key={`${String(column)}:${button.text}`}
                type="button"
                className={`reply-button ${button.style ?? ''}`}
                onClick={() => {
                  if (button.web_app) openWebApp(button.web_app.url, button.text);
                  else onPress(button.text);
                }}
              >
                {button.text}
              </button>
            );
          })}
        </div>
      ))}
    </div>
  );
}
