import type { ReactNode } from 'react';

interface NoticeProps {
  says: string;
  busy?: boolean;
  action?: string;
  onAction?(): void;
}

/** The whole page when there is nothing else to show. */
export function Notice({ says, busy = false, action, onAction }: NoticeProps): ReactNode {
  return (
    <main className="notice" aria-busy={busy}>
      {busy ? <span className="spinner" aria-hidden="true" /> : null}
      <p role="status">{says}</p>
      {action === undefined ? null : (
        <button type="button" className="main-button" onClick={onAction}>
          {action}
        </button>
      )}
    </main>
  );
}
