import type { TelegramMessageEntity } from '@gramio/types';

/** Hosts as the real server takes them: a dot and a top level domain, or a local name with a scheme. */
const hostPattern = /^(?:[\p{L}\p{N}_-]+\.)+[\p{L}]{2,}$/u;

/**
 * The address a link entity keeps, normalised as the real server does it (scheme and trailing slash
 * added); '' when it is no link at all.
 */
export function checkedLink(address: string): string {
  const trimmed = address.trim();
  if (/^(?:tg|ton|tonsite|mailto|tel):/i.test(trimmed)) return trimmed;
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    return '';
  }
  if (!['http:', 'https:', 'ftp:'].includes(url.protocol)) return '';
  const isLocal = url.hostname === 'localhost' || /^[\d.]+$/.test(url.hostname);
  return isLocal || hostPattern.test(url.hostname) ? url.href : '';
}

type LinkEntity = Omit<TelegramMessageEntity, 'offset' | 'length'>;

/** The entity a link makes: a mention of a person by id, an address, or nothing. */
export function linkEntity(address: string): LinkEntity | undefined {
  const person = /^tg:\/\/user\?id=(\d+)$/.exec(address)?.[1];
  if (person !== undefined) {
    const user = { id: Number(person), is_bot: false, first_name: '' };
    return { type: 'text_mention', user };
  }
  const url = checkedLink(address);
  return url === '' ? undefined : { type: 'text_link', url };
}
