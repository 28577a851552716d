import { useCallback, useEffect, useState } from 'react';
import type { Theme } from './types';

const key = 'easel.sandbox.theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function current(): Theme {
  const stored = window.localStorage.getItem(key);
  if (stored === 'light' || stored === 'dark') return stored;
  return dark.matches ? 'dark' : 'light';
}

/** The system's theme until the person chooses one by hand. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState(current);

  useEffect(() => {
    const follow = (): void => {
      setTheme(current());
    };
    dark.addEventListener('change', follow);
    return () => {
      dark.removeEventListener('change', follow);
    };
  }, []);

  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    const color = getComputedStyle(document.documentElement).getPropertyValue('--panel');
    document.querySelector('meta[name=theme-color]')?.setAttribute('content', color.trim());
  }, [theme]);

  const toggle = useCallback(() => {
    const next = current() === 'dark' ? 'light' : 'dark';
    window.localStorage.setItem(key, next);
    setTheme(next);
  }, []);

  return [theme, toggle];
}
