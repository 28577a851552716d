/** What moves people, and what they tried. */
import type { Chance } from './chance';

/** What people tried; for the report. */
export interface Deeds {
  orders: number;
  cancels: number;
  payments: number;
  /** Invoices of the systems outside the chat that were seen. */
  invoices: number;
  refunds: number;
  /** Made at the payment system itself. */
  cabinetRefunds: number;
  /** By refund: what the admin who returns money by hand said of it. */
  readonly byHand: Map<string, boolean>;
  /** Payers who come after their invoice is over. */
  readonly late: Promise<unknown>[];
  forged: number;
  /** Forged webhooks that were not refused. */
  readonly forgedTaken: string[];
  /** Confirmed, and nothing had come of it when their person gave up. */
  readonly lost: string[];
}

export interface Nature {
  readonly chance: Chance;
  readonly deeds: Deeds;
  /** How long after their time late payers come, in milliseconds. */
  readonly lateMs: number;
}
