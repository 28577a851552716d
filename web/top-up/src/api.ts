import type { Me, Offer, Order, Payment } from './types';

/** A refusal; `detail` is in the person's language, except for status 0 (no answer) and 401. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.name = 'Refusal';
    this.status = status;
  }
}

export interface ShopApi {
  me(): Promise<Me>;
  quote(wish: Pick<Order, 'system' | 'currency' | 'tokens'>): Promise<Offer>;
  buy(order: Order): Promise<Payment>;
  payment(id: string): Promise<Payment>;
  /** The person says they have paid. */
  check(id: string): Promise<Payment>;
  payments(): Promise<readonly Payment[]>;
  /** What the code gave, in words. */
  promo(code: string, key: string): Promise<string>;
}

/** Made up for one wish; a repeat of it is the same wish. */
export function newKey(): string {
  return crypto.randomUUID();
}

export async function call<T>(path: string, init: RequestInit): Promise<T> {
  // Relative: the page may be served under any path.
  const response = await fetch(`./api${path}`, init).catch(() => {
    throw new Refusal(0, '');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  const { detail } = (answer ?? {}) as { detail?: unknown };
  throw new Refusal(response.status, typeof detail === 'string' ? detail : '');
}

export function post(body: object, token?: string): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...bearer(token) },
  };
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

export function createShopApi(token: string): ShopApi {
  const get = <T>(path: string) => call<T>(path, { headers: bearer(token) });
  const path = (id: string) => `/payments/${encodeURIComponent(id)}`;
  return {
    me: () => get('/me'),
    quote: ({ system, currency, tokens }) =>
      get(`/quote?${new URLSearchParams({ system, currency, tokens }).toString()}`),
    buy: (order) => call('/payments', post(order, token)),
    payment: (id) => get(path(id)),
    check: (id) => call(`${path(id)}/check`, { method: 'POST', headers: bearer(token) }),
    payments: async () => (await get<{ payments: Payment[] }>('/payments')).payments,
    promo: async (code, key) =>
      (await call<{ news: string }>('/promo', post({ code, key }, token))).news,
  };
}
