import { useCallback, useEffect, useState } from 'react';

const key = 'easel.sandbox.person';

function chosen(): number | undefined {
  const id = Number(window.location.hash.slice(1) || window.localStorage.getItem(key));
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/**
 * The selected person's id. It stands in the address, so that two tabs can be two people, and a
 * reload keeps it.
 */
export function useSelection(): [number | undefined, (id: number) => void] {
  const [id, setId] = useState(chosen);

  useEffect(() => {
    const follow = (): void => {
      setId(chosen());
    };
    window.addEventListener('hashchange', follow);
    return () => {
      window.removeEventListener('hashchange', follow);
    };
  }, []);

  const select = useCallback((next: number) => {
    window.localStorage.setItem(key, String(next));
    window.history.replaceState(null, '', `#${String(next)}`);
    setId(next);
  }, []);

  return [id, select];
}
