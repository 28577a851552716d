import type { ReactNode } from 'react';
import { useChatScope, type ChatScope } from '../chat-context';
import type { ChatMessage, InlineButton } from '../types';
import { pressKey } from '../use-presses';
import { Icon, Spinner } from './icons';

function press(scope: ChatScope, message: ChatMessage, button: InlineButton): void {
  const link = button.url ?? button.login_url?.url;
  if (button.pay) scope.openInvoice(message);
  else if (button.callback_data !== undefined) {
    scope.pressButton(message.message_id, button.callback_data);
  } else if (link) scope.openLink(link);
  else if (button.web_app) scope.openWebApp(button.web_app.url, button.text);
  else if (button.copy_text) scope.copy(button.copy_text.text);
  else if (button.switch_inline_query_current_chat !== undefined) {
    scope.compose(`@${scope.bot.username} ${button.switch_inline_query_current_chat}`);
  }
}

function badge(button: InlineButton): ReactNode {
  if (button.url ?? button.login_url) return <Icon name="external" />;
  if (button.web_app) return <Icon name="app" />;
  if (button.copy_text) return <Icon name="copy" />;
  return null;
}

function Button({ message, button }: { message: ChatMessage; button: InlineButton }): ReactNode {
  const scope = useChatScope();
  const waits =
    button.callback_data !== undefined &&
    scope.waiting.has(pressKey(message.message_id, button.callback_data));
  return (
    <button
      type="button"
      className={`inline-button ${button.style ?? ''}`}
      data-testid={button.pay ? 'invoice-pay' : undefined}
      aria-busy={waits}
      disabled={waits}
      onClick={() => {
        press(scope, message, button);
      }}
    >
      <span className="inline-label">{button.text}</span>
      <span className="inline-badge">{waits ? <Spinner /> : badge(button)}</span>
    </button>
  );
}

export function InlineKeyboard({ message }: { message: ChatMessage }): ReactNode {
  const { texts } = useChatScope();
  const given = message.reply_markup?.inline_keyboard ?? [];
  const price = message.invoice?.total_amount;
  // Telegram puts its own Pay button under an invoice which comes without one.
  const missing = price !== undefined && given.length === 0;
  const paid = message.invoiceState === 'paid';
  const rows: InlineButton[][] = missing
    ? [[{ text: texts.pay(price), pay: true }]]
    : given.map((row) =>
        row.map((button) =>
          button.pay ? { ...button, text: button.text.replace(/⭐️?|XTR/gu, '⭐') } : button,
        ),
      );
  if (rows.length === 0) return null;
  return (
    <div className="inline-keyboard">
      {rows.map((row, index) => (
        <div key={index} className="inline-row">
          {row.map((button, column) => (
            <Button
              key={`${String(column)}:${button.text}`}
              message={message}
              button={button.pay && paid ? { ...button, text: texts.receipt } : button}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
