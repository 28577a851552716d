import { useState, type ReactNode } from 'react';
import { setBlocked } from '../api';
import { ChatContext } from '../chat-context';
import type { Bot, Person, Theme } from '../types';
import { useChatRoom, type ChatRoom } from '../use-chat-room';
import { useDrop } from '../use-drop';
import { useTitle } from '../use-title';
import { ChatHeader } from './chat-header';
import { ChatLayers } from './chat-layers';
import { Composer } from './composer';
import { Icon } from './icons';
import { MessageList } from './message-list';
import { MiniApp } from './mini-app';

export interface ChatProps {
  person: Person;
  bot: Bot;
  narrow: boolean;
  theme: Theme;
  /** Texts begun and not sent, by chat. */
  drafts: Map<string, string>;
  onStart(payload?: string): Promise<unknown>;
  onTheme(): void;
  onPeople(): void;
  onToast(text: string): void;
  onStars(stars: number): void;
  /** People or bots changed on the server. */
  onRefresh(): void;
}

function Footer({ room, onBlock }: { room: ChatRoom; onBlock(blocked: boolean): void }): ReactNode {
  const { scope, live, replyTo, setReplyTo } = room;
  const { texts, person, bot } = scope;
  const { keyboard } = live.state;
  // What the keyboard which was put away looks like: any other one shows itself again.
  const [hidden, setHidden] = useState('');
  const look = JSON.stringify(keyboard);
  if (person.blocked.includes(bot.id)) {
    return (
      <footer className="composer-area blocked-bar">
        <p className="muted">{texts.blockedNote}</p>
        <button
          type="button"
          className="button primary"
          onClick={() => {
            onBlock(false);
          }}
        >
          {texts.unblock}
        </button>
      </footer>
    );
  }
  return (
    <Composer
      draft={room.draft}
      replyTo={replyTo}
      keyboard={keyboard}
      keyboardHidden={look === hidden}
      onDraft={room.setDraft}
      onSend={scope.sendText}
      onFiles={(files, asFiles) => {
        room.setLayer({ kind: 'attach', files, asFiles });
      }}
      onCancelReply={() => {
        setReplyTo(null);
      }}
      onKeyboardButton={(text) => {
        scope.sendText(text);
        if (keyboard?.one_time_keyboard) setHidden(look);
      }}
      onToggleKeyboard={() => {
        setHidden(look === hidden ? '' : look);
      }}
    />
  );
}

export function Chat(props: ChatProps): ReactNode {
  const { person, bot, theme, onStart, onRefresh } = props;
  const room = useChatRoom(props);
  const { live, run, setLayer } = room;
  const { texts } = room.scope;
  useTitle(bot.name, live.state.messages);
  const drop = useDrop((files) => {
    setLayer({ kind: 'attach', files, asFiles: false });
  });
  const onBlock = (blocked: boolean): void => {
    run(setBlocked(room.chat, blocked).then(onRefresh));
  };
  return (
    <ChatContext value={room.scope}>
      <main className="chat" {...drop.handlers}>
        <ChatHeader
          action={live.state.action}
          connected={live.connected}
          blocked={person.blocked.includes(bot.id)}
          narrow={props.narrow}
          theme={theme}
          onTheme={props.onTheme}
          onPeople={props.onPeople}
          onWallet={() => {
            setLayer({ kind: 'stars' });
          }}
          onDeepLink={() => {
            setLayer({ kind: 'deepLink' });
          }}
          onBlock={onBlock}
        />
        <MessageList
          state={live.state}
          outbox={room.outbox}
          onStart={() => {
            run(onStart());
          }}
          onRetry={() => {
            run(live.reload());
          }}
        />
        <Footer room={room} onBlock={onBlock} />
        {drop.over ? (
          <div className="drop">
            <Icon name="photo" />
            {texts.dropHere}
          </div>
        ) : null}
      </main>
      {room.app ? (
        <MiniApp
          key={room.app.url}
          url={room.app.url}
          title={room.app.title}
          theme={theme}
          onAlert={room.setAlert}
          onClose={() => {
            room.setApp(null);
          }}
        />
      ) : null}
      <ChatLayers room={room} onStart={onStart} />
    </ChatContext>
  );
}
