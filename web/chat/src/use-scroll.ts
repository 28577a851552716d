import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { ChatMessage } from './types';

export interface Scroll {
  viewport: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Whether the latest message is out of sight. */
  away: boolean;
  /** Messages of the bot which came while it was. */
  unread: number;
  onScroll(): void;
  toLatest(): void;
}

/** This near to the end, in pixels, counts as being at it. */
const near = 80;

/** Follows the end of the chat unless the person has scrolled up; then counts what comes. */
export function useScroll(messages: readonly ChatMessage[], outgoing: number): Scroll {
  const viewport = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [away, setAway] = useState(false);
  const [seen, setSeen] = useState(0);
  const last = messages.at(-1)?.message_id ?? 0;

  const jump = useCallback(() => {
    const element = viewport.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const onScroll = useCallback(() => {
    const element = viewport.current;
    if (!element) return;
    following.current = element.scrollHeight - element.scrollTop - element.clientHeight <= near;
    setAway(!following.current);
  }, []);

  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (following.current) jump();
      else onScroll();
    });
    if (viewport.current) observer.observe(viewport.current);
    if (content.current) observer.observe(content.current);
    return () => {
      observer.disconnect();
    };
  }, [jump, onScroll]);

  // What a person sends is shown to them wherever they were.
  useLayoutEffect(() => {
    if (outgoing > 0) following.current = true;
    if (following.current) jump();
  }, [outgoing, last, jump]);

  useEffect(() => {
    if (!away) setSeen(last);
  }, [away, last]);

  const toLatest = useCallback(() => {
    viewport.current?.scrollTo({ top: viewport.current.scrollHeight, behavior: 'smooth' });
  }, []);

  const unread = away
    ? messages.filter(({ message_id: id, fromBot }) => fromBot && id > seen).length
    : 0;
  return { viewport, content, away, unread, onScroll, toLatest };
}
