import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import type { BotCommand } from '../types';

interface CommandListProps {
  commands: BotCommand[];
  active: number;
  onChoose(text: string): void;
  onClose(): void;
}

export function CommandList({ commands, active, onChoose, onClose }: CommandListProps): ReactNode {
  const { texts } = useChatScope();
  return (
    <div className="commands" role="menu" aria-label={texts.commands}>
      {commands.length === 0 ? <p className="muted">{texts.noCommands}</p> : null}
      {commands.map(({ command, description }, index) => (
        <button
          key={command}
          type="button"
          role="menuitem"
          className={index === active ? 'command active' : 'command'}
          onClick={() => {
            onChoose(`/${command}`);
            onClose();
          }}
        >
          <span className="command-name">/{command}</span>
          <span className="command-text">{description}</span>
        </button>
      ))}
    </div>
  );
}

export interface CommandChoice {
  open: boolean;
  /** The matching commands; undefined when the whole list was asked for. */
  listed: BotCommand[] | undefined;
  active: number;
  toggle(): void;
  hide(): void;
  /** The text changed: suggestions hidden before may come back. */
  filter(): void;
  /** Whether the key was one for the list. */
  onKeyDown(event: KeyboardEvent, send: (text: string) => void): boolean;
}

const steps: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
const picking = new Set(['Enter', 'Tab']);

type Mode = 'auto' | 'all' | 'hidden';

/** The list of commands above the composer: as suggestions while one is typed, or as a menu. */
export function useCommandChoice(listed: BotCommand[] | undefined): CommandChoice {
  const [mode, setMode] = useState<Mode>('auto');
  const [active, setActive] = useState(-1);
  const suggests = mode === 'auto' && listed !== undefined && listed.length > 0;
  const open = mode === 'all' || suggests;

  const set = (next: Mode) => () => {
    setMode(next);
    setActive(-1);
  };

  const onKeyDown: CommandChoice['onKeyDown'] = (event, send) => {
    if (!open) return false;
    const step = steps[event.key];
    const chosen = picking.has(event.key) ? listed?.[active] : undefined;
    if (event.key === 'Escape') set('hidden')();
    else if (step && listed && listed.length > 0) {
      setActive((Math.max(active, step < 0 ? 0 : -1) + step + listed.length) % listed.length);
    } else if (chosen) send(`/${chosen.command}`);
    else return false;
    event.preventDefault();
    return true;
  };

  return {
    open,
    listed: mode === 'all' ? undefined : listed,
    active,
    toggle: set(open ? 'hidden' : 'all'),
    hide: set('hidden'),
    filter: set('auto'),
    onKeyDown,
  };
}
