/** The rules of one purchase at the page, apart from React and the browser. */
import type { Words } from './texts';
import type { Payment, Standing } from './types';

/** Nothing will change any more by itself. */
export function isOver(standing: Standing): boolean {
  return standing !== 'created' && standing !== 'invoiced';
}

/** How long to wait before asking again: often at first, and ever less often while a person is away. */
export function nextLookMs(looks: number): number {
  if (looks < 15) return 1000;
  return looks < 60 ? 3000 : 10_000;
}

/** What an address to pay at is for Telegram: an invoice, a chat, or a page of the web. */
export type PayTarget =
  | { readonly kind: 'invoice'; readonly slug: string }
  | { readonly kind: 'chat'; readonly path: string }
  | { readonly kind: 'page'; readonly url: string };

/** Undefined for what no payment system sends and nobody should open. */
export function payTargetOf(address: string): PayTarget | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.hostname !== 't.me') return { kind: 'page', url: url.href };
  const slug = /^\/(?:\$|invoice\/)([\w-]+)$/.exec(url.pathname)?.[1];
  return slug === undefined
    ? { kind: 'chat', path: `${url.pathname}${url.search}` }
    : { kind: 'invoice', slug };
}

/** What is said of a payment on its way. */
export function newsOf({ standing, payUrl, payWords }: Payment, words: Words): string {
  switch (standing) {
    case 'created':
      return words.opening;
    case 'invoiced':
      if (payWords !== null) return words.byHand;
      return payUrl === null ? words.opening : words.waiting;
    case 'part_refunded':
    case 'refunded':
      return words.refunded;
    case 'paid':
      return words.paid;
    case 'held':
      return words.held;
    case 'closed':
      return words.closed;
    case 'expired':
      return words.expired;
    case 'failed':
      return words.failed;
  }
}

/** A typed amount as the server takes it; undefined for what is not a whole number above zero. */
export function amountOf(typed: string): string | undefined {
  const digits = typed.replaceAll(/[\s\u00a0.,]/g, '').replace(/^0+/, '');
  return /^\d{1,12}$/.test(digits) ? digits : undefined;
}
