import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useChatScope } from '../chat-context';
import {
  handleCall,
  launchUrl,
  parseCall,
  themeParams,
  type MainButton,
  type MiniAppHost,
} from '../mini-app-bridge';
import { Icon, Spinner } from './icons';
import type { Theme } from '../types';

interface MiniAppProps {
  url: string;
  title: string;
  theme: Theme;
  onAlert(text: string): void;
  onClose(): void;
}

const noButton: MainButton = { text: '', visible: false, active: true, progress: false };

export function MiniApp({ url, title, theme, onAlert, onClose }: MiniAppProps): ReactNode {
  const { texts, openLink, openInvoiceLink } = useChatScope();
  const frame = useRef<HTMLIFrameElement>(null);
  const [button, setButton] = useState(noButton);
  const [back, setBack] = useState(false);
  const [round, setRound] = useState(0);
  // A new theme is told to the running app; a new address would start it again.
  const [source] = useState(() => launchUrl(url, theme));

  const send = (eventType: string, eventData: Record<string, unknown> = {}): void => {
    const origin = new URL(source ?? 'about:blank').origin;
    frame.current?.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), origin);
  };

  const host = useRef<MiniAppHost>(null);
  const post = useRef(send);
  useEffect(() => {
    post.current = send;
    host.current = {
      theme,
      close: onClose,
      openLink,
      openInvoice: openInvoiceLink,
      alert: onAlert,
      setMainButton: setButton,
      setBackButton: setBack,
    };
  });

  const told = useRef(theme);
  useEffect(() => {
    if (told.current === theme) return;
    told.current = theme;
    post.current('theme_changed', { theme_params: themeParams(theme) });
  }, [theme]);

  useEffect(() => {
    const listen = (event: MessageEvent): void => {
      if (event.source !== frame.current?.contentWindow || !host.current) return;
      const call = parseCall(event.data);
      if (call) handleCall(call, host.current, post.current);
    };
    window.addEventListener('message', listen);
    return () => {
      window.removeEventListener('message', listen);
    };
  }, []);

  return (
    <aside className="mini-app" aria-label={title}>
      <header className="mini-app-head">
        {back ? (
          <button
            type="button"
            className="tool"
            aria-label={texts.back}
            onClick={() => {
              send('back_button_pressed');
            }}
          >
            <Icon name="left" />
          </button>
        ) : null}
        <h2>{title}</h2>
        <button
          type="button"
          className="tool"
          aria-label={texts.reload}
          onClick={() => {
            setButton(noButton);
            setBack(false);
            setRound(round + 1);
          }}
        >
          <Icon name="reload" />
        </button>
        <button type="button" className="tool" aria-label={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {source ? (
        <iframe
          key={round}
          ref={frame}
          title={title}
          src={source}
          sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-downloads"
          allow="clipboard-write"
        />
      ) : (
        <p className="muted empty">{texts.failed(url)}</p>
      )}
      {button.visible ? (
        <button
          type="button"
          className="button primary mini-app-main"
          disabled={!button.active}
          onClick={() => {
            send('main_button_pressed');
          }}
        >
          {button.progress ? <Spinner /> : null}
          {button.text}
        </button>
      ) : null}
    </aside>
  );
}
