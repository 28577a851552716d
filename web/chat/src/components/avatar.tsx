import type { ReactNode } from 'react';

/** Initials on one of eight grounds, always the same one for the same id. */
export function Avatar({ id, name }: { id: number; name: string }): ReactNode {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => String.fromCodePoint(word.codePointAt(0) ?? 32))
    .join('');
  return (
    <span className={`avatar tone-${String(id % 8)}`} aria-hidden="true">
      {initials.toUpperCase()}
    </span>
  );
}
