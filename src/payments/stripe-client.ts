/**
 * Stripe's own client, given our exchange: one attempt, bounded in time and size. What it throws is
 * turned into the port's errors.
 */
import Stripe from 'stripe';
import { isCurrency, type Money } from '../domain/money';
import { exchange, LostAnswerError, type HttpClient, type LostMeaning } from '../http/exchange';
import { PaymentSystemError, type PaymentFailureClass } from './payment-system';

const timeoutMs = 30_000;
const answerBytesMax = 8 * 1024 * 1024;

const failureOfStatus: Readonly<Record<number, PaymentFailureClass>> = {
  400: 'invalid',
  401: 'auth',
  402: 'invalid',
  403: 'auth',
  404: 'not-found',
  // The first call with this key is still under way; its answer comes to the next try.
  409: 'transient',
  429: 'transient',
};

const lostMeansOf = (method: string | undefined): LostMeaning =>
  method === 'POST' ? 'unknown' : 'transient';

/** The exchange in the form of fetch, as Stripe's client wants it. */
function fetchBy(http: HttpClient): typeof fetch {
  return async (url, init) => {
    const method = init?.method === 'POST' ? 'POST' : 'GET';
    const answer = await exchange(http, {
      url: new URL(url instanceof Request ? url.url : url),
      method,
      headers: Object.fromEntries(new Headers(init?.headers)),
      ...(typeof init?.body === 'string' && { body: init.body }),
      timeoutMs,
      bytesMax: answerBytesMax,
      lostMeans: lostMeansOf(method),
    });
    return new Response(answer.body === undefined ? null : new Uint8Array(answer.body), answer);
  };
}

export function createStripeClient(options: {
  readonly base: string;
  readonly secretKey: string;
  readonly http: HttpClient;
}): Stripe {
  const { hostname, port, protocol } = new URL(options.base);
  const isPlain = protocol === 'http:';
  return new Stripe(options.secretKey, {
    httpClient: Stripe.createFetchHttpClient(fetchBy(options.http)),
    host: hostname,
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
    protocol: isPlain ? 'http' : 'https',
    // Trying again is Temporal's.
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
  });
}

/** 5xx says that the outcome is unknown; so does our key when it came with other parameters. */
function failureOf(error: Stripe.errors.StripeError, lostMeans: LostMeaning): PaymentFailureClass {
  if (error.type === 'StripeIdempotencyError') return lostMeans;
  return failureOfStatus[error.statusCode ?? 0] ?? lostMeans;
}

function translated(error: unknown, lostMeans: LostMeaning): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  const { detail, statusCode, code, param, headers } = error;
  const cause: unknown = detail;
  if (cause instanceof LostAnswerError) return new PaymentSystemError(cause.means, cause.message);
  const words = [code ?? error.type, param].filter((word) => word !== undefined).join(', ');
  const seconds = Number(headers?.['retry-after'] ?? Number.NaN);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const text = `HTTP ${statusCode ?? 'unreadable'}: ${words}`;
  return new PaymentSystemError(failureOf(error, lostMeans), text, wait);
}

/** A call that changes nothing: whatever got lost, it can be made again. */
export async function asking<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(error, 'transient');
  }
}

/** A call that changes something: what got lost may have been carried out. */
export async function doing<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translated(error, 'unknown');
  }
}

/** An account can serve other shops too, which take money Easel cannot count. */
export const isCountable = ({ currency }: { readonly currency: string }): boolean =>
  isCurrency(currency.toUpperCase());

/** Stripe counts minor units; of the currencies we know all but Stars have two decimals there too. */
export function stripeMoney(minor: number, currency: string): Money {
  const code = currency.toUpperCase();
  if (isCurrency(code) && Number.isSafeInteger(minor) && minor >= 0) {
    return { amountMinor: BigInt(minor), currency: code };
  }
  throw new PaymentSystemError('invalid', `money Easel cannot count: ${code.slice(0, 3)}`);
}

/** Throws `invalid` for more than their whole numbers can hold. */
export function stripeMinor({ amountMinor }: Money): number {
  const minor = Number(amountMinor);
  if (Number.isSafeInteger(minor)) return minor;
  throw new PaymentSystemError('invalid', 'more money than Stripe can count');
}

export const stripeDate = (seconds: number): Date => new Date(seconds * 1000);
