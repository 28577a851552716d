/**
 * What plays one payment system is a `StandInDefinition`: its HTTP API, its pay page and what can
 * happen to its payments. The frame around it (server.ts) does the rest: sockets, raw bodies, faults,
 * the clock, the log, state in a file, webhooks with their repeats, and the control API `/__admin`.
 *
 * Addresses of a stand-in: `/pay/<id>` is its pay page, `/__admin/...` the control API (admin.ts),
 * everything else goes to `answer`.
 */
import type { Table } from '../../journal';
import type { Language } from './pay-page-texts';
import type { PayPage } from './pay-page';

/** One request, byte for byte. Header names are lower-case; `path` is as it came, without the query. */
export interface StandInCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
}

/** A string body is sent as it is (set its content-type when it is no JSON), anything else as JSON. */
export interface StandInAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A webhook to send. It is kept in the file until it was taken or given up. */
export interface Notice {
  /** "payment.succeeded": for the log. */
  readonly event: string;
  readonly body: string;
  /** Where to, when each invoice names it; else the address of the cabinet. */
  readonly url?: string;
}

/** How a system repeats its webhooks, as it does it in life. */
export interface WebhookRule {
  /** Seconds from the nth failed attempt (the first is 1) to the next; undefined gives up. */
  nextInSeconds(attempt: number): number | undefined;
  /** Whether this HTTP status ends the repeats. */
  isTaken(status: number): boolean;
  /** Giving up switches the cabinet's webhook off, until it is set again. */
  readonly switchesOff?: boolean;
}

/** What the frame lends to a stand-in. `Key` are the names of the adapter's settings it shares. */
export interface Site<Key extends string = string> {
  /** Own address without a slash at the end; pay pages are `${url}/pay/<id>`. */
  readonly url: string;
  /** Keys and accounts, by the names of the adapter's settings. */
  readonly keys: Readonly<Record<Key, string>>;
  /** The stand-in's own time: the control API can put it forward. */
  now(): Date;
  /** Rows kept over a restart. Never change one in place: set the next. */
  table<Row>(name: string): Table<Row>;
  /** All or nothing, notices included. */
  transact<T>(work: () => T): T;
  /** 1, 2, 3... for each name, kept over a restart. */
  next(sequence: string): number;
  notify(notice: Notice): void;
}

/** The body of a control call: `{"id": "...", "amount": "10.00"}`. */
export type ActionBody = Readonly<Record<string, unknown>>;

/**
 * Something that happens to a payment, asked for by `POST /__admin/<name>` or a button of the pay page.
 * `id` is the system's id or the merchant's reference. Throws {@link StandInRefusal} for what cannot be.
 * What it returns is the answer of the control API.
 */
export type StandInAction = (id: string, body: ActionBody) => unknown;

export interface StandInSystem {
  /** The system's own API. Throws nothing for bad input: a refusal is an answer too. */
  answer(call: StandInCall): StandInAnswer | Promise<StandInAnswer>;
  /** What the pay page shows of a payment; undefined when there is none. */
  page(id: string): PayPage | undefined;
  /** By name; the usual names are those of the pay page's buttons (pay-page-texts.ts). */
  readonly actions: Readonly<Record<string, StandInAction>>;
  /** Headers of a webhook as it leaves: content-type and signature. */
  signWebhook(body: string, at: Date): Record<string, string>;
  /** Lets time take effect (expiry); called before each request and every second. */
  sweep?(): void;
  /** The body of an injected HTTP error, in the system's own form. */
  faultBody?(status: number): unknown;
}

export interface StandInDefinition<Key extends string = string> {
  /** The id of its adapter. */
  readonly id: string;
  /** Its name on the pay page. */
  readonly title: Readonly<Record<Language, string>>;
  /** The sandbox's values of the settings it shares with the adapter. */
  readonly keys: Readonly<Record<Key, string>>;
  readonly webhooks: WebhookRule;
  create(site: Site<Key>): StandInSystem;
}

/** A control call or a button that cannot be carried out. */
export class StandInRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'StandInRefusal';
    this.status = status;
  }
}

/** Identity; infers the names of the keys from the literal. */
export function defineStandIn<Key extends string>(
  definition: StandInDefinition<Key>,
): StandInDefinition<Key> {
  return definition;
}
