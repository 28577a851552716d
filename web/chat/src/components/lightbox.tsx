import { useEffect, useState, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { ChatFile } from '../types';
import { Dialog } from './dialog';
import { Icon } from './icons';

interface LightboxProps {
  /** All photos of the chat, in order. */
  photos: ChatFile[];
  /** The address of the one to begin with. */
  url: string;
  onClose(): void;
}

export function Lightbox({ photos, url, onClose }: LightboxProps): ReactNode {
  const { texts } = useChatScope();
  const [current, setCurrent] = useState(url);
  const [zoomed, setZoomed] = useState(false);
  const index = photos.findIndex((photo) => photo.url === current);
  const previous = photos[index - 1];
  const next = index < 0 ? undefined : photos[index + 1];

  useEffect(() => {
    const turn = (event: KeyboardEvent): void => {
      const photo =
        event.key === 'ArrowLeft' ? previous : event.key === 'ArrowRight' ? next : undefined;
      if (photo) setCurrent(photo.url);
    };
    document.addEventListener('keydown', turn);
    return () => {
      document.removeEventListener('keydown', turn);
    };
  }, [previous, next]);

  const arrow = (photo: ChatFile | undefined, side: 'left' | 'right'): ReactNode =>
    photo ? (
      <button
        type="button"
        className={`lightbox-arrow lightbox-${side}`}
        aria-label={side === 'left' ? texts.previous : texts.next}
        onClick={() => {
          setCurrent(photo.url);
          setZoomed(false);
        }}
      >
        <Icon name={side} />
      </button>
    ) : null;

  return (
    <Dialog label={texts.photo} className="lightbox" testId="lightbox" onClose={onClose}>
      <div className="lightbox-bar">
        <span>{photos.length > 1 ? `${String(index + 1)} / ${String(photos.length)}` : null}</span>
        <a
          className="tool"
          href={current}
          download={photos[index]?.fileName ?? 'photo.jpg'}
          aria-label={texts.download(texts.photo)}
        >
          <Icon name="download" />
        </a>
        <button type="button" className="tool" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div
        className={zoomed ? 'lightbox-stage zoomed' : 'lightbox-stage'}
        onClick={(event) => {
          if (event.target === event.currentTarget) onClose();
        }}
      >
        <img
          key={current}
          src={current}
          alt={texts.photo}
          onClick={() => {
            setZoomed(!zoomed);
          }}
        />
      </div>
      {arrow(previous, 'left')}
      {arrow(next, 'right')}
    </Dialog>
  );
}
