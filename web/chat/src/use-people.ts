import { useCallback, useEffect, useState } from 'react';
import { listPeople } from './api';
import type { Bot, Person } from './types';

export interface PeopleState {
  people: Person[];
  bots: Bot[];
  status: 'loading' | 'ready' | 'failed';
  refresh(): Promise<void>;
  setStars(personId: number, stars: number): void;
}

/** People and bots of the sandbox; asks again every few seconds until there is an answer. */
export function usePeople(): PeopleState {
  const [state, setState] = useState<Pick<PeopleState, 'people' | 'bots' | 'status'>>({
    people: [],
    bots: [],
    status: 'loading',
  });

  const refresh = useCallback(async () => {
    try {
      const { people, bots } = await listPeople();
      setState({ people, bots, status: 'ready' });
    } catch {
      setState((before) => (before.status === 'ready' ? before : { ...before, status: 'failed' }));
    }
  }, []);

  const waiting = state.status !== 'ready' || state.bots.length === 0;
  useEffect(() => {
    void refresh();
    if (!waiting) return undefined;
    // A bot exists for the sandbox from its first call on, which may come after the page's.
    const timer = window.setInterval(() => void refresh(), 2000);
    return () => {
      window.clearInterval(timer);
    };
  }, [refresh, waiting]);

  const setStars = useCallback((personId: number, stars: number) => {
    setState((before) => ({
      ...before,
      people: before.people.map((person) =>
        person.id === personId ? { ...person, stars } : person,
      ),
    }));
  }, []);

  return { ...state, refresh, setStars };
}
