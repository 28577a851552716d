import { useMemo, useState, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { ChatState } from '../chat-state';
import { dayName } from '../time';
import { timeline, type TimelineItem } from '../timeline';
import type { Outbox } from '../use-outbox';
import { useScroll } from '../use-scroll';
import { Avatar } from './avatar';
import { MessageBubble } from './bubble';
import { Icon } from './icons';
import { PendingBubble } from './pending-bubble';
import { RichText } from './rich-text';
import { ServiceMessage } from './service-message';

/** So many messages are in the page at once; earlier ones come on demand. */
const page = 150;

function EmptyChat({ onStart }: { onStart(): void }): ReactNode {
  const { texts, bot } = useChatScope();
  return (
    <div className="empty">
      <Avatar id={bot.id} name={bot.name} />
      <h2>{bot.name}</h2>
      {bot.description ? (
        <>
          <p className="muted small">{texts.about}</p>
          <p className="about">{bot.description}</p>
        </>
      ) : (
        <>
          <p>{texts.emptyTitle}</p>
          <p className="muted">{texts.emptyHint}</p>
        </>
      )}
      <button type="button" className="button primary wide" onClick={onStart}>
        {texts.start}
      </button>
    </div>
  );
}

function Day({ date }: { date: number }): ReactNode {
  const { texts, language } = useChatScope();
  return (
    <div className="day">
      <span>{dayName(date, language, texts)}</span>
    </div>
  );
}

function Item({ item, edits }: { item: TimelineItem; edits: ChatState['edits'] }): ReactNode {
  if (item.kind === 'day') return <Day date={item.date} />;
  if (item.kind === 'service') return <ServiceMessage message={item.message} />;
  const count = item.messages.reduce((sum, { message_id: id }) => sum + (edits[id] ?? 0), 0);
  return <MessageBubble item={item} edits={count} />;
}

/** What the bot is doing: the text it is writing, or a line about it. */
function Doing({ state: { action, draft } }: { state: ChatState }): ReactNode {
  const { texts } = useChatScope();
  const line = action === null ? undefined : texts.actions[action];
  if (!draft && line === undefined) return null;
  return (
    <div className="message from-bot run-first run-last doing" aria-hidden={!draft}>
      <div className="message-column">
        <div className="bubble">
          {draft ? (
            <div className="words">
              <RichText text={draft.text} entities={draft.entities} />
            </div>
          ) : null}
          <span className="dots">
            <i />
            <i />
            <i />
          </span>
          {draft ? null : line}
        </div>
      </div>
    </div>
  );
}

interface MessageListProps {
  state: ChatState;
  outbox: Outbox;
  onStart(): void;
  onRetry(): void;
}

export function MessageList({ state, outbox, onStart, onRetry }: MessageListProps): ReactNode {
  const { texts } = useChatScope();
  const [limit, setLimit] = useState(page);
  const { messages, edits } = state;
  const shown = useMemo(() => timeline(messages.slice(-limit)), [messages, limit]);
  const scroll = useScroll(messages, outbox.outgoing.length);
  const empty = messages.length === 0 && outbox.outgoing.length === 0;
  return (
    <div className="scroll-area">
      <div className="scroll" ref={scroll.viewport} onScroll={scroll.onScroll}>
        <div
          ref={scroll.content}
          className="messages"
          role="log"
          aria-label={texts.messages}
          aria-busy={state.status === 'loading'}
        >
          {messages.length > limit ? (
            <button
              type="button"
              className="button earlier"
              onClick={() => {
                setLimit(limit + page);
              }}
            >
              {texts.earlier}
            </button>
          ) : null}
          {state.status === 'failed' ? (
            <div className="empty">
              <p>{texts.loadFailed}</p>
              <button type="button" className="button primary" onClick={onRetry}>
                {texts.retry}
              </button>
            </div>
          ) : null}
          {state.status === 'ready' && empty ? <EmptyChat onStart={onStart} /> : null}
          {shown.map((item) => (
            <Item key={item.key} item={item} edits={edits} />
          ))}
          {outbox.outgoing.map((message) => (
            <PendingBubble key={message.id} message={message} outbox={outbox} />
          ))}
          <Doing state={state} />
        </div>
      </div>
      {scroll.away ? (
        <button
          type="button"
          className={scroll.unread > 0 ? 'to-latest to-latest-new' : 'to-latest'}
          aria-label={scroll.unread > 0 ? texts.newMessages(scroll.unread) : texts.toLatest}
          onClick={scroll.toLatest}
        >
          {scroll.unread > 0 ? <span>{texts.newMessages(scroll.unread)}</span> : null}
          <Icon name="down" />
        </button>
      ) : null}
    </div>
  );
}
