import type { ReactNode } from 'react';

const paths = {
  attach:
    'M20 11.5 12.2 19.3a5 5 0 0 1-7-7L13 4.5a3.3 3.3 0 0 1 4.7 4.7l-7.8 7.8a1.7 1.7 0 0 1-2.4-2.4l7.2-7.1',
  send: 'M5 12h13M12 5.5 18.5 12 12 18.5',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2.5V4M12 20v1.5M4 12H2.5M21.5 12H20M5.3 5.3l1 1M17.7 17.7l1 1M5.3 18.7l1-1M17.7 6.3l1-1',
  moon: 'M20 14.2A8 8 0 0 1 9.8 4 8 8 0 1 0 20 14.2',
  plus: 'M12 5v14M5 12h14',
  down: 'M12 5v14M5.5 12.5 12 19l6.5-6.5',
  chevron: 'M6 9.5l6 6 6-6',
  left: 'M15 5l-7 7 7 7',
  right: 'M9 5l7 7-7 7',
  photo: 'M4 5.5h16v13H4zM4 15.5l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.2v.01',
  file: 'M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  reply: 'M9.5 7 4.5 12l5 5M5 12h9a5.5 5.5 0 0 1 5.5 5.5',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7',
  block: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M6.2 6.2l11.6 11.6',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1',
  external: 'M8 16 17 7M9.5 7H17v7.5',
  app: 'M4.5 5.5h15v13h-15zM4.5 9h15',
  keyboard: 'M3.5 7h17v10.5h-17zM7 10.5v.01M10.3 10.5v.01M13.7 10.5v.01M17 10.5v.01M8 14h8',
  check: 'M5 12.5 10 17.5 19.5 7',
  reload: 'M19 12a7 7 0 1 1-2.2-5.1M19.5 3.5v4h-4',
  easel: 'M5 5h14v10H5zM12 2.5V5M8.5 15 6 21.5M15.5 15l2.5 6.5M12 15v4',
} as const;

export function Icon({ name }: { name: keyof typeof paths }): ReactNode {
  return (
    <svg className={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

export function Star(): ReactNode {
  return (
    <svg className="star" viewBox="0 0 24 24" aria-hidden="true">
      <path d="m12 2.6 2.8 6 6.6.8-4.9 4.5 1.3 6.5-5.8-3.2-5.8 3.2 1.3-6.5L2.6 9.4l6.6-.8z" />
    </svg>
  );
}

export function Spinner(): ReactNode {
  return <span className="spinner" aria-hidden="true" />;
}
