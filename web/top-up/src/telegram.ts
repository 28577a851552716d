/** Telegram around the page: launch data, colours, invoices, links. */
import {
  off,
  on,
  postEvent,
  retrieveLaunchParams,
  retrieveRawInitData,
  setTargetOrigin,
  type EventPayload,
} from '@tma.js/bridge';
import { payTargetOf } from './purchase';
import type { LaunchData } from './session';

export interface Launch extends LaunchData {
  readonly languageCode: string | undefined;
  readonly theme: Theme;
}

type Theme = Readonly<Partial<Record<string, string>>>;

/** Undefined when the page was not opened by Telegram. */
export function readLaunch(): Launch | undefined {
  try {
    const { tgWebAppPlatform, tgWebAppThemeParams, tgWebAppData } = retrieveLaunchParams();
    const initData = retrieveRawInitData();
    if (initData === undefined) return undefined;
    return {
      initData,
      platform: tgWebAppPlatform,
      theme: tgWebAppThemeParams,
      languageCode: tgWebAppData?.user?.language_code,
    };
  } catch {
    return undefined;
  }
}

/** Telegram's colours as the variables its own script would set. */
export function wear(theme: Theme): void {
  const { style } = document.documentElement;
  for (const [name, colour] of Object.entries(theme)) {
    if (colour !== undefined) {
      style.setProperty(`--tg-theme-${name.replaceAll('_', '-')}`, colour);
    }
  }
}

export function followTheme(): () => void {
  const listen = ({ theme_params: theme }: EventPayload<'theme_changed'>): void => {
    wear(theme);
  };
  on('theme_changed', listen);
  return () => {
    off('theme_changed', listen);
  };
}

/** `host` is the sandbox's chat page, when it is that which framed us. */
export function greet(host: string | null): void {
  if (host !== null) setTargetOrigin(host);
  postEvent('web_app_ready');
  postEvent('web_app_expand');
}

/** Whether it is an invoice: then Telegram says by `onInvoiceClosed` when the person is through. */
export function openPayAddress(address: string): boolean {
  const target = payTargetOf(address);
  if (target?.kind === 'invoice') postEvent('web_app_open_invoice', { slug: target.slug });
  if (target?.kind === 'chat') postEvent('web_app_open_tg_link', { path_full: target.path });
  if (target?.kind === 'page') postEvent('web_app_open_link', { url: target.url });
  return target?.kind === 'invoice';
}

/** What the app says of it is a hint only; the server knows. */
export function onInvoiceClosed(listen: () => void): () => void {
  on('invoice_closed', listen);
  return () => {
    off('invoice_closed', listen);
  };
}

export function closePage(): void {
  postEvent('web_app_close');
}
