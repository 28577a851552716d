import { useEffect, useRef, type ReactNode } from 'react';

interface DialogProps {
  label: string;
  className?: string;
  role?: 'dialog' | 'alertdialog';
  testId?: string;
  onClose(): void;
  children: ReactNode;
}

/** A modal on the browser's own dialog: it keeps the focus inside and closes by Escape. */
export function Dialog({
  label,
  className = '',
  role = 'dialog',
  testId,
  onClose,
  children,
}: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const element = dialog.current;
    if (!element) return undefined;
    element.showModal();
    // Without a field which asks for it, the focus is on nothing in particular.
    (element.querySelector<HTMLElement>('[data-focus]') ?? element).focus();
    return () => {
      element.close();
    };
  }, []);

  return (
    <dialog
      ref={dialog}
      role={role}
      aria-label={label}
      tabIndex={-1}
      className={`dialog ${className}`}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
