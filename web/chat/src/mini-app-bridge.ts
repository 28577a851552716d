import { safeUrl } from './entities';
import type { Theme } from './types';

/** The button which a Mini App may put under itself. */
export interface MainButton {
  text: string;
  visible: boolean;
  active: boolean;
  progress: boolean;
}

/** How an invoice was closed, in Telegram's words. */
export type InvoiceStatus = 'paid' | 'cancelled' | 'failed';

export interface MiniAppHost {
  theme: Theme;
  close(): void;
  openLink(address: string): void;
  /** Shows the invoice of a link; `closed` hears once how that ended. */
  openInvoice(slug: string, closed: (status: InvoiceStatus) => void): void;
  alert(text: string): void;
  setMainButton(button: MainButton): void;
  setBackButton(visible: boolean): void;
}

type Fields = Record<string, unknown>;

interface Call {
  eventType: string;
  eventData: Fields;
}

/** What a page in the frame says, in the form Telegram's own script for Mini Apps speaks. */
export function parseCall(data: unknown): Call | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const call = JSON.parse(data) as { eventType?: unknown; eventData?: unknown } | null;
    if (typeof call?.eventType !== 'string') return undefined;
    const fields = typeof call.eventData === 'object' ? (call.eventData as Fields | null) : null;
    return { eventType: call.eventType, eventData: fields ?? {} };
  } catch {
    return undefined;
  }
}

export function themeParams(theme: Theme): Record<string, string> {
  return theme === 'dark'
    ? {
        bg_color: '#1b1a1d',
        secondary_bg_color: '#131215',
        text_color: '#f3eee9',
        hint_color: '#a39c96',
        link_color: '#f0957a',
        button_color: '#c2492f',
        button_text_color: '#ffffff',
        destructive_text_color: '#ff8a80',
      }
    : {
        bg_color: '#ffffff',
        secondary_bg_color: '#f6f1ea',
        text_color: '#2a2320',
        hint_color: '#756b64',
        link_color: '#b23f26',
        button_color: '#c2492f',
        button_text_color: '#ffffff',
        destructive_text_color: '#b3261e',
      };
}

/** Adds what every Telegram app passes in the address besides the signed data. */
export function launchUrl(address: string, theme: Theme): string | undefined {
  const href = safeUrl(address);
  if (!href || !/^https?:/.test(href)) return undefined;
  const url = new URL(href);
  const values = new URLSearchParams(url.hash.slice(1));
  if (!values.has('tgWebAppVersion')) values.set('tgWebAppVersion', '8.0');
  if (!values.has('tgWebAppPlatform')) values.set('tgWebAppPlatform', 'web');
  values.set('tgWebAppThemeParams', JSON.stringify(themeParams(theme)));
  url.hash = values.toString();
  return url.href;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Answers one call of a Mini App; `send` posts an event back into its frame. */
export function handleCall(
  { eventType, eventData }: Call,
  host: MiniAppHost,
  send: (eventType: string, eventData: Fields) => void,
): void {
  const handlers: Record<string, () => void> = {
    web_app_close: () => {
      host.close();
    },
    web_app_request_theme: () => {
      send('theme_changed', { theme_params: themeParams(host.theme) });
    },
    web_app_open_link: () => {
      host.openLink(text(eventData['url']));
    },
    web_app_open_tg_link: () => {
      host.openLink(`https://t.me${text(eventData['path_full'])}`);
    },
    web_app_open_invoice: () => {
      const slug = text(eventData['slug']);
      host.openInvoice(slug, (status) => {
        send('invoice_closed', { slug, status });
      });
    },
    web_app_setup_main_button: () => {
      host.setMainButton({
        text: text(eventData['text']),
        visible: eventData['is_visible'] === true,
        active: eventData['is_active'] !== false,
        progress: eventData['is_progress_visible'] === true,
      });
    },
    web_app_setup_back_button: () => {
      host.setBackButton(eventData['is_visible'] === true);
    },
    web_app_open_popup: () => {
      host.alert(text(eventData['message']));
      send('popup_closed', {});
    },
  };
  handlers[eventType]?.();
}
