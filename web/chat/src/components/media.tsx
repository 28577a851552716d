import { useState, type CSSProperties, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import { fileSize } from '../time';
import type { ChatFile, ChatMessage } from '../types';
import { Icon } from './icons';

/** The space is kept before the picture is there, so that nothing jumps when it comes. */
function shape(file: ChatFile): CSSProperties {
  const { width, height } = file;
  const known = width && height ? width / height : 4 / 3;
  return { ['--ratio' as string]: Math.min(Math.max(known, 0.5), 2.4) };
}

interface PhotoProps {
  file: ChatFile;
  alt: string;
  hidden: boolean;
}

function Photo({ file, alt, hidden }: PhotoProps): ReactNode {
  const { texts, openPhoto } = useChatScope();
  const [covered, setCovered] = useState(hidden);
  return (
    <button
      type="button"
      className={covered ? 'photo photo-covered' : 'photo'}
      aria-label={covered ? texts.showHidden : texts.openPhoto}
      onClick={() => {
        if (covered) setCovered(false);
        else openPhoto(file);
      }}
    >
      <img src={file.url} alt={alt} draggable={false} />
    </button>
  );
}

function Video({ file, looped }: { file: ChatFile; looped: boolean }): ReactNode {
  const play = looped ? { autoPlay: true, loop: true, muted: true } : { controls: true };
  return (
    <video
      key={file.url}
      className="video"
      src={file.url}
      preload="metadata"
      playsInline
      {...play}
    />
  );
}

export function DocumentCard({ file }: { file: ChatFile }): ReactNode {
  const { texts, language } = useChatScope();
  const name = file.fileName ?? texts.file;
  const picture = file.mime?.startsWith('image/') === true;
  return (
    <a
      className="document"
      href={file.url}
      download={name}
      aria-label={texts.download(name)}
      title={name}
    >
      <span className="document-icon">
        {picture ? <img src={file.url} alt="" /> : <Icon name="file" />}
        <span className="document-arrow">
          <Icon name="download" />
        </span>
      </span>
      <span className="document-text">
        <span className="document-name">{name}</span>
        {file.size === undefined ? null : (
          <span className="document-size">{fileSize(file.size, language)}</span>
        )}
      </span>
    </a>
  );
}

function Item({ message, file }: { message: ChatMessage; file: ChatFile }): ReactNode {
  const { texts } = useChatScope();
  if (file.kind === 'document') return <DocumentCard file={file} />;
  if (file.kind === 'video') return <Video file={file} looped={message.animation !== undefined} />;
  return (
    <Photo
      file={file}
      alt={message.caption ?? texts.photo}
      hidden={message.has_media_spoiler === true}
    />
  );
}

/** The files of one message or of one album. */
export function Media({ messages }: { messages: ChatMessage[] }): ReactNode {
  const items = messages.flatMap((message) =>
    (message.files ?? []).map((file) => ({ message, file })),
  );
  if (items.length === 0) return null;
  const visual = items.every(({ file }) => file.kind !== 'document');
  const className = !visual ? 'files' : items.length > 1 ? 'media album' : 'media';
  return (
    <div className={className} data-count={items.length}>
      {items.map(({ message, file }) => (
        <div
          key={file.url + String(message.message_id)}
          data-message-id={message.message_id}
          style={shape(file)}
        >
          <Item message={message} file={file} />
        </div>
      ))}
    </div>
  );
}
