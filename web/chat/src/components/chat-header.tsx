import { useState, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import { Avatar } from './avatar';
import { Icon, Star } from './icons';
import { Menu, MenuItem } from './menu';
import type { Theme } from '../types';

interface ChatHeaderProps {
  action: string | null;
  connected: boolean;
  blocked: boolean;
  narrow: boolean;
  theme: Theme;
  onTheme(): void;
  onPeople(): void;
  onWallet(): void;
  onDeepLink(): void;
  onBlock(blocked: boolean): void;
}

function HeaderMenu(props: ChatHeaderProps & { onClose(): void }): ReactNode {
  const { texts } = useChatScope();
  const { blocked, narrow, theme, onTheme, onDeepLink, onBlock, onClose } = props;
  return (
    <Menu label={texts.chatMenu} className="menu-down" onClose={onClose}>
      <MenuItem onChoose={onDeepLink}>
        <Icon name="link" />
        {texts.deepLink}
      </MenuItem>
      {narrow ? (
        <MenuItem onChoose={onTheme}>
          <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
          {theme === 'dark' ? texts.lightTheme : texts.darkTheme}
        </MenuItem>
      ) : null}
      <MenuItem
        danger={!blocked}
        onChoose={() => {
          onBlock(!blocked);
        }}
      >
        <Icon name="block" />
        {blocked ? texts.unblock : texts.block}
      </MenuItem>
    </Menu>
  );
}

function Subtitle({ action, connected, narrow }: ChatHeaderProps): ReactNode {
  const { texts, bot } = useChatScope();
  if (!connected) return <span className="header-lost">{texts.lost}</span>;
  const doing = action ? texts.actions[action] : undefined;
  if (doing) return <span className="header-action">{doing}</span>;
  // On a wide screen the brand beside the people says it.
  if (narrow) return <span>{texts.sandbox}</span>;
  return (
    <span>
      @{bot.username} · {texts.bot}
    </span>
  );
}

export function ChatHeader(props: ChatHeaderProps): ReactNode {
  const { texts, bot, person } = useChatScope();
  const [menu, setMenu] = useState(false);
  return (
    <header className="chat-header">
      <Avatar id={bot.id} name={bot.name} />
      <div className="header-text">
        <h1>{bot.name}</h1>
        <p role="status">
          <Subtitle {...props} />
        </p>
      </div>
      <button
        type="button"
        className="wallet"
        data-testid="wallet"
        data-stars={person.stars}
        aria-label={texts.wallet(person.stars)}
        title={texts.addStars}
        onClick={props.onWallet}
      >
        <Star />
        <span key={person.stars} className="wallet-count">
          {person.stars}
        </span>
      </button>
      {props.narrow ? (
        <button
          type="button"
          className="person-picker"
          aria-label={`${texts.choosePerson}. ${texts.talkingAs(person.firstName)}`}
          onClick={props.onPeople}
        >
          <Avatar id={person.id} name={person.firstName} />
          <Icon name="chevron" />
        </button>
      ) : null}
      <div className="header-menu">
        <button
          type="button"
          className="round"
          aria-label={texts.chatMenu}
          aria-expanded={menu}
          onClick={() => {
            setMenu(!menu);
          }}
        >
          <Icon name="more" />
        </button>
        {menu ? (
          <HeaderMenu
            {...props}
            onClose={() => {
              setMenu(false);
            }}
          />
        ) : null}
      </div>
    </header>
  );
}
