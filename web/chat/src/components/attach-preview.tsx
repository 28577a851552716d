import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import { fileSize } from '../time';
import { Dialog } from './dialog';
import { Icon } from './icons';

export interface Attachment {
  files: File[];
  asFiles: boolean;
}

interface AttachPreviewProps {
  initial: Attachment;
  caption: string;
  onSend(attachment: Attachment, caption: string): void;
  onClose(): void;
}

/** Telegram's limit of one album. */
const most = 10;

function isPicture(file: File): boolean {
  return /^image\/(jpeg|png|webp|gif|avif|heic)/.test(file.type);
}

function usePreviews(files: File[]): Map<File, string> {
  const [urls, setUrls] = useState(new Map<File, string>());
  useEffect(() => {
    const made = new Map(files.filter(isPicture).map((file) => [file, URL.createObjectURL(file)]));
    setUrls(made);
    return () => {
      for (const url of made.values()) URL.revokeObjectURL(url);
    };
  }, [files]);
  return urls;
}

interface PreviewItemProps {
  file: File;
  url: string | undefined;
  onRemove(): void;
}

function PreviewItem({ file, url, onRemove }: PreviewItemProps): ReactNode {
  const { texts, language } = useChatScope();
  return (
    <li className={url ? 'preview-photo' : 'preview-file'}>
      {url ? (
        <img src={url} alt={file.name} />
      ) : (
        <>
          <span className="document-icon">
            <Icon name="file" />
          </span>
          <span className="document-text">
            <span className="document-name">{file.name}</span>
            <span className="document-size">{fileSize(file.size, language)}</span>
          </span>
        </>
      )}
      <button
        type="button"
        className="tool preview-remove"
        aria-label={texts.remove(file.name)}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

export function AttachPreview(props: AttachPreviewProps): ReactNode {
  const { onSend, onClose, initial } = props;
  const { texts } = useChatScope();
  const [files, setFiles] = useState(initial.files.slice(0, most));
  const [asFiles, setAsFiles] = useState(initial.asFiles);
  const [caption, setCaption] = useState(props.caption);
  const more = useRef<HTMLInputElement>(null);
  const urls = usePreviews(files);
  // A file which is no picture cannot travel as a photo.
  const onlyPictures = files.every(isPicture);
  const documents = asFiles || !onlyPictures;
  const title = documents ? texts.files(files.length) : texts.photos(files.length);

  const change = (next: File[]): void => {
    if (next.length === 0) onClose();
    else setFiles(next.slice(0, most));
  };

  return (
    <Dialog label={title} className="preview" onClose={onClose}>
      <header className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="tool" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <ul className={documents ? 'preview-files' : 'preview-photos'} data-count={files.length}>
        {files.map((file, index) => (
          <PreviewItem
            key={`${file.name}:${String(index)}`}
            file={file}
            url={documents ? undefined : urls.get(file)}
            onRemove={() => {
              change(files.filter((other) => other !== file));
            }}
          />
        ))}
      </ul>
      {files.length === most ? <p className="muted small">{texts.tooMany}</p> : null}
      {onlyPictures ? (
        <label className="check">
          <input
            type="checkbox"
            checked={asFiles}
            onChange={(event) => {
              setAsFiles(event.target.checked);
            }}
          />
          {texts.asFile}
        </label>
      ) : null}
      <form
        className="preview-form"
        onSubmit={(event) => {
          event.preventDefault();
          onSend({ files, asFiles: documents }, caption.trim());
        }}
      >
        <input
          ref={more}
          type="file"
          className="hidden"
          multiple
          tabIndex={-1}
          aria-label={texts.addMore}
          onChange={(event) => {
            change([...files, ...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
        <button
          type="button"
          className="round"
          aria-label={texts.addMore}
          onClick={() => more.current?.click()}
        >
          <Icon name="plus" />
        </button>
        <input
          className="input"
          value={caption}
          maxLength={1024}
          data-focus
          aria-label={texts.caption}
          placeholder={texts.caption}
          onChange={(event) => {
            setCaption(event.target.value);
          }}
        />
        <button type="submit" className="button primary" data-testid="preview-send">
          {texts.send}
        </button>
      </form>
    </Dialog>
  );
}
