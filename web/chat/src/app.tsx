import { useCallback, useRef, useState, type ReactNode } from 'react';
import { createPerson, start } from './api';
import { Chat } from './components/chat';
import { Dialog } from './components/dialog';
import { Spinner } from './components/icons';
import { PeopleList, type PeopleListProps } from './components/people-list';
import { BotList, Sidebar } from './components/sidebar';
import { AddPersonDialog } from './components/small-dialogs';
import { languageOf, textsOf, type Texts } from './texts';
import { useMedia } from './use-media';
import { usePeople, type PeopleState } from './use-people';
import { useSelection } from './use-selection';
import { useTheme } from './use-theme';
import { useToasts } from './use-toasts';

function Waiting({ failed, texts }: { failed: boolean; texts: Texts }): ReactNode {
  return (
    <main className="chat waiting">
      <p role="status">
        <Spinner />
        {failed ? texts.loadFailed : texts.loading}
      </p>
    </main>
  );
}

function useChoice({ people, bots }: PeopleState): {
  person: PeopleState['people'][number] | undefined;
  bot: PeopleState['bots'][number] | undefined;
  selectPerson(id: number): void;
  selectBot(id: number): void;
} {
  const [personId, selectPerson] = useSelection();
  const [botId, selectBot] = useState<number>();
  return {
    person: people.find(({ id }) => id === personId) ?? people[0],
    bot: bots.find(({ id }) => id === botId) ?? bots[0],
    selectPerson,
    selectBot,
  };
}

export function App(): ReactNode {
  const state = usePeople();
  const { people, bots, status, refresh, setStars } = state;
  const { person, bot, selectPerson, selectBot } = useChoice(state);
  const [theme, toggleTheme] = useTheme();
  const [toasts, toast] = useToasts();
  const [picking, setPicking] = useState(false);
  const [adding, setAdding] = useState(false);
  const drafts = useRef(new Map<string, string>());
  const narrow = useMedia('(max-width: 760px)');
  const language = languageOf(person?.languageCode ?? navigator.language);
  const texts = textsOf(language);

  const onStars = useCallback(
    (stars: number) => {
      if (person) setStars(person.id, stars);
    },
    [person, setStars],
  );

  const list: PeopleListProps = {
    texts,
    people,
    selected: person?.id,
    onSelect: (id) => {
      selectPerson(id);
      setPicking(false);
      // Other people's wallets are only as fresh as the last look.
      void refresh();
    },
    onAdd: () => {
      setPicking(false);
      setAdding(true);
    },
  };
  const botList = { bots, selected: bot?.id, onSelect: selectBot };

  return (
    <div className="app" lang={language}>
      {narrow ? null : <Sidebar people={list} bots={botList} theme={theme} onTheme={toggleTheme} />}
      {person && bot ? (
        <Chat
          key={`${String(person.id)}:${String(bot.id)}`}
          person={person}
          bot={bot}
          narrow={narrow}
          theme={theme}
          drafts={drafts.current}
          onStart={(payload) => start({ personId: person.id, botId: bot.id }, payload)}
          onTheme={toggleTheme}
          onPeople={() => {
            setPicking(true);
          }}
          onToast={toast}
          onStars={onStars}
          onRefresh={() => void refresh()}
        />
      ) : (
        <Waiting failed={status === 'failed'} texts={texts} />
      )}
      {picking ? (
        <Dialog
          label={texts.choosePerson}
          className="sheet picker"
          onClose={() => {
            setPicking(false);
          }}
        >
          <h2>{texts.choosePerson}</h2>
          <PeopleList {...list} />
          <BotList label={texts.bots} {...botList} />
          <p className="sidebar-note">{texts.sandboxHint}</p>
        </Dialog>
      ) : null}
      {adding ? (
        <AddPersonDialog
          texts={texts}
          language={language}
          onCreate={async (name, chosen) => {
            const { id } = await createPerson(name, chosen);
            await refresh();
            selectPerson(id);
          }}
          onClose={() => {
            setAdding(false);
          }}
        />
      ) : null}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text }) => (
          <div key={id} className="toast">
            {text}
          </div>
        ))}
      </div>
    </div>
  );
}
