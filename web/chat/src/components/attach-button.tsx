import { useRef, useState, type ReactNode, type RefObject } from 'react';
import { useChatScope } from '../chat-context';
import { Icon } from './icons';
import { Menu, MenuItem } from './menu';

interface AttachButtonProps {
  onFiles(files: File[], asFiles: boolean): void;
}

interface FileInputProps {
  input: RefObject<HTMLInputElement | null>;
  label: string;
  accept?: string;
  testId: string;
  onFiles(files: File[]): void;
}

function FileInput({ input, label, accept, testId, onFiles }: FileInputProps): ReactNode {
  return (
    <input
      ref={input}
      type="file"
      className="hidden"
      multiple
      tabIndex={-1}
      accept={accept}
      aria-label={label}
      data-testid={testId}
      onChange={(event) => {
        const files = [...(event.target.files ?? [])];
        // The same file chosen again must be a change again.
        event.target.value = '';
        if (files.length > 0) onFiles(files);
      }}
    />
  );
}

export function AttachButton({ onFiles }: AttachButtonProps): ReactNode {
  const { texts } = useChatScope();
  const [open, setOpen] = useState(false);
  const photos = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  return (
    <div className="attach">
      <button
        type="button"
        className="round"
        aria-label={texts.attach}
        aria-expanded={open}
        onClick={() => {
          setOpen(!open);
        }}
      >
        <Icon name="attach" />
      </button>
      <FileInput
        input={photos}
        label={texts.photoOrVideo}
        accept="image/*,video/mp4"
        testId="attach-photo"
        onFiles={(chosen) => {
          onFiles(chosen, false);
        }}
      />
      <FileInput
        input={files}
        label={texts.file}
        testId="attach-file"
        onFiles={(chosen) => {
          onFiles(chosen, true);
        }}
      />
      {open ? (
        <Menu
          label={texts.attach}
          className="menu-up"
          onClose={() => {
            setOpen(false);
          }}
        >
          <MenuItem onChoose={() => photos.current?.click()}>
            <Icon name="photo" />
            {texts.photoOrVideo}
          </MenuItem>
          <MenuItem onChoose={() => files.current?.click()}>
            <Icon name="file" />
            {texts.file}
          </MenuItem>
        </Menu>
      ) : null}
    </div>
  );
}
