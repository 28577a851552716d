import { useLayoutEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import { commandsFor, matchingCommands } from '../commands';
import type { ChatMessage, ReplyKeyboard } from '../types';
import { AttachButton } from './attach-button';
import { CommandList, useCommandChoice } from './command-list';
import { Icon } from './icons';
import { ReplyKeyboardPanel } from './reply-keyboard';

interface ComposerProps {
  draft: string;
  replyTo: ChatMessage | null;
  keyboard: ReplyKeyboard | null;
  keyboardHidden: boolean;
  onDraft(text: string): void;
  onSend(text: string): void;
  onFiles(files: File[], asFiles: boolean): void;
  onCancelReply(): void;
  onKeyboardButton(text: string): void;
  onToggleKeyboard(): void;
}

function ReplyBar({ message, onCancel }: { message: ChatMessage; onCancel(): void }): ReactNode {
  const { texts, bot } = useChatScope();
  return (
    <div className="reply-bar">
      <Icon name="reply" />
      <div className="reply-text">
        <span className="quoted-name">{message.fromBot ? bot.name : texts.you}</span>
        <span className="quoted-text">{message.text ?? message.caption ?? texts.photo}</span>
      </div>
      <button type="button" className="tool" aria-label={texts.cancelReply} onClick={onCancel}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function MenuButton({ onCommands }: { onCommands(): void }): ReactNode {
  const { texts, bot, openWebApp } = useChatScope();
  const app = bot.menuButton?.type === 'web_app' ? bot.menuButton : undefined;
  const url = app?.web_app?.url;
  if (url !== undefined) {
    const title = app?.text ?? texts.miniApp;
    return (
      <button
        type="button"
        className="app-button"
        aria-label={title}
        title={title}
        onClick={() => {
          openWebApp(url, title);
        }}
      >
        <Icon name="app" />
        <span>{title}</span>
      </button>
    );
  }
  return (
    <button type="button" className="round slash" aria-label={texts.commands} onClick={onCommands}>
      <span aria-hidden="true">/</span>
    </button>
  );
}

export function Composer(props: ComposerProps): ReactNode {
  const { draft, replyTo, keyboard, keyboardHidden, onDraft, onSend } = props;
  const { texts, bot, person } = useChatScope();
  const input = useRef<HTMLTextAreaElement>(null);
  const commands = commandsFor(bot, person);
  const choice = useCommandChoice(matchingCommands(commands, draft));

  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${String(element.scrollHeight)}px`;
  }, [draft]);

  const send = (text: string): void => {
    const trimmed = text.trim();
    if (!trimmed) return;
    onSend(trimmed);
    onDraft('');
    choice.hide();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter which ends a composition of an input method is not meant for the message.
    if (event.nativeEvent.isComposing) return;
    if (choice.onKeyDown(event, send)) return;
    if (event.key === 'Escape') props.onCancelReply();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send(draft);
  };

  return (
    <footer className="composer-area">
      {choice.open ? (
        <CommandList
          commands={choice.listed ?? commands}
          active={choice.active}
          onChoose={send}
          onClose={choice.hide}
        />
      ) : null}
      {replyTo ? <ReplyBar message={replyTo} onCancel={props.onCancelReply} /> : null}
      <form
        className="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send(draft);
        }}
      >
        <MenuButton onCommands={choice.toggle} />
        <div className="field">
          <textarea
            ref={input}
            rows={1}
            value={draft}
            maxLength={4096}
            data-testid="composer"
            aria-label={texts.message}
            placeholder={keyboard?.input_field_placeholder ?? texts.message}
            enterKeyHint="send"
            onChange={(event) => {
              onDraft(event.target.value);
              choice.filter();
            }}
            onKeyDown={onKeyDown}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              if (files.length === 0) return;
              event.preventDefault();
              props.onFiles(files, false);
            }}
          />
          {keyboard ? (
            <button
              type="button"
              className="round"
              aria-label={keyboardHidden ? texts.showKeyboard : texts.hideKeyboard}
              aria-pressed={!keyboardHidden}
              onClick={props.onToggleKeyboard}
            >
              <Icon name="keyboard" />
            </button>
          ) : null}
          <AttachButton onFiles={props.onFiles} />
        </div>
        <button
          type="submit"
          className="round send"
          data-testid="send"
          aria-label={texts.send}
          disabled={!draft.trim()}
        >
          <Icon name="send" />
        </button>
      </form>
      {keyboard && !keyboardHidden ? (
        <ReplyKeyboardPanel keyboard={keyboard} onPress={props.onKeyboardButton} />
      ) : null}
    </footer>
  );
}
