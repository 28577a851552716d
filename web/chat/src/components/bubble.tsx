import { useState, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import { clock, fullTime } from '../time';
import type { TimelineItem } from '../timeline';
import type { ChatMessage } from '../types';
import { Icon } from './icons';
import { InlineKeyboard } from './inline-keyboard';
import { InvoiceCard } from './invoice-card';
import { Media } from './media';
import { MessageMenu } from './message-menu';
import { RichText } from './rich-text';

type Bubble = Extract<TimelineItem, { kind: 'bubble' }>;

function Stamp({ message }: { message: ChatMessage }): ReactNode {
  const { texts, language } = useChatScope();
  const edited = message.edited ?? message.edit_date !== undefined;
  return (
    <time
      className="stamp"
      dateTime={new Date(message.date * 1000).toISOString()}
      title={fullTime(message.date, language)}
    >
      {edited ? <span className="stamp-edited">{texts.edited}</span> : null}
      {clock(message.date, language)}
    </time>
  );
}

function Quoted({ message }: { message: ChatMessage }): ReactNode {
  const { texts, bot, person } = useChatScope();
  const original = message.reply_to_message;
  if (!original) return null;
  const jump = (): void => {
    document
      .querySelector(`[data-message-id="${String(original.message_id)}"]`)
      ?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  };
  return (
    <button type="button" className="quoted" aria-label={texts.replyingTo} onClick={jump}>
      <span className="quoted-name">{original.from?.is_bot ? bot.name : person.firstName}</span>
      <span className="quoted-text">{original.text ?? original.caption ?? texts.photo}</span>
    </button>
  );
}

function Words({ message, fresh }: { message: ChatMessage; fresh: boolean }): ReactNode {
  const text = message.text ?? message.caption;
  if (!text) return null;
  return (
    <div className={fresh ? 'words words-edited' : 'words'}>
      <RichText text={text} entities={message.entities ?? message.caption_entities} />
      <span className="stamp-space" aria-hidden="true" />
    </div>
  );
}

function isEmpty(messages: ChatMessage[]): boolean {
  return messages.every(
    ({ text, caption, invoice, files }) => !text && !caption && !invoice && !files?.length,
  );
}

interface MessageBubbleProps {
  item: Bubble;
  /** Counts the edits; each new one replays the transition of the words. */
  edits: number;
}

function Body({ item, edits }: MessageBubbleProps): ReactNode {
  const { texts } = useChatScope();
  const [message] = item.messages;
  // The caption of an album is that of the one photo which has one.
  const captioned = item.messages.find(({ caption }) => caption) ?? message;
  const words = <Words key={edits} message={captioned} fresh={edits > 0} />;
  return (
    <>
      <Quoted message={message} />
      {captioned.show_caption_above_media ? words : null}
      {message.invoice ? <InvoiceCard message={message} invoice={message.invoice} /> : null}
      <Media messages={item.messages} />
      {captioned.show_caption_above_media ? null : words}
      {isEmpty(item.messages) ? <div className="words muted">{texts.unsupported}</div> : null}
    </>
  );
}

export function MessageBubble({ item, edits }: MessageBubbleProps): ReactNode {
  const { texts, bot } = useChatScope();
  const [menu, setMenu] = useState(false);
  const [message] = item.messages;
  const from = message.fromBot ? 'bot' : 'me';
  const position = `${item.first ? 'run-first' : ''} ${item.last ? 'run-last' : ''}`;
  return (
    <article
      className={`message from-${from} ${position}`}
      data-testid="message"
      data-message-id={message.message_id}
      data-from={from}
      aria-label={message.fromBot ? bot.name : texts.you}
      onContextMenu={(event) => {
        // Links, pictures and a marked text keep the browser's own menu.
        const own = event.target instanceof Element && event.target.closest('a, img, video');
        if (own || window.getSelection()?.toString()) return;
        event.preventDefault();
        setMenu(true);
      }}
    >
      <div className="message-column">
        <div className="bubble">
          <Body item={item} edits={edits} />
          <Stamp message={message} />
        </div>
        <InlineKeyboard message={message} />
      </div>
      <div className="message-tools">
        <button
          type="button"
          className="tool"
          aria-label={texts.messageActions}
          aria-expanded={menu}
          onClick={() => {
            setMenu(!menu);
          }}
        >
          <Icon name="more" />
        </button>
        {menu ? (
          <MessageMenu
            message={message}
            onClose={() => {
              setMenu(false);
            }}
          />
        ) : null}
      </div>
    </article>
  );
}
