import type { ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { ChatMessage } from '../types';

function textOf(message: ChatMessage, { texts, bot }: ReturnType<typeof useChatScope>): string {
  const { successful_payment: paid, refunded_payment: refunded } = message;
  if (paid) return texts.youPaid(paid.total_amount, bot.name);
  if (refunded) return texts.refunded(refunded.total_amount, bot.name);
  if (message.web_app_data) return texts.appData(message.web_app_data.button_text);
  return texts.pinned;
}

export function ServiceMessage({ message }: { message: ChatMessage }): ReactNode {
  const scope = useChatScope();
  return (
    <div
      className="service"
      data-testid="message"
      data-message-id={message.message_id}
      data-from={message.fromBot ? 'bot' : 'me'}
    >
      <span>{textOf(message, scope)}</span>
    </div>
  );
}
