import type { ReactNode } from 'react';
import type { Bot, Theme } from '../types';
import { Avatar } from './avatar';
import { Icon } from './icons';
import { PeopleList, type PeopleListProps } from './people-list';

interface BotListProps {
  label: string;
  bots: Bot[];
  selected: number | undefined;
  onSelect(id: number): void;
}

/** Only worth a place on the page when there is a choice. */
export function BotList({ label, bots, selected, onSelect }: BotListProps): ReactNode {
  if (bots.length < 2) return null;
  return (
    <section className="bots">
      <h2>{label}</h2>
      <ul className="people" aria-label={label}>
        {bots.map((bot) => (
          <li key={bot.id}>
            <button
              type="button"
              className={bot.id === selected ? 'person active' : 'person'}
              aria-current={bot.id === selected}
              data-testid={`bot-${String(bot.id)}`}
              onClick={() => {
                onSelect(bot.id);
              }}
            >
              <Avatar id={bot.id} name={bot.name} />
              <span className="person-text">
                <span className="person-name">{bot.name}</span>
                <span className="person-line">@{bot.username}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface SidebarProps {
  people: PeopleListProps;
  bots: Omit<BotListProps, 'label'>;
  theme: Theme;
  onTheme(): void;
}

export function Sidebar({ people, bots, theme, onTheme }: SidebarProps): ReactNode {
  const { texts } = people;
  return (
    <nav className="sidebar" aria-label={texts.people}>
      <header className="brand">
        <span className="brand-mark">
          <Icon name="easel" />
        </span>
        <span className="brand-name">Easel</span>
        <span className="badge" title={texts.sandboxHint}>
          {texts.sandbox}
        </span>
        <button
          type="button"
          className="round"
          aria-label={theme === 'dark' ? texts.lightTheme : texts.darkTheme}
          onClick={onTheme}
        >
          <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
        </button>
      </header>
      <div className="sidebar-scroll">
        <h2>{texts.people}</h2>
        <PeopleList {...people} />
        <BotList label={texts.bots} {...bots} />
      </div>
      <p className="sidebar-note">{texts.sandboxHint}</p>
    </nav>
  );
}
