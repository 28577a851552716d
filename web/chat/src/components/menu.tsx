import { useEffect, useRef, type ReactNode } from 'react';

interface MenuProps {
  label: string;
  className?: string;
  onClose(): void;
  children: ReactNode;
}

/** A small menu; it closes by a choice, Escape or a press elsewhere, and arrows move in it. */
export function Menu({ label, className = '', onClose, children }: MenuProps): ReactNode {
  const menu = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    menu.current?.querySelector('button')?.focus({ preventScroll: true });
    const outside = (event: PointerEvent): void => {
      // A press on the button which opened the menu is that button's business.
      const opener = menu.current?.parentElement;
      if (event.target instanceof Node && !opener?.contains(event.target)) close.current();
    };
    document.addEventListener('pointerdown', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
    };
  }, []);

  const move = (step: number): void => {
    const items = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = items.findIndex((item) => item === document.activeElement);
    items.at((at + step) % items.length)?.focus();
  };

  return (
    <div
      ref={menu}
      role="menu"
      aria-label={label}
      className={`menu ${className}`}
      onClick={onClose}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
        else if (event.key === 'ArrowDown') move(1);
        else if (event.key === 'ArrowUp') move(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {children}
    </div>
  );
}

interface MenuItemProps {
  danger?: boolean;
  onChoose(): void;
  children: ReactNode;
}

export function MenuItem({ danger = false, onChoose, children }: MenuItemProps): ReactNode {
  return (
    <button
      type="button"
      role="menuitem"
      className={danger ? 'menu-item danger' : 'menu-item'}
      onClick={onChoose}
    >
      {children}
    </button>
  );
}
