import type { ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { Outgoing } from '../outbox';
import type { Outbox } from '../use-outbox';
import { Spinner } from './icons';

interface PendingBubbleProps {
  message: Outgoing;
  outbox: Outbox;
}

/** A message on its way to the server. */
export function PendingBubble({ message, outbox }: PendingBubbleProps): ReactNode {
  const { texts } = useChatScope();
  const { id, failed, previews, files, kind, text } = message;
  return (
    <div className="message from-me run-first run-last pending">
      <div className="message-column">
        <div className="bubble">
          {kind === 'photos' ? (
            <div
              className={previews.length > 1 ? 'media album' : 'media'}
              data-count={previews.length}
            >
              {previews.map((url) => (
                <div key={url} className="photo">
                  <img src={url} alt="" />
                </div>
              ))}
            </div>
          ) : null}
          {kind === 'documents' ? (
            <div className="words">{files.map(({ name }) => name).join('\n')}</div>
          ) : null}
          {text ? <div className="words">{text}</div> : null}
          {failed === undefined ? (
            <span className="stamp">
              <Spinner />
              <span className="hidden">{texts.sending}</span>
            </span>
          ) : null}
        </div>
        {failed === undefined ? null : (
          <div className="not-sent" role="alert">
            <span>
              {texts.notSent} {failed || texts.loadFailed}
            </span>
            <button
              type="button"
              className="text-action"
              onClick={() => {
                outbox.retry(id);
              }}
            >
              {texts.retry}
            </button>
            <button
              type="button"
              className="text-action"
              onClick={() => {
                outbox.discard(id);
              }}
            >
              {texts.delete}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
